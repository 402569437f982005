using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>How a lot ends.</summary>
internal enum OutcomeEnd
{
    /// <summary>No draw; everyone gets the money back.</summary>
    Refund,

    /// <summary>The winners take the goods.</summary>
    Draw,

    /// <summary>The winners share money.</summary>
    Cash,
}

/// <summary>What becomes of everybody's money where a lot ends with so many certificates sold. Minor units; the three shares add up to what was collected.</summary>
/// <param name="Winners">How many win, where that many people hold certificates; the odds of one certificate are at least this in <paramref name="Sold"/>, and exactly where one wins or everyone holds one.</param>
internal readonly record struct Outcome(int Sold, OutcomeEnd End, int Winners, long Collected, long ToShop, long ToWinners, long ToBuyers)
{
    /// <summary>Asks the rules that close, settle and refund lots what they would do. Pure.</summary>
    /// <param name="terms">A lot under its terms, however many are sold.</param>
    /// <param name="winners">Winners that the terms promise.</param>
    public static Outcome Of(Sale terms, int winners, int sold)
    {
        // An extension only moves the end; the table is about the end.
        var sale = terms with { State = LotState.Open, Sold = sold, Extended = true };
        if (CloseLotRule.Of(sale, early: false) != Closing.Draw)
            return new Outcome(sold, OutcomeEnd.Refund, 0, sale.Collected, 0, 0, RefundHolderRule.Back(sale, sold));
        var closed = sale with { Cash = CloseLotRule.IsCash(sale) };
        var (toShop, toWinners) = SettleLotRule.Divide(closed);
        return new Outcome(sold, closed.Cash ? OutcomeEnd.Cash : OutcomeEnd.Draw, Math.Min(winners, sold), sale.Collected, toShop, toWinners, 0);
    }

    /// <summary>What each winner gets in money; the first ones one minor unit more where it does not divide evenly.</summary>
    public long Share(string currency) => End == OutcomeEnd.Cash ? SettleLotRule.Shares(new Money(ToWinners, Currency.Of(currency)), Winners)[^1] : 0;

    /// <summary>The end as the table writes it.</summary>
    public string Wire => End switch
    {
        OutcomeEnd.Refund => "refund",
        OutcomeEnd.Draw => "draw",
        _ => "cash",
    };
}
