using System.Globalization;

namespace Fairground.Ui;

/// <summary>Writes an instant in UTC in the reader's language, for pages whose scripts are off.</summary>
public static class TimeWords
{
    /// <summary>Such as "22 Nov 2026, 09:00 UTC".</summary>
    public static string Utc(DateTimeOffset at, bool dateOnly = false)
    {
        var culture = ReadersCulture;
        var date = at.UtcDateTime.ToString(DatePattern(culture), culture);
        return dateOnly ? date : $"{date}, {at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC";
    }

    /// <summary>Where a second matters: "22 November 2026, 09:00:03 UTC".</summary>
    public static string ToTheSecond(DateTimeOffset at)
    {
        var culture = ReadersCulture;
        return $"{at.UtcDateTime.ToString(DatePattern(culture).Replace("MMM", "MMMM", StringComparison.Ordinal), culture)}, {at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} UTC";
    }

    /// <summary>With the month in full: "22 November 2026, 09:00 UTC".</summary>
    public static string Long(DateTimeOffset at)
    {
        var culture = ReadersCulture;
        return $"{at.UtcDateTime.ToString(DatePattern(culture).Replace("MMM", "MMMM", StringComparison.Ordinal), culture)}, {at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC";
    }

    /// <summary>Without the year: "22 Nov, 09:00 UTC".</summary>
    public static string Short(DateTimeOffset at)
    {
        var culture = ReadersCulture;
        var pattern = DatePattern(culture).Replace(" yyyy", "", StringComparison.Ordinal).Replace("yyyy년 ", "", StringComparison.Ordinal).Replace("yyyy年", "", StringComparison.Ordinal);
        return $"{at.UtcDateTime.ToString(pattern, culture)}, {at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC";
    }

    private static string DatePattern(CultureInfo culture) => culture.TwoLetterISOLanguageName switch
    {
        "ko" => "yyyy년 M월 d일",
        "zh" => "yyyy年M月d日",
        _ => "d MMM yyyy",
    };
}
