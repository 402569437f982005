namespace Fairground.Draws;

/// <summary>What happens when a lot is not sold out at its deadline (C-22). Chosen before opening, frozen in the terms. The numbers are stored.</summary>
internal enum UnsoldPolicy
{
    /// <summary>The draw takes place among those who bought.</summary>
    DrawAnyway = 0,

    /// <summary>Everyone gets the money back.</summary>
    RefundAll = 1,

    /// <summary>The sale goes on once, for the same length; then refund.</summary>
    ExtendOnce = 2,

    /// <summary>The draw takes place; the winners share a part of what was collected instead of the goods.</summary>
    CashAlternative = 3,
}

/// <summary>How policies are written.</summary>
internal static class UnsoldPolicies
{
    /// <summary>The share of the collected money that winners get where the seller named none, in per cent.</summary>
    public const int DefaultCashPercent = 70;

    /// <summary>The policy as terms and API write it.</summary>
    public static string Wire(this UnsoldPolicy policy) => policy switch
    {
        UnsoldPolicy.DrawAnyway => "draw-anyway",
        UnsoldPolicy.RefundAll => "refund-all",
        UnsoldPolicy.ExtendOnce => "extend-once",
        _ => "cash-alternative",
    };

    /// <summary>Reads <c>draw-anyway</c>, <c>refund-all</c>, <c>extend-once</c>, <c>cash-alternative</c> or <c>cash-alternative(70)</c>.</summary>
    public static bool TryParse(string? text, out UnsoldPolicy policy, out int? cashPercent)
    {
        (policy, cashPercent) = (default, null);
        var name = (text ?? "").Trim().Replace(" ", "", StringComparison.Ordinal).Replace("%", "", StringComparison.Ordinal).ToLowerInvariant();
        var open = name.IndexOf('(', StringComparison.Ordinal);
        if (open > 0 && name.EndsWith(')'))
        {
            if (!int.TryParse(name.AsSpan(open + 1, name.Length - open - 2), out var percent)) return false;
            (cashPercent, name) = (percent, name[..open]);
        }
        foreach (var candidate in Enum.GetValues<UnsoldPolicy>())
        {
            if (candidate.Wire() != name) continue;
            policy = candidate;
            return cashPercent is null || candidate == UnsoldPolicy.CashAlternative;
        }
        return false;
    }
}
