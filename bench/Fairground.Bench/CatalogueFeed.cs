using System.Globalization;

namespace Fairground.Bench;

/// <summary>A feed of any number of goods, the same for the same number: names of a few thousand words, Zipf-like categories and makers.</summary>
internal static class CatalogueFeed
{
    private static readonly string[] Kinds =
    [
        "kettle", "lamp", "shirt", "blanket", "bicycle", "phone", "camera", "watch", "chair", "table", "carpet", "mirror", "drill", "tent", "boots", "jacket", "guitar", "piano", "printer", "monitor",
        "чайник", "лампа", "рубашка", "одеяло", "велосипед", "телефон", "часы", "стул", "стол", "ковёр", "зеркало", "дрель", "палатка", "сапоги", "куртка", "гитара", "принтер", "монитор", "шкаф", "диван",
    ];

    private static readonly string[] Traits =
    [
        "red", "blue", "green", "silent", "folding", "electric", "wooden", "woollen", "steel", "copper", "small", "large", "winter", "summer", "garden", "kitchen", "travel", "antique",
        "красный", "синий", "складной", "электрический", "деревянный", "стальной", "зимний", "летний", "садовый", "кухонный", "дорожный", "детский",
    ];

    /// <summary>Words that searches are put together from.</summary>
    public static IReadOnlyList<string> Words => [.. Kinds, .. Traits];

    public static string Name(int i) => $"{Traits[Mix(i, 1) % Traits.Length]} {Traits[Mix(i, 2) % Traits.Length]} {Kinds[Mix(i, 3) % Kinds.Length]} {Maker(i)}{Mix(i, 4) % 1000}";

    public static async Task WriteCsv(string path, int goods)
    {
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync("Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,Status");
        for (var i = 0; i < goods; i++)
        {
            await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"g{i},{Name(i)},\"<p>{Text(i)}</p>\",{Maker(i)},Range {Mix(i, 5) % 20} > Shelf {Mix(i, 6) % 15},Title,Default Title,S-{i},shopify,{Mix(i, 7) % 90},{10 + (Mix(i, 8) % 90000)}.00,,active"));
        }
    }

    public static async Task WriteYml(string path, int goods)
    {
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<yml_catalog date=\"2026-11-01 00:00\"><shop><currencies><currency id=\"KZT\" rate=\"1\"/></currencies><categories>");
        for (var c = 0; c < 20; c++) await file.WriteLineAsync($"<category id=\"{c + 1}\">Range {c}</category>");
        for (var c = 0; c < 300; c++) await file.WriteLineAsync($"<category id=\"{100 + c}\" parentId=\"{(c / 15) + 1}\">Shelf {c % 15}</category>");
        await file.WriteLineAsync("</categories><offers>");
        for (var i = 0; i < goods; i++)
        {
            await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"<offer id=\"g{i}\" available=\"true\"><name>{Name(i)}</name><vendor>{Maker(i)}</vendor><vendorCode>S-{i}</vendorCode><price>{10 + (Mix(i, 8) % 90000)}</price><currencyId>KZT</currencyId><categoryId>{100 + (Mix(i, 5) % 20 * 15) + (Mix(i, 6) % 15)}</categoryId><count>{Mix(i, 7) % 90}</count><description>{Text(i)}</description></offer>"));
        }
        await file.WriteLineAsync("</offers></shop></yml_catalog>");
    }

    private static string Maker(int i) => $"M{Mix(i, 9) % 400}";

    private static string Text(int i) => $"This {Kinds[Mix(i, 3) % Kinds.Length]} comes from workshop {Mix(i, 10) % 5000} and is {Traits[Mix(i, 11) % Traits.Length]}; it weighs {Mix(i, 12) % 40} kg.";

    // A number that looks like chance and is the same every time.
    private static int Mix(int i, int salt)
    {
        var x = ((uint)i * 2654435761u) ^ ((uint)salt * 2246822519u);
        x = (x ^ (x >> 15)) * 2246822519u;
        x = (x ^ (x >> 13)) * 3266489917u;
        return (int)((x ^ (x >> 16)) & 0x7fffffff);
    }
}
