using Fairground.Kernel;

namespace Fairground.Payments.BuyByRule;

/// <summary>Why a purchase rule is refused.</summary>
internal static class RuleRefusals
{
    public static readonly RefusalKind NotFound = new("rule.not_found", 404, "There is no such rule of yours.");
    public static readonly RefusalKind ScopeUnknown = new("rule.scope_unknown", 422, "A rule is about any lot, or about a shop or a category that there is.");
    public static readonly RefusalKind QuantityInvalid = new("rule.quantity_invalid", 422, "A rule buys 1 to 1,000 certificates of each lot.");
    public static readonly RefusalKind AmountInvalid = new("rule.amount_invalid", 422, "Say what a certificate may cost at most and what the rule may spend in a month, both above 0 and in one currency.");
    public static readonly RefusalKind BudgetTooSmall = new("rule.budget_too_small", 422, "With this price and number a single lot may cost more than the month's budget. Raise the budget, or lower one of the others.");
    public static readonly RefusalKind TooMany = new("rule.too_many", 409, "You have twenty rules already. End one first.");
    public static readonly RefusalKind Ended = new("rule.ended", 409, "This rule has ended. Make a new one.");
    public static readonly RefusalKind StateUnknown = new("rule.state_unknown", 422, "A rule is set to active or paused.");

    /// <summary>What a run says where the month's budget does not reach; never answered to a call.</summary>
    public const string BudgetSpent = "rule.budget_spent";
}
