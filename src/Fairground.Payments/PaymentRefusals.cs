using Fairground.Kernel;

namespace Fairground.Payments;

/// <summary>Why a payment is refused.</summary>
internal static class PaymentRefusals
{
    public static readonly RefusalKind AmountOutOfRange = new("payment.amount_out_of_range", 422, "A top-up is more than 0 and at most 10,000,000.00.");
    public static readonly RefusalKind CurrencyUnknown = new("payment.currency_unknown", 422, "This currency is not an ISO 4217 code that we know.");
    public static readonly RefusalKind NoGateway = new("payment.no_gateway", 503, "This market has no payment gateway switched on, so wallets cannot be topped up here.");
    public static readonly RefusalKind NotFound = new("payment.not_found", 404, "There is no such payment of yours.");
    public static readonly RefusalKind AlreadyCompleted = new("payment.already_completed", 409, "This payment has ended already, and differently.");
    public static readonly RefusalKind WalletNotEmpty = new("wallet.not_empty", 409, "There is money in your wallet. Spend it, or ask the operator to pay it out to you.");
    public static readonly RefusalKind UnderWay = new("payment.under_way", 409, "A payment of yours has not ended. Finish it, or wait a day until it lapses.");
    public static readonly RefusalKind GatewayNotOffered = new("payment.gateway_not_offered", 422, "This market does not take this currency by that way of paying. Choose another way.");
    public static readonly RefusalKind GatewayUnavailable = new("payment.gateway_unavailable", 503, "The payment company does not answer at this moment. Nothing was charged; try again in a minute.", IsTransient: true);
    public static readonly RefusalKind GatewayRefused = new("payment.gateway_refused", 502, "The payment company did not take this. Nothing was charged; choose another way to pay.");
    public static readonly RefusalKind GatewayUnknown = new("payment.gateway_unknown", 404, "This market has no gateway of that name.");
    public static readonly RefusalKind NoticeForged = new("payment.notice_forged", 401, "This notice does not come from the gateway that it names.");
    public static readonly RefusalKind NoticeUnreadable = new("payment.notice_unreadable", 400, "This notice cannot be read.");
    public static readonly RefusalKind Indebted = new("wallet.indebted", 409, "You still owe money for a payment that your bank took back. Top up to pay it off.");
    public static readonly RefusalKind NotExpired = new("payment.not_expired", 409, "This payment still has time.");
    public static readonly RefusalKind NotInTrouble = new("payment.not_in_trouble", 404, "Nothing of this id waits for you.");
    public static readonly RefusalKind ReferenceWrong = new("payment.reference_wrong", 422, "By this name the payment company knows no money that it took for this payment, in this amount.");
    public static readonly RefusalKind NoteMissing = new("payment.note_missing", 422, "Say in a few words what was done about it.");
}
