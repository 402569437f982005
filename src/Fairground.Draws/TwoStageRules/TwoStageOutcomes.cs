using Fairground.Fairness;

namespace Fairground.Draws;

/// <summary>What becomes of everybody's money where so many applications are paid, everybody holds one, and every buyer pays and gets the goods. Minor units.</summary>
/// <param name="Drawn">False where everybody gets the first payment back.</param>
/// <param name="WinnerPays">P2 of one unit; with several units the first ones pay this, the others perhaps one minor unit less.</param>
/// <param name="Refund">First payment returned for each application.</param>
/// <param name="ToOperator">Fee, surplus and remainders.</param>
/// <param name="MileageEach">M for each losing application, by both formulas.</param>
internal readonly record struct TwoStageOutcome(int Applications, bool Drawn, int Winners, long Collected, long WinnerPays, long Refund, long ToSeller, long ToOperator, long ForMileage, long MileageEach);

/// <summary>The outcome for every number of applications, from the code that settles (D-28). Pure.</summary>
/// <param name="entries">The most applications that are taken.</param>
internal sealed class TwoStageOutcomes(TwoStageTerms terms, string currency, int entries)
{
    public string Currency => currency;

    public int Entries => entries;

    public TwoStageTerms Terms => terms;

    /// <summary>One row.</summary>
    /// <param name="applications">From 0 to <see cref="Entries"/>.</param>
    public TwoStageOutcome At(int applications)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(applications);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(applications, entries);
        var collected = terms.Collected(applications);
        if (applications < terms.Least) return new TwoStageOutcome(applications, false, 0, collected, 0, terms.FirstPayment, 0, 0, 0, 0);
        var shares = terms.Shares(applications);
        var settled = TwoStageSettlement.Of(terms, applications, [.. shares.Select(share => new UnitResult(UnitEnd.Delivered, 1, share))]);
        return new TwoStageOutcome(
            applications, true, terms.Quantity, collected, shares[0], settled.BackEach, settled.ToSeller, settled.Fee + settled.SurplusCash + settled.Rounding, settled.MileageMoney, settled.MileageEach);
    }

    /// <summary>The published document; its hash is <c>outcomes</c> in the terms. Mileage that the operator grants by rate is not of this money and stands in the terms.</summary>
    public OutcomeTable Published() => new(currency, terms.Price, terms.FirstPayment, entries, terms.Quantity, [.. Pieces()]);

    /// <summary>Numbers worth a line of their own: where something changes, the expected number and its neighbours.</summary>
    public IReadOnlyList<int> Telling()
    {
        var (predicted, most) = (terms.Predicted, Math.Min(entries, terms.Predicted > int.MaxValue / 2 ? entries : terms.Predicted * 2));
        int[] wanted = [terms.Least - 1, terms.Least, predicted / 4, predicted / 2, predicted / 10 * 9, predicted - 1, predicted, predicted + 1, predicted / 10 * 11, predicted / 2 * 3, most];
        return [.. wanted.Where(n => n > 0 && n <= entries).Distinct().Order()];
    }

    /// <summary>Numbers for a plot, up to twice what is expected.</summary>
    public IReadOnlyList<int> Plotted(int most)
    {
        var end = (int)Math.Min(entries, terms.Predicted * 2L);
        var points = new SortedSet<int>(Enumerable.Range(0, most + 1).Select(i => (int)((long)end * i / most)));
        points.UnionWith(new[] { terms.Least - 1, terms.Least, terms.Predicted - 1, terms.Predicted }.Where(n => n >= 0 && n <= end));
        return [.. points];
    }

    // Each rule is one formula between the few numbers at which it changes.
    private IEnumerable<OutcomePiece> Pieces()
    {
        var covered = (int)Math.Min(entries + 1L, TwoStageTerms.PredictedFor(terms.Price, terms.Quantity, terms.FirstPayment));
        var least = Math.Min(terms.Least, entries + 1);
        if (terms.Mode == FirstPaymentMode.Refunded) covered = entries + 1;
        covered = Math.Max(covered, least);
        if (least > 0) yield return new OutcomePiece(0, least - 1, "refund", Figures(("collected", Each), ("refund", OutcomeFigure.Constant(terms.FirstPayment))));
        if (covered > least) yield return new OutcomePiece(least, covered - 1, "draw", terms.Mode == FirstPaymentMode.Refunded ? PaidBack() : PaidTwice());
        if (covered <= entries) yield return new OutcomePiece(covered, entries, "draw", Covered());
    }

    private OutcomeFigure Each => OutcomeFigure.PerEntry(terms.FirstPayment);

    private Dictionary<string, OutcomeFigure> PaidTwice() => Figures(
        ("collected", Each), ("winners", Winners), ("winnerPays", new OutcomeFigure(checked(terms.Total + terms.Fee + terms.Quantity - 1), -terms.FirstPayment, terms.Quantity, 0)), ("seller", Seller));

    // Everybody is paid back; a buyer pays the first payment of the unit again with the second.
    private Dictionary<string, OutcomeFigure> PaidBack() => Figures(
        ("collected", Each), ("refund", OutcomeFigure.Constant(terms.FirstPayment)), ("winners", Winners),
        ("winnerPays", OutcomeFigure.Constant(terms.Shares(terms.Quantity)[0] + terms.FirstPayment)), ("seller", Seller));

    private Dictionary<string, OutcomeFigure> Covered()
    {
        if (terms.MileagePercent == 0) return Figures(("collected", Each), ("winners", Winners), ("seller", Seller));
        // floor(x % of R) spread over the losers is floor of the whole fraction, here in its lowest terms.
        var (percent, hundred) = MileageFraction(terms.MileagePercent);
        var mileage = new OutcomeFigure(-checked(terms.Total * percent), checked(terms.FirstPayment * percent), -hundred * terms.Quantity, hundred);
        return Figures(("collected", Each), ("winners", Winners), ("seller", Seller), ("mileage", mileage));
    }

    /// <summary>A per cent as a fraction in lowest terms.</summary>
    public static (long Over, long Under) MileageFraction(int percent)
    {
        var common = (long)System.Numerics.BigInteger.GreatestCommonDivisor(percent, 100);
        return (percent / common, 100 / common);
    }

    private OutcomeFigure Winners => OutcomeFigure.Constant(terms.Quantity);

    private OutcomeFigure Seller => OutcomeFigure.Constant(terms.Total);

    private static Dictionary<string, OutcomeFigure> Figures(params (string Name, OutcomeFigure Figure)[] figures) => figures.ToDictionary(f => f.Name, f => f.Figure);
}
