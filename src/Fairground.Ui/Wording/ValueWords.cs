using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Languages;

namespace Fairground.Ui.Wording;

/// <summary>Writes values as the reader of a message writes them.</summary>
/// <param name="Language">The reader's language.</param>
/// <param name="Zone">The reader's time zone; it is said beside every time.</param>
/// <param name="Plain">For SMS: currencies by their codes and ordinary blanks, since one sign outside GSM-7 more than halves what a message can hold.</param>
internal sealed record ValueWords(Language Language, TimeZoneInfo Zone, bool Plain)
{
    public string Of(object value)
    {
        var written = value switch
        {
            string text => text,
            int number => Number(number),
            long number => Number(number),
            Money money => Amount(money),
            DateTimeOffset at => Instant(at),
            IEnumerable<string> list => string.Join(Language.Code == "zh-Hans" ? "、" : ", ", list),
            _ => throw new ArgumentException($"{value.GetType().Name} has no words.", nameof(value)),
        };
        return Plain && value is not string ? written.Replace('\u202F', ' ').Replace('\u00A0', ' ').Replace('\u2212', '-') : written;
    }

    private string Number(long number) => number.ToString("N0", Language.Culture);

    private string Amount(Money money)
    {
        if (!Plain) return MoneyFormat.Format(money, culture: Language.Culture);
        // The sign of a unit is its code: money in SMS is written like points.
        var withSign = MoneyFormat.Format(money.Minor, "XXX", money.Currency.MinorDigits, culture: Language.Culture);
        return withSign.Replace("XXX", money.Currency.Code, StringComparison.Ordinal);
    }

    private string Instant(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        var date = local.ToString(Language.Code switch { "ru" => "d MMMM yyyy 'г.'", "kk" => "yyyy 'ж.' d MMMM", "ko" => "yyyy'년' M'월' d'일'", "zh-Hans" => "yyyy'年'M'月'd'日'", _ => "d MMMM yyyy" }, Language.Culture);
        var time = local.ToString(local.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
        return $"{date}{(Language.Code is "ko" or "zh-Hans" ? "" : ",")} {time} {Offset(local.Offset)}";
    }

    private static string Offset(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero) return "UTC";
        var (hours, minutes) = (Math.Abs(offset.Hours), Math.Abs(offset.Minutes));
        return string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? "-" : "+")}{hours}{(minutes == 0 ? "" : $":{minutes:00}")}");
    }
}
