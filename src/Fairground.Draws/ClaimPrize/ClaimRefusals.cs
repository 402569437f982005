using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>Why a prize is not handed over. Codes are stable.</summary>
internal static class ClaimRefusals
{
    public static readonly RefusalKind WinNotFound = new("win.not_found", 404, "There is no such win among yours.");
    public static readonly RefusalKind TokenInvalid = new("claim.token_invalid", 422, "This is not a code of this market, or it was read or typed wrongly.");
    public static readonly RefusalKind TokenExpired = new("claim.token_expired", 409, "This code is more than five minutes old. Ask the winner to show a fresh one.");
    public static readonly RefusalKind AlreadyRedeemed = new("claim.already_redeemed", 409, "This prize was handed over before.");
    public static readonly RefusalKind TooLate = new("claim.too_late", 409, "The time to collect this prize has passed.");
    public static readonly RefusalKind ByDelivery = new("claim.by_delivery", 409, "How you get these goods stands on the page of their delivery, and so does the code for the counter.");
    public static readonly RefusalKind NotPaid = new("claim.not_paid", 409, "The second payment has not been made, so there is nothing to hand over yet.");
    public static readonly RefusalKind PaidBack = new("claim.paid_back", 409, "The seller did not deliver and the money went back; there is nothing to hand over.");
    public static readonly RefusalKind PaidInCash = new("claim.paid_in_cash", 409, "This prize is paid into the winner's wallet; there is nothing to hand over.");
}
