using System.Globalization;

namespace Fairground.Kernel.Languages;

/// <summary>A language that the market speaks.</summary>
/// <param name="Code">Its BCP 47 tag: <c>en</c>, <c>ru</c>, <c>kk</c>, <c>ko</c>, <c>zh-Hans</c>.</param>
/// <param name="OwnName">What its readers call it.</param>
public sealed record Language(string Code, string OwnName)
{
    public static readonly Language English = new("en", "English");
    public static readonly Language Russian = new("ru", "Русский");
    public static readonly Language Kazakh = new("kk", "Қазақша");
    public static readonly Language Korean = new("ko", "한국어");
    public static readonly Language Chinese = new("zh-Hans", "简体中文");

    /// <summary>All of them, English first.</summary>
    public static IReadOnlyList<Language> All { get; } = [English, Russian, Kazakh, Korean, Chinese];

    /// <summary>How its readers write dates and numbers.</summary>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo(Code);

    /// <summary>
    /// The language of whoever reads what is being written now. Only words, dates and amounts for people look at it: <see cref="CultureInfo.CurrentCulture"/> stays invariant,
    /// so that what is parsed, hashed, exported and sent is the same for every reader.
    /// </summary>
    public static Language Current => Closest(CultureInfo.CurrentUICulture.Name) ?? English;

    /// <summary>The language with exactly this code, or null.</summary>
    public static Language? Find(string? code) => code is null ? null : All.FirstOrDefault(language => language.Code.Equals(code, StringComparison.OrdinalIgnoreCase));

    /// <summary>The language that a reader of this tag reads best: <c>ru-KZ</c> reads <c>ru</c>, <c>zh-CN</c> and <c>zh</c> read <c>zh-Hans</c>; null for none of ours.</summary>
    public static Language? Closest(string? tag)
    {
        if (string.IsNullOrEmpty(tag)) return null;
        var primary = Primary(tag);
        foreach (var language in All)
        {
            if (primary.Equals(Primary(language.Code), StringComparison.OrdinalIgnoreCase)) return language;
        }
        return null;
    }

    private static ReadOnlySpan<char> Primary(string tag) => tag.IndexOf('-', StringComparison.Ordinal) is var end and >= 0 ? tag.AsSpan(0, end) : tag;
}
