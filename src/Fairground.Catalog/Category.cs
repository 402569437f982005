using System.Globalization;
using System.Text;

namespace Fairground.Catalog;

/// <summary>One category of the market's tree (C-07).</summary>
internal sealed class Category
{
    public Guid Id { get; init; }

    public Guid? ParentId { get; init; }

    public required string Name { get; init; }

    public required string Slug { get; init; }

    /// <summary>Slugs from the top, parted by a slash: <c>clothing/t-shirts</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Names from the top: <c>Clothing > T-Shirts</c>.</summary>
    public required string FullName { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Names as they stand in addresses.</summary>
internal static class Slug
{
    private const int Longest = 80;

    /// <summary>Lower-case letters and digits of any script, parted by hyphens; <paramref name="fallback"/> where nothing is left.</summary>
    public static string Of(string name, string fallback = "-")
    {
        var slug = new StringBuilder(name.Length);
        foreach (var rune in name.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            if (slug.Length >= Longest) break;
            var isMark = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            if (Rune.IsLetterOrDigit(rune) || (isMark && slug.Length > 0)) slug.Append(Rune.ToLowerInvariant(rune).ToString());
            else if (slug.Length > 0 && slug[^1] != '-' && rune.Value is not ('\'' or '’')) slug.Append('-');
        }
        var text = slug.ToString().TrimEnd('-');
        return text.Length == 0 ? fallback : text;
    }
}
