using System.Globalization;

namespace Fairground.Fairness;

/// <summary>Instants as the draw proof writes them: RFC 3339, UTC with a <c>Z</c>, whole seconds.</summary>
public static class ProofTime
{
    private const string Layout = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Writes an instant; fractions of a second are cut off.</summary>
    public static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(Layout, CultureInfo.InvariantCulture);

    /// <summary>Reads an instant.</summary>
    /// <exception cref="FormatException">The text is not such a time.</exception>
    public static DateTimeOffset Parse(string text) => DateTimeOffset.FromUnixTimeSeconds(UnixSeconds(text, "The time"));

    internal static long UnixSeconds(string text, string what)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, Layout, CultureInfo.InvariantCulture, utc, out var instant)
            ? instant.ToUnixTimeSeconds()
            : throw new FormatException($"\"{what}\" must be a time like 2026-01-31T09:00:00Z.");
    }
}
