using System.Globalization;
using Fairground.Kernel;
using Fairground.Ui;

namespace Fairground.Protection.SetLimits;

/// <summary>Limits in words.</summary>
internal static class LimitWords
{
    public static string Amount(long figure, LimitOfMine limit) =>
        limit.Currency is null ? figure.ToString("N0", ReadersCulture) : MoneyFormat.Format(new Money(figure, Currency.Of(limit.Currency)));

    public static string Name(LimitOfMine limit) => (limit.Kind, limit.Period) switch
    {
        ("entries", "day") => T["Entries in a day"],
        ("entries", "week") => T["Entries in a week"],
        ("entries", _) => T["Entries in a month"],
        (_, "day") => T["Spending in a day"],
        (_, "week") => T["Spending in a week"],
        _ => T["Spending in a month"],
    };
}
