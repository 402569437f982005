using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>What holders and winners are told; the words stand in <c>Messages</c>.</summary>
internal static class DrawLetters
{
    private const string MyWins = "/me/wins";

    /// <summary>Sales have ended and the draw has its time (C-20, C-21).</summary>
    public static Wording Closed(Lot lot, LotClosed closed, int held) => new("draws.lot_closed")
    {
        ["title"] = lot.Title, ["size"] = closed.Size, ["count"] = held, ["draws_at"] = closed.DrawsAt, ["cash"] = closed.Cash, ["percent"] = lot.CashPercent, ["page"] = PageOf(lot.Id), ["root"] = closed.Root,
        // A round is a name, not an amount: it is written without groups.
        ["beacon"] = closed.Round is not null, ["round"] = closed.Round?.ToString(CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>To a winner alone (C-28).</summary>
    public static Wording Won(Lot lot, Win win, bool cash, string place) => cash
        ? new("draws.won_cash") { ["title"] = lot.Title, ["number"] = win.Number, ["percent"] = lot.CashPercent }
        : new("draws.won") { ["title"] = lot.Title, ["number"] = win.Number, ["place"] = place, ["claim_by"] = win.ClaimBy!.Value, ["page"] = MyWins };

    /// <summary>To a holder who did not win (C-20).</summary>
    /// <param name="reserve">The holder's place in reserve and its number, or null.</param>
    public static Wording NotWon(Lot lot, IReadOnlyList<string> numbers, (int Place, string Number)? reserve) => new("draws.not_won")
    {
        ["title"] = lot.Title, ["count"] = numbers.Count, ["numbers"] = numbers, ["reserve"] = reserve is not null, ["number"] = reserve?.Number ?? "", ["place"] = reserve?.Place ?? 0, ["page"] = PageOf(lot.Id),
    };

    /// <summary>The ways in which what was paid for a cancelled lot comes back.</summary>
    public const string ToWallet = "wallet", WithMileage = "mileage", LetGo = "let_go";

    /// <param name="back">How the money comes back: <see cref="ToWallet"/>, <see cref="WithMileage"/> where some was mileage, <see cref="LetGo"/> where it was only set aside.</param>
    public static Wording Cancelled(Lot lot, LotCancelled cancelled, int held, string back = ToWallet) => new("draws.lot_cancelled")
    {
        ["back"] = back,
        ["title"] = lot.Title, ["reason"] = cancelled.Reason, ["has_note"] = cancelled.Note is not null, ["note"] = cancelled.Note?.TrimEnd('.') ?? "",
        ["amount"] = new Money(checked(lot.Nominal * held), Currency.Of(lot.Currency)),
    };

    public static Wording Extended(Lot lot, DateTimeOffset closesAt) => new("draws.lot_extended") { ["title"] = lot.Title, ["closes_at"] = closesAt };

    public static Wording Switched(Lot lot, DrawSwitched switched) => new("draws.draw_switched") { ["title"] = lot.Title, ["step"] = switched.Step, ["draws_at"] = switched.DrawsAt };

    public static Wording Called(Lot lot, Win win, string place) => new("draws.reserve_called") { ["title"] = lot.Title, ["number"] = win.Number, ["place"] = place, ["claim_by"] = win.ClaimBy!.Value, ["page"] = MyWins };

    public static Wording Reminded(Lot lot, Win win, string place) => new("draws.winner_reminded")
    {
        ["title"] = lot.Title, ["number"] = win.Number, ["place"] = place, ["claim_by"] = win.ClaimBy!.Value, ["page"] = MyWins, ["next"] = lot.Unclaimed == UnclaimedPolicy.NextReserve && lot.Reserves > 0,
    };

    public static Wording Lapsed(Lot lot, Win win) => new("draws.win_lapsed") { ["title"] = lot.Title, ["number"] = win.Number, ["claim_by"] = win.ClaimBy!.Value, ["times"] = Win.EveryContact };

    /// <summary>What summaries put these messages under.</summary>
    public static MessageTopic About(Lot lot) => new(PageOf(lot.Id), lot.Title);

    private static string PageOf(Guid lotId) => $"/lots/{lotId}";
}
