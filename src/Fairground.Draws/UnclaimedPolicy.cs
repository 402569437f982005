namespace Fairground.Draws;

/// <summary>What happens to a prize that its winner does not collect. Chosen before opening, frozen in the terms. The numbers are stored.</summary>
internal enum UnclaimedPolicy
{
    /// <summary>The next reserve of the published order is called; where none is left, the shop keeps the goods.</summary>
    NextReserve = 0,

    /// <summary>The shop keeps the goods at once.</summary>
    ReturnToShop = 1,
}

/// <summary>How they are written.</summary>
internal static class UnclaimedPolicies
{
    /// <summary>The policy as terms and API write it.</summary>
    public static string Wire(this UnclaimedPolicy policy) => policy == UnclaimedPolicy.ReturnToShop ? "return-to-shop" : "next-reserve";

    /// <summary>Reads a policy; where none is named, the next reserve is called.</summary>
    public static bool TryParse(string? text, out UnclaimedPolicy policy)
    {
        policy = text?.Trim() == UnclaimedPolicy.ReturnToShop.Wire() ? UnclaimedPolicy.ReturnToShop : UnclaimedPolicy.NextReserve;
        return string.IsNullOrWhiteSpace(text) || text.Trim() == policy.Wire();
    }

    /// <summary>The policy as the terms say it in words.</summary>
    public static string Sentence(this UnclaimedPolicy policy) => policy == UnclaimedPolicy.ReturnToShop
        ? "The seller keeps the goods and is paid what was collected."
        : "The next reserve is called. Where none is left, the seller keeps the goods and is paid what was collected.";
}
