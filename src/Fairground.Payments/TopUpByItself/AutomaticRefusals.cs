using Fairground.Kernel;

namespace Fairground.Payments.TopUpByItself;

/// <summary>Why a kept way of paying, or topping up by itself, is refused.</summary>
internal static class AutomaticRefusals
{
    public static readonly RefusalKind MethodNotFound = new("saved_method.not_found", 404, "There is no such kept way of paying of yours.");
    public static readonly RefusalKind MethodNotReady = new("saved_method.not_ready", 409, "You have not finished this at the payment company yet.");
    public static readonly RefusalKind NotOffered = new("saved_method.not_offered", 422, "No payment company of this market keeps a way of paying for this currency.");
    public static readonly RefusalKind TooMany = new("saved_method.too_many", 409, "You have ten kept ways of paying already. Remove one first.");
    public static readonly RefusalKind MethodInUse = new("saved_method.in_use", 409, "A top-up from it is under way. Try again in a minute.", IsTransient: true);
    public static readonly RefusalKind Invalid = new("auto_top_up.invalid", 422, "Say below which sum to top up, by how much, and how much at most in a month: all above 0, and the month's sum not below one top-up.");
    public static readonly RefusalKind NotFound = new("auto_top_up.not_found", 404, "Topping up by itself is not on for this currency.");
}
