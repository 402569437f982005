using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>What applicants, candidates and buyers are told; the words stand in <c>Messages</c>.</summary>
internal static class TwoStageLetters
{
    /// <summary>Applications have ended and the draw has its time.</summary>
    public static Wording Closed(Lot lot, LotClosed closed, int held) => new("draws.applications_closed")
    {
        ["title"] = lot.Title, ["size"] = closed.Size, ["count"] = held, ["draws_at"] = closed.DrawsAt, ["page"] = PageOf(lot), ["root"] = closed.Root,
        ["beacon"] = closed.Round is not null, ["round"] = closed.Round?.ToString(CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>To a candidate: what is to be paid, and by when (D-11).</summary>
    /// <param name="called">True where the one before did not become the buyer.</param>
    public static Wording Candidate(Lot lot, Win win, SecondPayment owed, bool called) => new("draws.candidate")
    {
        ["title"] = lot.Title, ["number"] = win.Number, ["amount"] = Of(lot, owed.Amount), ["pay_by"] = win.ClaimBy!.Value, ["called"] = called, ["page"] = PageOf(lot),
    };

    public static Wording Reminded(Lot lot, Win win, SecondPayment owed) => new("draws.candidate_reminded")
    {
        ["title"] = lot.Title, ["amount"] = Of(lot, owed.Amount), ["pay_by"] = win.ClaimBy!.Value, ["page"] = PageOf(lot),
    };

    public static Wording Lapsed(Lot lot, Win win) => new("draws.candidate_lapsed") { ["title"] = lot.Title, ["pay_by"] = win.ClaimBy!.Value };

    /// <summary>To a final buyer.</summary>
    public static Wording Bought(Lot lot, Win win, SecondPayment owed) => new("draws.final_buyer") { ["title"] = lot.Title, ["number"] = win.Number, ["paid"] = owed.Amount > 0, ["page"] = PageOf(lot) };

    /// <summary>To an applicant who was not drawn.</summary>
    /// <param name="reserve">The place in reserve and its number, or null.</param>
    public static Wording NotDrawn(Lot lot, IReadOnlyList<string> numbers, (int Place, string Number)? reserve) => new("draws.not_drawn")
    {
        ["title"] = lot.Title, ["count"] = numbers.Count, ["numbers"] = numbers, ["reserve"] = reserve is not null, ["number"] = reserve?.Number ?? "", ["place"] = reserve?.Place ?? 0, ["page"] = PageOf(lot),
    };

    /// <summary>To whoever got no unit, once the lot is settled: mileage, what goes back and a share of the deposit; null where there is nothing of these.</summary>
    public static Wording? Settled(Lot lot, TwoStage two, int entries)
    {
        var (mileage, back, deposit) = (checked(two.MileageEach * entries), checked(two.BackEach * entries), checked(two.DepositEach * entries));
        if (mileage == 0 && back == 0 && deposit == 0) return null;
        return new Wording("draws.two_stage_settled")
        {
            ["title"] = lot.Title, ["has_mileage"] = mileage > 0, ["mileage"] = mileage, ["worth"] = Of(lot, mileage), ["has_back"] = back > 0, ["back"] = Of(lot, back),
            ["has_deposit"] = deposit > 0, ["deposit"] = Of(lot, deposit), ["page"] = PageOf(lot),
        };
    }

    private static Money Of(Lot lot, long minor) => new(minor, Currency.Of(lot.Currency));

    private static string PageOf(Lot lot) => $"/lots/{lot.Id}";
}
