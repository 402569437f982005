using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>Why two-stage draws refuse. Codes are stable.</summary>
internal static class TwoStageRefusals
{
    public static readonly RefusalKind WrongKind = new("lot.wrong_kind", 409, "This lot is sold in another way. Its page says how.");
    public static readonly RefusalKind QuantityInvalid = new("two_stage.quantity_invalid", 422, "A two-stage lot has from 1 to 1000 units.");
    public static readonly RefusalKind PredictedInvalid = new("two_stage.predicted_invalid", 422, "Say how many applications you expect, from 2 to 1,000,000, or the first payment.");
    public static readonly RefusalKind FirstPaymentInvalid = new("two_stage.first_payment_invalid", 422, "The first payment is above zero, below the price, and the price of all units over the expected number, rounded up.");
    public static readonly RefusalKind CurrencyMismatch = new("two_stage.currency_mismatch", 422, "All amounts are in the currency of the product's price.");
    public static readonly RefusalKind AmountTooLarge = new("two_stage.amount_too_large", 422, "The amounts of this lot are too large to be computed exactly. Offer fewer units or take fewer applications.");
    public static readonly RefusalKind FeeInvalid = new("two_stage.fee_invalid", 422, "The fee is from zero to the price of all units.");
    public static readonly RefusalKind SurplusInvalid = new("two_stage.surplus_invalid", 422, "Say what becomes of a surplus: operator, mileage, or split with a per cent from 1 to 99 for mileage.");
    public static readonly RefusalKind MileageRateInvalid = new("two_stage.mileage_rate_invalid", 422, "Mileage by rate is not above what the operator of the market allows, in per cent of the first payment with two decimals at most.");
    public static readonly RefusalKind MileageDaysInvalid = new("two_stage.mileage_days_invalid", 422, "Mileage lives from 30 days to ten years, or for ever where nothing is said.");
    public static readonly RefusalKind DepositInvalid = new("two_stage.deposit_invalid", 422, "The deposit is above zero, not above the price of all units, and not below what the operator asks.");
    public static readonly RefusalKind LeastInvalid = new("two_stage.least_invalid", 422, "The least number of applications is at least the number of units and at most what the lot takes.");
    public static readonly RefusalKind DeliveryInvalid = new("two_stage.delivery_invalid", 422, "Goods are delivered by shipment, by pick-up or both, or there is nothing to carry; approval and handing over have from 1 to 90 days.");
    public static readonly RefusalKind DepositUnpaid = new("two_stage.deposit_unpaid", 409, "The lot is published once its deposit is paid.");
    public static readonly RefusalKind DepositPaid = new("two_stage.deposit_paid", 409, "The deposit of this lot was paid before.");
    public static readonly RefusalKind DepositSourceInvalid = new("two_stage.deposit_source_invalid", 422, "A deposit comes from your wallet (wallet) or from what is owed to the shop (payable).");
    public static readonly RefusalKind PayableTooSmall = new("two_stage.payable_too_small", 409, "The operator does not owe the shop that much at present. Pay the deposit from a wallet.");
    public static readonly RefusalKind NotByHand = new("two_stage.not_by_hand", 409, "The terms of this lot say that it is drawn at its time. It cannot be drawn earlier by hand.");
    public static readonly RefusalKind TooFew = new("two_stage.too_few", 409, "There are fewer applications than the terms ask for, so it cannot be drawn by hand.");
    public static readonly RefusalKind ApplicationsInvalid = new("two_stage.applications_invalid", 422, "Choose from 1 to 1000 applications.");
    public static readonly RefusalKind Full = new("two_stage.full", 409, "This lot takes no more applications than that.");
    public static readonly RefusalKind NotCandidate = new("second_payment.not_candidate", 404, "You have no second payment to make for this lot.");
    public static readonly RefusalKind AlreadyPaid = new("second_payment.already_paid", 409, "You have made the second payment; the goods are yours.");
    public static readonly RefusalKind TooLate = new("second_payment.too_late", 409, "The time for the second payment has passed.");
    public static readonly RefusalKind GaveUp = new("second_payment.gave_up", 409, "You gave up your place in this lot, and it has gone to the next.");
    public static readonly RefusalKind MileageInvalid = new("mileage.amount_invalid", 422, "Mileage is zero or more, and not more than the first payments.");
    public static readonly RefusalKind MileageTooSmall = new("mileage.too_small", 409, "You have less mileage than that.");
    public static readonly RefusalKind MileageNotHere = new("mileage.not_here", 409, "First payments of this lot are only set aside until the draw, so they are made in money.");
    public static readonly RefusalKind NotDelivering = new("two_stage.not_delivering", 409, "This place is not waiting for its goods.", IsTransient: true);
}
