namespace Fairground.Draws;

/// <summary>How one unit ended.</summary>
internal enum UnitEnd
{
    /// <summary>Nobody paid for it: no reserve was left.</summary>
    Unsold,

    /// <summary>The buyer has it and approved.</summary>
    Delivered,

    /// <summary>It was paid for, and the seller did not deliver.</summary>
    Failed,
}

/// <summary>One unit when all is over.</summary>
/// <param name="Entries">Applications that its buyer holds; 0 where it is unsold.</param>
/// <param name="Paid">The buyer's second payment, minor units; 0 where it is unsold.</param>
internal readonly record struct UnitResult(UnitEnd End, int Entries, long Paid);

/// <summary>Who gets what of a lot whose units have all ended (D-14, D-15, D-19, D-20, D-24). Minor units; what goes out is what came in, to the last one.</summary>
/// <param name="ToSeller">Exactly Pp for each delivered unit (D-28).</param>
/// <param name="Fee">To the operator.</param>
/// <param name="SurplusCash">The operator's part of the surplus.</param>
/// <param name="MileageMoney">The part of the surplus that backs granted mileage.</param>
/// <param name="Rounding">To the rounding account; below zero where it pays what whole units could not divide.</param>
/// <param name="BackEach">First payment returned for each application.</param>
/// <param name="KeptEntries">Applications of each delivered buyer that are not paid back: 1 where losers are, else 0.</param>
/// <param name="SecondBack">Second payments returned to buyers of units that were not delivered.</param>
/// <param name="MileageEach">M for each losing application, by both formulas together.</param>
/// <param name="MileageByRate">The part of <paramref name="MileageEach"/> that the operator grants from its own money.</param>
/// <param name="Losing">Applications held by people who bought no unit: the divisor (D-20).</param>
/// <param name="Forfeited">The part of the deposit that the seller loses.</param>
/// <param name="TopUps">Of the forfeited deposit, what completes each undelivered buyer's first payments, in the order of units.</param>
/// <param name="DepositEach">Of the forfeited deposit, for each application of whoever got no unit.</param>
/// <param name="DepositRounding">What of it could not be divided.</param>
internal sealed record TwoStageSettlement(
    int Delivered, long ToSeller, long Fee, long SurplusCash, long MileageMoney, long Rounding, long BackEach, int KeptEntries, long SecondBack, long MileageEach, long MileageByRate,
    int Losing, long Forfeited, IReadOnlyList<long> TopUps, long DepositEach, long DepositRounding)
{
    /// <summary>The division. Pure.</summary>
    /// <param name="applications">Nr.</param>
    /// <param name="units">Each of the Q units.</param>
    public static TwoStageSettlement Of(TwoStageTerms terms, int applications, IReadOnlyList<UnitResult> units)
    {
        if (units.Count != terms.Quantity) throw new InvalidOperationException($"{units.Count} units ended, not {terms.Quantity}.");
        var delivered = units.Count(u => u.End == UnitEnd.Delivered);
        var buyers = units.Where(u => u.End != UnitEnd.Unsold).ToList();
        var losing = applications - buyers.Sum(u => u.Entries);
        var toSeller = checked(terms.Price * delivered);
        var (backEach, kept) = Back(terms, delivered);
        var secondBack = units.Where(u => u.End == UnitEnd.Failed).Sum(u => u.Paid);
        // What stays once the seller is paid and first payments are returned: the fee, or the surplus, for the units that were delivered.
        var stays = checked(terms.Collected(applications) + units.Sum(u => u.Paid) - secondBack - toSeller - (backEach * applications) + (backEach * kept * delivered));
        var (fee, surplus) = (0L, 0L);
        if (terms.SecondPayment(applications) > 0) fee = Part(terms.Fee, delivered, terms.Quantity);
        else surplus = Part(terms.Surplus(applications), delivered, terms.Quantity);
        var forMileage = terms.ForMileage(surplus);
        var each = TwoStageTerms.MileageEach(forMileage, losing);
        var byRate = delivered == 0 ? 0 : terms.MileageByRate;
        var (forfeited, topUps, depositEach, depositRounding) = Forfeit(terms, applications, units, backEach);
        return new TwoStageSettlement(
            delivered, toSeller, fee, surplus - forMileage, each * losing, stays - fee - (surplus - forMileage) - (each * losing), backEach, kept, secondBack, each + byRate, byRate,
            losing, forfeited, topUps, depositEach, depositRounding);
    }

    /// <summary>What one person gets back of first payments, minor units. Pure.</summary>
    /// <param name="bought">True where the person has a delivered unit.</param>
    public long BackTo(int entries, bool bought) => checked(BackEach * (entries - (bought ? KeptEntries : 0)));

    // For each unit that is not sold or not delivered the same part of every first payment goes back (D-19); with none delivered, all of it.
    private static (long Each, int Kept) Back(TwoStageTerms terms, int delivered)
    {
        if (terms.Mode == FirstPaymentMode.Refunded) return (terms.FirstPayment, 1);
        return (Part(terms.FirstPayment, terms.Quantity - delivered, terms.Quantity), 0);
    }

    // The deposit of undelivered units makes their buyers whole, then goes to everybody else who got nothing, alike for each application (D-02).
    private static (long Forfeited, IReadOnlyList<long> TopUps, long Each, long Rounding) Forfeit(TwoStageTerms terms, int applications, IReadOnlyList<UnitResult> units, long backEach)
    {
        var failed = units.Where(u => u.End == UnitEnd.Failed).ToList();
        if (failed.Count == 0) return (0, [], 0, 0);
        var (forfeited, topUps) = (Part(terms.Deposit, failed.Count, terms.Quantity), new List<long>());
        var left = forfeited;
        foreach (var unit in failed)
        {
            var topUp = Math.Min(left, checked((terms.FirstPayment - backEach) * unit.Entries));
            topUps.Add(topUp);
            left -= topUp;
        }
        var sharers = applications - units.Where(u => u.End == UnitEnd.Delivered).Sum(u => u.Entries);
        var each = left / sharers;
        return (forfeited, topUps, each, left - (each * sharers));
    }

    private static long Part(long whole, int parts, int of) => (long)((Int128)whole * parts / of);
}
