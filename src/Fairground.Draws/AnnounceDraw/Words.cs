using System.Globalization;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Phrases that messages and pages share.</summary>
internal static class Words
{
    /// <summary>Where a prize is handed over, as far as it is known.</summary>
    public static string Counter(ShopInfo? shop) => shop is null ? "the shop" : shop.Address.Length == 0 ? shop.Name : $"{shop.Name}, {shop.Address}";

    /// <summary>An instant for a person, in UTC.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The message to a winner (C-28).</summary>
    public static (string Subject, string Text) Won(Lot lot, Win win, bool cash, string address) => (
        $"You won: {lot.Title}",
        cash
            ? $"Your certificate {win.Number} won. The lot did not sell out, so your prize is your share of {lot.CashPercent} % of what was collected, as its terms say. It goes into your wallet now."
            : $"Your certificate {win.Number} won {lot.Title}. Collect it at {address} by {Time(win.ClaimBy!.Value)}: open your wins at /me/wins and show the code there.");
}
