namespace Fairground.Catalog.Feeds.Tables;

/// <summary>
/// Which column of a plain table is what: by what the shop says of it, else by common header words in English, Russian and Kazakh.
/// </summary>
internal sealed class TableColumns
{
    /// <summary>Our fields, and the words they are known by, as <see cref="CsvHeader.Normal"/> writes them; the likelier first.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Words = new Dictionary<string, string[]>
    {
        ["key"] = ["key", "external id", "product id", "offer id", "item id", "id", "внешний код", "ид", "идентификатор", "id товара", "код товара", "код номенклатуры", "код"],
        ["sku"] = ["sku", "vendor code", "article", "article number", "item number", "part number", "code", "артикул", "артикул товара", "артикул производителя", "код производителя"],
        ["name"] = ["name", "product name", "title", "product title", "item name", "product", "item", "goods", "название", "название товара", "наименование", "наименование товара", "номенклатура", "товар", "имя", "атауы", "тауар"],
        ["price"] = ["price", "retail price", "selling price", "sale price", "unit price", "our price", "цена", "цена розничная", "розничная цена", "розница", "цена продажи", "стоимость", "цена за шт", "цена за единицу", "бағасы", "баға"],
        ["compare_at"] = ["compare at", "compare at price", "old price", "list price", "rrp", "msrp", "старая цена", "цена до скидки", "ррц", "зачеркнутая цена"],
        ["currency"] = ["currency", "валюта"],
        ["stock"] = ["stock", "quantity", "qty", "in stock", "stock quantity", "inventory", "available", "availability", "остаток", "остатки", "количество", "кол во", "колво", "наличие", "в наличии", "доступно", "қалдық", "саны"],
        ["description"] = ["description", "full description", "details", "text", "body", "описание", "описание товара", "полное описание", "характеристики", "сипаттама"],
        ["category"] = ["category", "categories", "product category", "section", "group", "product type", "категория", "категории", "раздел", "группа", "группа товаров", "рубрика", "вид товара", "санат"],
        ["vendor"] = ["brand", "vendor", "manufacturer", "maker", "бренд", "производитель", "марка", "торговая марка", "изготовитель"],
        ["barcode"] = ["barcode", "ean", "ean13", "gtin", "upc", "isbn", "штрихкод", "штрих код", "баркод"],
        ["pictures"] = ["pictures", "picture", "images", "image", "image url", "image link", "photo", "photos", "picture url", "фото", "фотография", "фотографии", "изображение", "изображения", "картинка", "картинки", "ссылка на фото", "сурет"],
        ["active"] = ["active", "published", "enabled", "visible", "активен", "активность", "опубликован", "показывать"],
        ["group"] = ["group id", "item group id", "parent sku", "parent id", "variant group", "группа вариантов", "id группы", "артикул группы", "родитель"],
    };

    // Prices are often headed "Цена, тенге" or "Price KZT".
    private static readonly string[] PriceBeginnings = ["цена ", "price ", "розничная цена ", "стоимость ", "бағасы "];

    private readonly Dictionary<string, CsvColumn> found = [];

    public TableColumns(IReadOnlyList<string> cells, IReadOnlyDictionary<string, string>? mapping)
    {
        var header = new CsvHeader(cells);
        var taken = new HashSet<int>();
        foreach (var (field, name) in mapping ?? new Dictionary<string, string>())
        {
            if (header.Column(CsvHeader.Normal(name)) is { Exists: true } column && taken.Add(column.Index)) found[field] = column;
        }
        foreach (var (field, words) in Words)
        {
            // Where the shop names a column itself, words do not second-guess it.
            if (mapping?.ContainsKey(field) == true) continue;
            if (header.Column(words) is { Exists: true } column && taken.Add(column.Index)) found[field] = column;
        }
        if (!found.ContainsKey("price") && mapping?.ContainsKey("price") != true && Beginning(cells) is { } price && taken.Add(price.Index)) found["price"] = price;
        Others = [.. cells.Select((cell, i) => new CsvColumn(i, cell.Trim())).Where(c => c.Name.Length > 0 && !taken.Contains(c.Index)).DistinctBy(c => c.Name)];
    }

    /// <summary>Columns that are nothing we know: properties of the goods.</summary>
    public IReadOnlyList<CsvColumn> Others { get; }

    public bool HasName => found.ContainsKey("name");

    /// <summary>How sure it is that this row is the header of a table of goods, 0 to 3.</summary>
    public int Sureness
    {
        get
        {
            var (name, value, code) = (HasName, found.ContainsKey("price") || found.ContainsKey("stock"), found.ContainsKey("key") || found.ContainsKey("sku") || found.ContainsKey("barcode"));
            return !value || (!name && !code) ? 0 : 1 + (name && found.ContainsKey("price") ? 1 : 0) + (code ? 1 : 0);
        }
    }

    public CsvColumn this[string field] => found.GetValueOrDefault(field, new CsvColumn(-1, field));

    private static CsvColumn? Beginning(IReadOnlyList<string> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            var name = CsvHeader.Normal(cells[i]);
            if (Array.Exists(PriceBeginnings, b => name.StartsWith(b, StringComparison.Ordinal)) && !name.Contains("опт", StringComparison.Ordinal) && !name.Contains("закуп", StringComparison.Ordinal)) return new CsvColumn(i, cells[i].Trim());
        }
        return null;
    }
}
