namespace Fairground.Catalog.ImportFeed;

/// <summary>What a dry run found, as pages and their downloads say it; the API keeps the English words.</summary>
internal static class ReadDifference
{
    private const string Variant = "variant ";

    /// <summary>What differs: of the goods, or of one of their variants.</summary>
    public static string Field(string field)
    {
        if (field == "variant") return T["Variant"];
        if (!field.StartsWith(Variant, StringComparison.Ordinal)) return One(field);
        var end = field.LastIndexOf(": ", StringComparison.Ordinal);
        // "variant Size: L" is a variant that came or went, "variant Size: L: stock" what changed of it.
        if (end > Variant.Length && One(field[(end + 2)..]) is var words && words != field[(end + 2)..]) return T["Variant {0}: {1}", field[Variant.Length..end], words];
        return T["Variant {0}", field[Variant.Length..]];
    }

    /// <summary>What became of the goods: empty where they only changed.</summary>
    public static string What(string what) => what switch
    {
        "new" => T["new goods"],
        "off the shelf" => T["Off the shelf"],
        _ => "",
    };

    /// <summary>A value before or after.</summary>
    public static string Value(string field, string value) => (field is "on the shelf" or "in the feed" or "essential", value) switch
    {
        (true, "yes") => T["Yes"],
        (true, "no") => T["No"],
        (_, "") => "–",
        _ => field.Length == 0 ? T.Again(value) : value,
    };

    private static string One(string field) => field switch
    {
        "name" => T["Name"],
        "SKU" => T["SKU"],
        "maker" => T["Brand"],
        "description" => T["Description"],
        "price" => T["Price"],
        "former price" => T["Price before a reduction"],
        "waiting price" => T["Waiting price"],
        "on the shelf" => T["On the shelf"],
        "in the feed" => T["In the feed"],
        "essential" => T["Essential"],
        "categories" => T["Categories"],
        "pictures" => T["Pictures"],
        "properties" => T["Properties"],
        "stock" => T["Stock"],
        "options" => T["Options"],
        "barcode" => T["Barcode"],
        "key" => T["Key"],
        "order of the variants" => T["Order of the variants"],
        _ => field,
    };
}
