using System.Globalization;
using Fairground.Kernel;
using Fairground.Ui;

namespace Fairground.Protection.SetLimits;

/// <summary>Limits in words.</summary>
internal static class LimitWords
{
    public static string Amount(long figure, LimitOfMine limit) =>
        limit.Currency is null ? figure.ToString("N0", ReadersCulture) : MoneyFormat.Format(new Money(figure, Currency.Of(limit.Currency)));
}
