namespace Fairground.Documents.KnowTaxes;

/// <summary>How a line is taxed.</summary>
/// <param name="Code">The rate's code in the rules; <c>not-registered</c> where the seller is not.</param>
/// <param name="Category">S, Z, E, AE or O.</param>
/// <param name="Rate">Thousandths of a per cent.</param>
internal sealed record TaxShare(string Code, string Category, int Rate);

/// <summary>An amount that is taxed, minor units: with the tax in it or without, as the whole sum says.</summary>
internal sealed record TaxableLine(long Amount, TaxShare Tax);

/// <summary>A line with its tax, minor units.</summary>
internal sealed record SummedLine(long Net, long Tax, long Gross);

/// <summary>All of one kind, minor units.</summary>
internal sealed record TaxGroup(TaxShare Share, long Base, long Tax);

/// <summary>Lines and sums; sums are the sums of their lines, to the last minor unit.</summary>
internal sealed record TaxTotals(IReadOnlyList<SummedLine> Lines, IReadOnlyList<TaxGroup> Groups, long Net, long Tax, long Gross);

/// <summary>Works taxes out in whole minor units. Pure.</summary>
internal static class TaxSum
{
    private const int Whole = 100_000;

    /// <summary>Lines in the order in which they came; groups in the order in which they first appear.</summary>
    /// <param name="style">Whether amounts have the tax in them.</param>
    public static TaxTotals Of(IReadOnlyList<TaxableLine> lines, PriceStyle style, RoundingUnit unit)
    {
        var summed = new SummedLine[lines.Count];
        var groups = new List<TaxGroup>();
        foreach (var group in lines.Select((line, at) => (line, at)).GroupBy(l => l.line.Tax))
        {
            var (rate, divisor) = (group.Key.Rate, style == PriceStyle.Inclusive ? Whole + group.Key.Rate : Whole);
            var members = group.ToList();
            var taxes = unit == RoundingUnit.Line
                ? [.. members.Select(m => Round((Int128)m.line.Amount * rate, divisor))]
                : Share([.. members.Select(m => (Int128)m.line.Amount * rate)], divisor);
            for (var i = 0; i < members.Count; i++)
            {
                var amount = members[i].line.Amount;
                summed[members[i].at] = style == PriceStyle.Inclusive ? new SummedLine(amount - taxes[i], taxes[i], amount) : new SummedLine(amount, taxes[i], checked(amount + taxes[i]));
            }
            groups.Add(new TaxGroup(group.Key, members.Sum(m => summed[m.at].Net), taxes.Sum()));
        }
        return new TaxTotals(summed, groups, summed.Sum(l => l.Net), summed.Sum(l => l.Tax), summed.Sum(l => l.Gross));
    }

    /// <summary>The one rounding of taxes: to the nearest minor unit, half a unit up. For amounts of zero and above.</summary>
    public static long Round(Int128 dividend, int divisor) => (long)(((dividend * 2) + divisor) / ((Int128)divisor * 2));

    // The rounded sum, shared out: each gets its whole units, and the largest remainders one more, the earlier first.
    private static long[] Share(Int128[] dividends, int divisor)
    {
        Int128 sum = 0;
        foreach (var dividend in dividends) sum += dividend;
        var shares = dividends.Select(d => (long)(d / divisor)).ToArray();
        var left = Round(sum, divisor) - shares.Sum();
        foreach (var at in Enumerable.Range(0, dividends.Length).OrderByDescending(i => dividends[i] % divisor).ThenBy(i => i).Take((int)left)) shares[at]++;
        return shares;
    }
}
