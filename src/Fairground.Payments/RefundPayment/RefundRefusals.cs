using Fairground.Kernel;

namespace Fairground.Payments.RefundPayment;

/// <summary>Why a refund is refused.</summary>
internal static class RefundRefusals
{
    public static readonly RefusalKind NothingCameIn = new("refund.nothing_came_in", 409, "This payment brought no money in, so there is nothing to give back.");
    public static readonly RefusalKind Disputed = new("refund.disputed", 409, "A bank is deciding about this payment, or has taken it back. Nothing can be given back on top of that.");
    public static readonly RefusalKind UnderWay = new("refund.under_way", 409, "A refund of this payment has not ended. Wait for it first.");
    public static readonly RefusalKind TooMuch = new("refund.too_much", 422, "That is more than is left of this payment to give back.");
    public static readonly RefusalKind TooLittle = new("refund.too_little", 422, "After the fee nothing would be left to give back.");
    public static readonly RefusalKind Spent = new("refund.spent", 409, "That much is not in the wallet any more. Only what is there can go back.");
    public static readonly RefusalKind NotFound = new("refund.not_found", 404, "There is no such refund.");
    public static readonly RefusalKind NotWaiting = new("refund.not_waiting", 409, "This refund does not wait for a decision any more.");
}
