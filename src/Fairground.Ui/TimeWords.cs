using System.Globalization;

namespace Fairground.Ui;

/// <summary>Writes an instant in UTC in the reader's language, for pages whose scripts are off.</summary>
public static class TimeWords
{
    /// <summary>Such as "22 Nov 2026, 09:00 UTC".</summary>
    public static string Utc(DateTimeOffset at, bool dateOnly = false)
    {
        var culture = CultureInfo.CurrentCulture;
        var date = at.UtcDateTime.ToString(DatePattern(culture), culture);
        return dateOnly ? date : $"{date}, {at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC";
    }

    private static string DatePattern(CultureInfo culture) => culture.TwoLetterISOLanguageName switch
    {
        "ko" => "yyyy년 M월 d일",
        "zh" => "yyyy年M月d日",
        _ => "d MMM yyyy",
    };
}
