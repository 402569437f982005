using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Fairground.Catalog.SearchGoods;

/// <summary>
/// Words that nobody types, kept among the words of goods: whose they are and which categories they are in. So the index itself finds the few goods
/// of one shop or one category among the many that have a common word.
/// </summary>
internal static class SearchTags
{
    private const string Between = " > ";

    /// <summary>The goods of a shop.</summary>
    public static string Shop(Guid id) => $"0s{id:n}";

    /// <summary>The goods in a category or below it.</summary>
    /// <param name="fullName">With those above it: <c>Clothing > T-shirts</c>.</param>
    public static string Category(string fullName) => string.Create(CultureInfo.InvariantCulture, $"0c{XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(fullName)):x16}");

    /// <summary>The tags of goods of this shop in these categories.</summary>
    public static IReadOnlyList<string> Of(Guid shop, IEnumerable<string> categories)
    {
        var tags = new List<string> { Shop(shop) };
        foreach (var name in categories.Where(n => n.Length > 0))
        {
            for (var end = name.IndexOf(Between, StringComparison.Ordinal); end >= 0; end = name.IndexOf(Between, end + 1, StringComparison.Ordinal)) Add(name[..end]);
            Add(name);
        }
        return tags;

        void Add(string name)
        {
            var tag = Category(name);
            if (!tags.Contains(tag)) tags.Add(tag);
        }
    }
}
