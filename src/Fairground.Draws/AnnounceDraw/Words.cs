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
}
