using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// Goods in the shape of our own API: an array, an object with <c>items</c>, or one object a line. What an object does not mention stays
/// as it is; without a name it only changes price and stock. Key: <c>key</c>, else <c>id</c>, else <c>sku</c>. Shopify's own words are known too, as its
/// <c>products.json</c> has them.
/// </summary>
internal sealed class JsonGoods : IFeedFormat
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };

    public string Name => "json";

    public int Likelihood(FeedSample sample)
    {
        var text = sample.Text.AsSpan().TrimStart('\ufeff').TrimStart();
        if (text.Length == 0 || text[0] is not ('{' or '[')) return 0;
        if (text[0] == '[' && text[1..].TrimStart() is not ['{' or ']', ..]) return 0;
        return sample.Text.Contains("\"name\"", StringComparison.OrdinalIgnoreCase) || sample.Text.Contains("\"price\"", StringComparison.OrdinalIgnoreCase) || sample.Text.Contains("\"stock\"", StringComparison.OrdinalIgnoreCase) ? 95 : 50;
    }

    public async Task<FeedFault?> Check(FeedFile file, CancellationToken ct)
    {
        using var text = file.Text();
        var items = new JsonItems(text);
        await foreach (var item in items.Read(ct))
        {
            if (Broken(item) is { } fault) return fault;
        }
        // A quotation mark too many makes a text of all that follows: what was wrong first says more than that the end is missing.
        return items.Unfinished is { } cut && Broken(cut) is { } earlier && (earlier.Line, earlier.Column).CompareTo((items.Fault!.Line, items.Fault.Column)) < 0 ? earlier : items.Fault;
    }

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var text = file.Text();
        var items = new JsonItems(text);
        var began = false;
        await foreach (var item in items.Read(ct))
        {
            var record = Record(item);
            if (!began && record is FeedPatch) yield return new FeedFacts(item.Line, false);
            began = true;
            yield return record;
        }
        if (items.Fault is { } fault) yield return new FeedProblem(fault.Line, 0, "", FeedCodes.FileBroken, fault.Text);
    }

    private static FeedFault? Broken(JsonItem item)
    {
        try
        {
            using var document = JsonDocument.Parse(item.Text, Strict);
            return null;
        }
        catch (JsonException error)
        {
            var line = error.LineNumber ?? 0;
            var at = item.Text.Split('\n').ElementAtOrDefault((int)Math.Min(line, int.MaxValue)) ?? "";
            var before = LettersBefore(at, error.BytePositionInLine ?? 0);
            return new FeedFault(item.Line + line, before + (line == 0 ? item.Column : 1), Fill(Key("The file is not well-formed JSON: {0}"), JsonFaults.Sentence(error, Sign(at, before), Strict.MaxDepth)));
        }
    }

    // The parser counts bytes; a person counts letters.
    private static int LettersBefore(string line, long bytes)
    {
        var encoded = Encoding.UTF8.GetBytes(line);
        return Encoding.UTF8.GetCharCount(encoded, 0, (int)Math.Min(bytes, encoded.Length));
    }

    private static string Sign(string line, int at) => at < line.Length && Rune.TryGetRuneAt(line, at, out var sign) ? sign.ToString() : "";

    private static FeedRecord Record(JsonItem item)
    {
        if (Broken(item) is { } fault) return new FeedProblem(fault.Line, 1, "", FeedCodes.FileBroken, fault.Text);
        try
        {
            return Goods(item);
        }
        catch (InvalidOperationException)
        {
            // Half of a pair of escapes, which no text can hold.
            return new FeedProblem(item.Line, 1, "", FeedCodes.FileBroken, Key("The object has an escape that is no character."));
        }
    }

    private static FeedRecord Goods(JsonItem item)
    {
        using var document = JsonDocument.Parse(item.Text, Strict);
        var goods = new JsonFields(document.RootElement);
        var key = goods.Text("key", "id", "sku");
        if (key.Length == 0) return new FeedProblem(item.Line, 1, "key", FeedCodes.KeyMissing, Key("The goods have no key."));
        var offer = Offer(item.Line, goods, "");
        if (goods.Text("name", "title").Length == 0 && !goods.IsTrue("deleted"))
        {
            var parts = (goods.Has("price") ? FeedParts.Price : FeedParts.None) | (goods.Has("stock") ? FeedParts.Stock : FeedParts.None);
            return new FeedPatch(item.Line, key, offer with { Key = goods.Text("variant") }, parts);
        }
        if (goods.IsTrue("deleted")) return new FeedProduct(item.Line, 1, key) { Name = goods.Text("name", "title"), Active = false, Deleted = true, Parts = FeedParts.None };
        var choices = goods.List("options").Select(o => new JsonFields(o).Text("name")).ToList();
        var variants = goods.List("variants").Select(v => Offer(item.Line, new JsonFields(v), offer.Price!.Currency, choices)).ToList();
        return new FeedProduct(item.Line, 1, key)
        {
            Name = goods.Text("name", "title"),
            Sku = goods.Text("sku"),
            Vendor = goods.Text("vendor", "brand"),
            Html = goods.Text("description", "body_html"),
            Categories = [.. goods.List("categories").Concat(goods.List("category")).Concat(goods.List("product_type")).Select(c => JsonFields.Text(c)).Where(c => c.Length > 0)],
            Price = offer.Price,
            Active = !goods.IsFalse("active") && goods.Text("status").ToLowerInvariant() is not ("draft" or "archived"),
            Parts = Parts(goods, variants.Count > 0),
            Attributes = [.. goods.List("attributes").Select(a => new JsonFields(a)).Select(a => new FeedAttribute(a.Text("name"), a.Text("value"), a.Text("unit"))).Where(a => a.Name.Length > 0 && a.Value.Length > 0)],
            Variants = variants.Count > 0 ? variants : [offer with { Key = "" }],
            Pictures = [.. goods.List("pictures").Concat(goods.List("images")).Select(p => Picture(item.Line, p)).Where(p => p.Source.Length > 0).DistinctBy(p => p.Source)],
        };
    }

    private static FeedParts Parts(JsonFields goods, bool variants) => FeedParts.Name
        | (goods.Has("description") || goods.Has("body_html") ? FeedParts.Text : FeedParts.None)
        | (goods.Has("categories") || goods.Has("category") || goods.Has("product_type") ? FeedParts.Categories : FeedParts.None)
        | (goods.Has("pictures") || goods.Has("images") ? FeedParts.Pictures : FeedParts.None)
        | (goods.Has("price") || variants ? FeedParts.Price : FeedParts.None)
        | (goods.Has("stock") || variants ? FeedParts.Stock : FeedParts.None)
        | (goods.Has("attributes") ? FeedParts.Attributes : FeedParts.None);

    private static FeedOffer Offer(long line, JsonFields fields, string currency, IReadOnlyList<string>? choices = null) => new(line)
    {
        Key = fields.Text("key", "id"),
        Options = [.. fields.List("options").Select(o => new JsonFields(o)).Select(o => new FeedOption(o.Text("name"), o.Text("value"))).Concat(Chosen(fields, choices ?? [])).Where(o => o.Name.Length > 0 && o.Value.Length > 0)],
        Sku = fields.Text("sku"),
        Price = new FeedPrice(fields.Text("price"), "price", fields.Text("compareAt", "compare_at_price"), fields.Text("currency") is { Length: > 0 } own ? FeedText.CurrencyCode(own) : currency),
        Stock = fields.Text("stock", "inventory_quantity"),
        Barcode = fields.Text("barcode"),
    };

    // "option1": of the choices that the goods name, the first.
    private static IEnumerable<FeedOption> Chosen(JsonFields variant, IReadOnlyList<string> choices) =>
        choices.Take(3).Select((name, at) => new FeedOption(name, variant.Text($"option{at + 1}"))).Where(o => !o.Value.Equals("Default Title", StringComparison.OrdinalIgnoreCase));

    private static FeedPicture Picture(long line, JsonElement picture) => picture.ValueKind == JsonValueKind.Object
        ? new FeedPicture(line, new JsonFields(picture).Text("url", "src"), "pictures", new JsonFields(picture).Text("alt"))
        : new FeedPicture(line, JsonFields.Text(picture), "pictures");
}

/// <summary>The fields of a JSON object, whatever the case of their names; anything unfit reads as empty.</summary>
internal readonly struct JsonFields(JsonElement element)
{
    public bool Has(string name) => Find(name) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    public bool IsTrue(string name) => Find(name) is { ValueKind: JsonValueKind.True } || Text(name) == "1";

    public bool IsFalse(string name) => Find(name) is { ValueKind: JsonValueKind.False } || (Text(name) is { Length: > 0 } text && FeedText.IsNo(text));

    /// <summary>The first of these fields that has a text or a number, as it is written.</summary>
    public string Text(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Find(name) is { } value && Text(value) is { Length: > 0 } text) return text;
        }
        return "";
    }

    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        // "1e3" is a number to JSON and no price to a person, who may also take 12.500 for thousands.
        JsonValueKind.Number => value.GetRawText() is var raw && (raw.AsSpan().IndexOfAny('e', 'E') >= 0 || raw.Length - raw.LastIndexOf('.') == 4) && value.TryGetDecimal(out var number) ? number.ToString("0.############", System.Globalization.CultureInfo.InvariantCulture) : raw,
        _ => "",
    };

    /// <summary>The items of a list; a single value is a list of one.</summary>
    public IEnumerable<JsonElement> List(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
        { ValueKind: JsonValueKind.String or JsonValueKind.Object } one => [one],
        _ => [],
    };

    private JsonElement? Find(string name)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return property.Value;
        }
        return null;
    }
}
