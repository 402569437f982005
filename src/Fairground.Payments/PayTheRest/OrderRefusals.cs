using Fairground.Kernel;

namespace Fairground.Payments.PayTheRest;

/// <summary>Why paying the rest of a purchase is refused.</summary>
internal static class OrderRefusals
{
    public static readonly RefusalKind NotFound = new("order.not_found", 404, "There is no such order of yours.");
    public static readonly RefusalKind LotUnknown = new("order.lot_unknown", 404, "There is no such lot.");
    public static readonly RefusalKind LotClosed = new("order.lot_closed", 409, "So many certificates of this lot cannot be bought any more. Nothing was charged.");
    public static readonly RefusalKind QuantityInvalid = new("order.quantity_invalid", 422, "Buy 1 to 1,000 certificates at once.");
    public static readonly RefusalKind NotNeeded = new("order.not_needed", 409, "Your wallet has enough for this. Buy it directly.");
    public static readonly RefusalKind Ended = new("order.ended", 409, "This order has ended already.");
}
