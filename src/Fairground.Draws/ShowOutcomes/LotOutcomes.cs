using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Draws;

/// <summary>One figure of a piece: <c>floor((A + B n) / (C + D n))</c> for n sold.</summary>
internal readonly record struct Figure(long A, long B, long C, long D)
{
    public static Figure Constant(long value) => new(value, 0, 1, 0);

    public static Figure Each(long value) => new(0, value, 1, 0);

    public Int128 At(int sold) => ((Int128)A + ((Int128)B * sold)) / ((Int128)C + ((Int128)D * sold));
}

/// <summary>Neighbouring numbers of sold certificates that end alike and whose amounts follow one formula each.</summary>
internal sealed record OutcomeRun(int From, int To, OutcomeEnd End, Figure Collected, Figure Refund, Figure Winners, Figure WinnerGets, Figure Seller)
{
    /// <summary>The figures by the names under which they are published.</summary>
    public IEnumerable<(string Name, Figure Figure)> Figures =>
        new[] { ("collected", Collected), ("refund", Refund), ("winners", Winners), ("winnerGets", WinnerGets), ("seller", Seller) }.Where(f => f.Item2 != Figure.Constant(0));

    /// <summary>True where the formulas give this row to the last minor unit.</summary>
    public bool Fits(Outcome row, long share) =>
        row.End == End && Collected.At(row.Sold) == row.Collected && Refund.At(row.Sold) * row.Sold == row.ToBuyers && Winners.At(row.Sold) == row.Winners
        && Seller.At(row.Sold) == row.ToShop && WinnerGets.At(row.Sold) == share;
}

/// <summary>The outcome for every possible number of sold certificates (C-22), written small: each of up to a million rows is asked of the settling rules, and rows that the same
/// formulas give exactly stand together (draw proof, table of outcomes). Its hash is part of the terms.</summary>
internal sealed class LotOutcomes
{
    private const long Widest = LotTerms.MaxAmount;

    private readonly Sale terms;
    private readonly int winners;

    private LotOutcomes(Sale terms, long price, int winners, IReadOnlyList<OutcomeRun> pieces) =>
        (this.terms, Price, this.winners, Pieces) = (terms, price, winners, pieces);

    public IReadOnlyList<OutcomeRun> Pieces { get; }

    public int Entries => terms.Entries;

    public string Currency => terms.Currency;

    /// <summary>The price of the goods, minor units.</summary>
    public long Price { get; }

    /// <summary>The table of a lot, as drafted or as opened. Pure.</summary>
    public static LotOutcomes Of(Lot lot)
    {
        var sale = LotDrafts.DraftOf(lot);
        var pieces = new List<OutcomeRun>();
        for (var sold = 0; sold <= lot.Entries; sold++)
        {
            var row = Outcome.Of(sale, lot.Winners, sold);
            var share = row.Share(lot.Currency);
            if (pieces.Count > 0 && pieces[^1].Fits(row, share))
            {
                pieces[^1] = pieces[^1] with { To = sold };
                continue;
            }
            var piece = new[] { General(sale, lot.Winners, row), Single(row, share) }.First(p => p is not null && p.Fits(row, share))!;
            pieces.Add(piece);
        }
        return new LotOutcomes(sale, lot.Price, lot.Winners, pieces);
    }

    /// <summary>One row.</summary>
    /// <param name="sold">From 0 to <see cref="Entries"/>.</param>
    public Outcome At(int sold)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sold, Entries);
        return Outcome.Of(terms, winners, sold);
    }

    /// <summary>The published document.</summary>
    public JsonObject ToJson() => Published().ToJson();

    /// <summary>SHA-256 of the canonical document, lower-case hex: <c>outcomes</c> in the terms.</summary>
    public string Hash() => Published().HashHex();

    /// <summary>The table as it is published.</summary>
    public OutcomeTable Published() => new(
        terms.Currency, Price, terms.Nominal, terms.Entries, winners,
        [.. Pieces.Select(p => new OutcomePiece(p.From, p.To, At(p.From).Wire, p.Figures.ToDictionary(f => f.Name, f => new OutcomeFigure(f.Figure.A, f.Figure.B, f.Figure.C, f.Figure.D))))]);

    /// <summary>Numbers of sold certificates worth a line of their own: where something changes, and the quarters between.</summary>
    public IReadOnlyList<int> Telling()
    {
        var telling = new SortedSet<int> { 1, Entries };
        foreach (var piece in Pieces.Take(6))
        {
            telling.Add(piece.From);
            telling.Add(piece.To);
        }
        for (var quarter = 1; quarter < 4; quarter++) telling.Add((int)((long)Entries * quarter / 4));
        return [.. telling.Where(n => n > 0)];
    }

    /// <summary>Numbers for a plot: evenly spread, with both sides of a change.</summary>
    public IReadOnlyList<int> Plotted(int most)
    {
        var points = new SortedSet<int>();
        foreach (var piece in Pieces.Take(most))
        {
            points.Add(piece.From);
            points.Add(piece.To);
        }
        for (var i = 0; i <= most; i++) points.Add((int)((long)Entries * i / most));
        return [.. points];
    }

    // The formulas of this kind of end; null where a factor is too large to be written as a JSON number.
    private static OutcomeRun? General(Sale sale, int winners, Outcome row)
    {
        var (zero, collected) = (Figure.Constant(0), Figure.Each(sale.Nominal));
        if (row.End == OutcomeEnd.Refund) return new OutcomeRun(row.Sold, row.Sold, row.End, collected, Figure.Constant(sale.Nominal), zero, zero, zero);
        // While there are fewer certificates than winners, each one wins.
        var all = row.Sold < winners;
        var drawn = all ? Figure.Each(1) : Figure.Constant(row.Winners);
        if (row.End == OutcomeEnd.Draw) return new OutcomeRun(row.Sold, row.Sold, row.End, collected, zero, drawn, zero, collected);
        if ((Int128)sale.Nominal * 100 > Widest) return null;
        var gets = all ? new Figure(0, sale.Nominal * sale.CashPercent, 0, 100) : new Figure(0, sale.Nominal * sale.CashPercent, 100L * row.Winners, 0);
        return new OutcomeRun(row.Sold, row.Sold, row.End, collected, zero, drawn, gets, new Figure(99, sale.Nominal * (100 - sale.CashPercent), 100, 0));
    }

    private static OutcomeRun Single(Outcome row, long share) => new(
        row.Sold, row.Sold, row.End, Figure.Constant(row.Collected), Figure.Constant(row.Sold == 0 ? 0 : row.ToBuyers / row.Sold), Figure.Constant(row.Winners), Figure.Constant(share), Figure.Constant(row.ToShop));
}
