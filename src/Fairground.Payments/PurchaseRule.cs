using Fairground.Kernel;

namespace Fairground.Payments;

/// <summary>Which lots a rule is about.</summary>
internal enum RuleScope
{
    Any = 0,
    Shop = 1,

    /// <summary>A category, with all below it.</summary>
    Category = 2,
}

/// <summary>Where a rule stands.</summary>
internal enum RuleState
{
    Active = 0,

    /// <summary>By its person, or because a limit that protects the person was met.</summary>
    Paused = 1,
    Ended = 2,
}

/// <summary>A person's word that certificates of every new lot of some kind are bought for them (C-12).</summary>
internal sealed class PurchaseRule
{
    public required Guid Id { get; init; }

    public Guid UserId { get; set; }

    /// <summary>Follows from the person and the key of the call that made it: the same call twice is one rule.</summary>
    public Guid KeyId { get; init; }

    public RuleScope Scope { get; init; }

    /// <summary>The shop or the category; null for any.</summary>
    public Guid? ScopeId { get; init; }

    /// <summary>How many certificates of each lot.</summary>
    public int Quantity { get; init; }

    /// <summary>A lot whose certificate costs more is passed over, minor units.</summary>
    public long Ceiling { get; init; }

    /// <summary>The most that the rule spends in a month, minor units.</summary>
    public long Budget { get; init; }

    public required string Currency { get; init; }

    public RuleState State { get; set; }

    /// <summary>The code of the refusal that paused it; null where its person did.</summary>
    public string? PausedBy { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last became active: lots that opened before are none of its.</summary>
    public DateTimeOffset ActiveSince { get; set; }

    public Money MoneyOf(long minor) => new(minor, Kernel.Currency.Of(Currency));
}

/// <summary>What came of a rule at one lot.</summary>
internal enum RuleRunState
{
    /// <summary>Being bought: the amount counts towards the month until it is known.</summary>
    Trying = 0,
    Bought = 1,
    NotBought = 2,
}

/// <summary>One rule at one lot: there is never a second, whatever breaks off in between.</summary>
internal sealed class RuleRun
{
    public required Guid Id { get; init; }

    public Guid RuleId { get; init; }

    public Guid UserId { get; set; }

    public Guid LotId { get; init; }

    public required string Title { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The month that it counts towards: twelve times the year, and the month.</summary>
    public int Month { get; init; }

    /// <summary>Minor units of the rule's currency.</summary>
    public long Amount { get; init; }

    public RuleRunState State { get; set; }

    /// <summary>The code of what stood against it.</summary>
    public string? Reason { get; set; }

    public Guid? PurchaseId { get; set; }

    public static Guid IdOf(Guid rule, Guid lot) => Ids.Derive("fairground/purchase-rule/v1", rule.ToString("N"), lot.ToString("N"));
}

/// <summary>A lot that opened and that the rules are gone over for, in the order of their ids.</summary>
internal sealed class RuleLot
{
    public required Guid LotId { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>The last rule that was looked at.</summary>
    public Guid After { get; set; }

    public DateTimeOffset? DoneAt { get; set; }
}

internal static class RuleWords
{
    /// <summary>The name on the wire.</summary>
    public static string Wire(this RuleScope scope) => scope switch { RuleScope.Shop => "shop", RuleScope.Category => "category", _ => "any" };

    /// <summary>The name on the wire.</summary>
    public static string Wire(this RuleState state) => state switch { RuleState.Active => "active", RuleState.Paused => "paused", _ => "ended" };

    /// <summary>The name on the wire.</summary>
    public static string Wire(this RuleRunState state) => state switch { RuleRunState.Bought => "bought", RuleRunState.NotBought => "not_bought", _ => "under_way" };
}
