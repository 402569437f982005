using System.Globalization;
using System.Text;

namespace Fairground.Catalog;

/// <summary>One category of the market's tree (C-07).</summary>
internal sealed class Category
{
    public Guid Id { get; init; }

    public Guid? ParentId { get; set; }

    public required string Name { get; set; }

    public required string Slug { get; set; }

    /// <summary>Slugs from the top, parted by a slash: <c>clothing/t-shirts</c>.</summary>
    public required string Path { get; set; }

    /// <summary>Names from the top: <c>Clothing > T-Shirts</c>.</summary>
    public required string FullName { get; set; }

    /// <summary>Place among its siblings, from 1; 0 where nobody has put them into an order: then by name, behind those that have a place.</summary>
    public int Position { get; set; }

    /// <summary>True where buyers do not see it in the tree, nor what is below it.</summary>
    public bool Hidden { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>A name as it is kept: trimmed, and without line breaks and other signs that are no letters; a space stands for them.</summary>
    public static string OneLine(string name)
    {
        var clean = name.Trim();
        if (!clean.Any(IsBreak)) return clean;
        return string.Join(' ', string.Concat(clean.Select(c => IsBreak(c) ? '\n' : c)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool IsBreak(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}

/// <summary>A path that a category had before it was renamed, moved or merged; addresses and feeds that still say it are led to where it is now.</summary>
internal sealed class FormerCategory
{
    public required string Path { get; init; }

    public Guid CategoryId { get; set; }
}

/// <summary>Where a category's page is.</summary>
internal static class CategoryAddress
{
    /// <summary><c>/catalogue/clothing/t-shirts</c>.</summary>
    public static string Of(string path) => "/catalogue/" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
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
            if (Rune.IsLetterOrDigit(rune) || (isMark && slug.Length > 0)) slug.Append(Rune.ToLowerInvariant(rune));
            else if (slug.Length > 0 && slug[^1] != '-' && rune.Value is not ('\'' or '’')) slug.Append('-');
        }
        var text = slug.ToString().TrimEnd('-');
        return text.Length == 0 ? fallback : text;
    }
}
