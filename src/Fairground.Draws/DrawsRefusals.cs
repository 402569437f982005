using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>Why Draws refuses. Codes are stable.</summary>
internal static class DrawsRefusals
{
    public static readonly RefusalKind LotNotFound = new("lot.not_found", 404, "There is no such lot.");
    public static readonly RefusalKind NotOpen = new("lot.not_open", 409, "This lot is not on sale now.");
    public static readonly RefusalKind SoldOut = new("lot.sold_out", 409, "There are not that many certificates left.");
    public static readonly RefusalKind EntryCap = new("lot.entry_cap", 409, "That is more than one person may hold of this lot.");
    public static readonly RefusalKind HeldAsJoined = new("lot.held_as_joined", 409, "You hold certificates of this lot from an account that was joined with yours. One person stands in a list under one name, so no more can be bought for this draw.");
    public static readonly RefusalKind HeldByBoth = new("lot.held_by_both", 409, "Both accounts hold certificates of a lot that is not decided yet, and one person counts once in a draw. Wait until its draw or refund is done.");
    public static readonly RefusalKind CertificatesOpen = new("lot.certificates_open", 409, "You hold certificates of a lot that is not decided yet. Wait until its draw or refund is done.");
    public static readonly RefusalKind DepositOpen = new("lot.deposit_open", 409, "You left a deposit for a lot that is not over yet, and it comes back into your wallet. Wait until the lot is settled or cancelled.");
    public static readonly RefusalKind WinOpen = new("win.open", 409, "A prize of yours has not been collected. Collect it, or wait until the time to collect has passed.");
    public static readonly RefusalKind ReserveOpen = new("win.reserve_open", 409, "You are in reserve for a prize that may still come to you. Wait until its lot is settled.");
    public static readonly RefusalKind QuantityInvalid = new("lot.quantity_invalid", 422, "Choose from 1 to 1000 certificates.");
    public static readonly RefusalKind StaffExcluded = new("lot.staff_excluded", 403, "People who work for the shop or run this market cannot take part in its draws.");
    public static readonly RefusalKind NotDraft = new("lot.not_draft", 409, "This lot was opened before and cannot be changed now.");
    public static readonly RefusalKind NotDue = new("lot.not_due", 409, "It is not time for this step yet.", IsTransient: true);
    public static readonly RefusalKind StateChanged = new("lot.state_changed", 409, "The lot has moved on meanwhile.", IsTransient: true);
    public static readonly RefusalKind CannotCancel = new("lot.cannot_cancel", 409, "This lot can no longer be cancelled: its list of entries is frozen and the draw must take place.");
    public static readonly RefusalKind ReasonInvalid = new("lot.reason_invalid", 422, "Say why the lot is cancelled, in 3 to 500 characters. Everyone who bought reads it.");
    public static readonly RefusalKind NotClosed = new("lot.not_closed", 409, "The list of entries is published when the lot closes.");
    public static readonly RefusalKind NotDrawn = new("lot.not_drawn", 409, "The draw has not taken place yet.");
    public static readonly RefusalKind NoTerms = new("lot.no_terms", 409, "The terms are published when the lot opens.");
    public static readonly RefusalKind PurchaseNotFound = new("purchase.not_found", 404, "There is no such purchase of yours.");
    public static readonly RefusalKind EntryNotFound = new("lot.entry_not_found", 404, "There is no such entry in this lot.");

    public static readonly RefusalKind SoldOutOfRange = new("lot.sold_out_of_range", 422, "The lot has no such number of certificates.");

    public static readonly RefusalKind KindUnknown = new("lot.kind_unknown", 422, "The kind of a lot is \"certificates\" or \"two-stage\".");
    public static readonly RefusalKind ProductNotFound = new("lot.product_not_found", 422, "There is no such product.");
    public static readonly RefusalKind ProductInactive = new("lot.product_inactive", 422, "This product is not on offer at present.");
    public static readonly RefusalKind EssentialGoods = new("lot.essential_goods", 422, "Essential goods are never offered by draw.");
    public static readonly RefusalKind PriceInvalid = new("lot.price_invalid", 422, "The product needs a price above zero before it can be sold by certificates.");
    public static readonly RefusalKind CurrencyMismatch = new("lot.currency_mismatch", 422, "The nominal must be in the currency of the product's price.");
    public static readonly RefusalKind NominalInvalid = new("lot.nominal_invalid", 422, "The nominal is above zero and not above the price.");
    public static readonly RefusalKind EntriesInvalid = new("lot.entries_invalid", 422, "A lot has from 1 to 1,000,000 certificates.");
    public static readonly RefusalKind PriceMoved = new("lot.price_moved", 409, "The price of the goods has changed since the draft was made, and the lot no longer fits it. Drop the draft and make it anew.");
    public static readonly RefusalKind MarginInvalid = new("lot.margin_invalid", 422, "The margin is from 0 to 1000 per cent.");
    public static readonly RefusalKind WinnersInvalid = new("lot.winners_invalid", 422, "A lot has at least 1 winner, at most 1000, and not more than certificates.");
    public static readonly RefusalKind ReservesInvalid = new("lot.reserves_invalid", 422, "A lot has from 0 to 1000 reserves.");
    public static readonly RefusalKind CapInvalid = new("lot.cap_invalid", 422, "A person may hold at least 1 certificate.");
    public static readonly RefusalKind ClosesAtInvalid = new("lot.closes_at_invalid", 422, "The closing time lies ahead, by at most 366 days.");
    public static readonly RefusalKind DelayInvalid = new("lot.delay_invalid", 422, "The draw takes place from 0 seconds to 3 days after closing.");
    public static readonly RefusalKind ClaimPeriodInvalid = new("lot.claim_period_invalid", 422, "A winner has from 3 to 90 days to collect, so that there is time to reach the winner on three days.");
    public static readonly RefusalKind UnclaimedPolicyUnknown = new("lot.unclaimed_policy_unknown", 422, "Say what follows where nobody collects the prize: next-reserve or return-to-shop.");
    public static readonly RefusalKind PolicyUnknown = new("lot.policy_unknown", 422, "Say what happens if the lot does not sell out: draw-anyway, refund-all, extend-once or cash-alternative.");
    public static readonly RefusalKind CashPercentInvalid = new("lot.cash_percent_invalid", 422, "The cash alternative is from 1 to 100 per cent of what was collected.");
    public static readonly RefusalKind EntropyUnknown = new("lot.entropy_unknown", 422, "The source of randomness is \"drand\", \"drand+commit-reveal\", \"nist-beacon\" or \"commit-reveal\".");
    public static readonly RefusalKind EntropyUnavailable = new("lot.entropy_unavailable", 422, "This server is not set up for that source of randomness. Use \"commit-reveal\".");
    public static readonly RefusalKind BeaconUnreachable = new("lot.beacon_unreachable", 409, "No relay of the beacon has answered in the last minutes. Open the lot when one does, or choose another source.", IsTransient: true);
    public static readonly RefusalKind BeaconDelayTooShort = new("lot.beacon_delay_too_short", 422, "A draw by beacon takes place at least 30 seconds after closing, so that its round cannot be known when the list is frozen.");
    public static readonly RefusalKind ClockWrong = new("lot.clock_wrong", 503, "This server's clock is slow, as the beacon proves, so it closes no sale that a beacon decides. It goes on when the clock is right.", IsTransient: true);
}
