using Fairground.Catalog.Feeds;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Reads how shops say what they have: pieces, more than so many, or words.</summary>
internal static class StockText
{
    private static readonly HashSet<string> There = new(StringComparer.OrdinalIgnoreCase)
    {
        "in stock", "in_stock", "instock", "available", "yes", "true", "y", "backorder", "onbackorder", "on backorder", "preorder", "pre order", "limited availability",
        "есть", "в наличии", "есть в наличии", "да", "на складе", "под заказ", "предзаказ", "много", "мало", "бар", "иә", "є", "так", "в наявності", "有货", "现货", "재고 있음",
    };

    private static readonly HashSet<string> Gone = new(StringComparer.OrdinalIgnoreCase)
    {
        "out of stock", "out_of_stock", "outofstock", "sold out", "soldout", "unavailable", "not available", "discontinued", "no", "false", "n", "none",
        "нет", "нет в наличии", "отсутствует", "закончился", "снят с производства", "жоқ", "немає", "ні", "немає в наявності", "缺货", "无货", "품절", "재고 없음",
    };

    private static readonly string[] Units = ["шт.", "шт", "дана", "штук", "pcs.", "pcs", "pc", "pieces", "ea", "개"];

    /// <summary>
    /// Pieces where a number is said (negative where more was sold than there is), 0 for words that say none, null for words that say there is
    /// some: then nobody counts. Not understood: null too, and the caller says so.
    /// </summary>
    public static (bool Understood, long? Pieces) Read(string text)
    {
        var word = text.Trim().Trim('"', '\'').Trim();
        if (word.Length == 0 || There.Contains(word) || There.Contains(word.Replace('-', ' '))) return (true, null);
        if (Gone.Contains(word) || Gone.Contains(word.Replace('-', ' '))) return (true, 0);
        // "10+", ">5", "more than 10", "5 pcs": at least so many are there.
        foreach (var unit in Units)
        {
            if (!word.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            word = word[..^unit.Length].TrimEnd();
            break;
        }
        foreach (var more in (string[])[">=", ">", "≥", "более", "больше", "more than", "over", "от"])
        {
            if (!word.StartsWith(more, StringComparison.OrdinalIgnoreCase)) continue;
            word = word[more.Length..].Trim();
            break;
        }
        word = new string([.. word.TrimEnd('+').Where(c => !char.IsWhiteSpace(c))]);
        return FeedText.Stock(word) is { } pieces ? (true, pieces) : (false, null);
    }
}
