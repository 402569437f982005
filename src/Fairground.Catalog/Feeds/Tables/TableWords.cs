namespace Fairground.Catalog.Feeds.Tables;

/// <summary>
/// Which column of a plain table is what: by what the shop says of it, else by common header words in English, Russian and Kazakh.
/// </summary>
internal sealed partial class TableColumns
{
    /// <summary>Our fields, and the words they are known by, as <see cref="CsvHeader.Normal"/> writes them; the likelier first.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Words = new Dictionary<string, string[]>
    {
        ["key"] = ["seller sku", "ie xml id", "уникальный идентификатор", "унікальний ідентифікатор", "key", "external id", "product id", "offer id", "item id", "id", "внешний код", "ид", "идентификатор", "id товара", "код товара", "код номенклатуры", "код", "handleid", "идентификатор товара", "ідентифікатор товару", "handle"],
        ["uid"] = ["tilda uid"],
        ["variant"] = ["variant id", "variation id", "id варианта"],
        ["sku"] = ["custom label", "customlabel", "item sku", "sku", "vendor code", "article", "article number", "item number", "item no", "part number", "part no", "style number", "style no", "product number", "product no", "art no", "art nr", "artikel nr", "code", "артикул", "артикул товара", "артикул производителя", "код производителя", "reference", "product code/sku", "model number", "referencia", "artikelnummer", "код товара", "код товару", "артикул продавца"],
        ["name"] = ["name", "product name", "title", "product title", "item name", "product", "item", "goods", "название", "название товара", "наименование", "наименование товара", "номенклатура", "товар", "имя", "атауы", "тауар", "description of goods", "nom", "nombre", "bezeichnung", "nazwa", "назва", "ürün adı", "品名", "商品名称", "상품명", "название позиции", "назва позиції", "ie name", "model", "модель"],
        ["price"] = ["price", "retail price", "selling price", "sale price", "unit price", "our price", "цена", "цена розничная", "розничная цена", "розница", "цена продажи", "стоимость", "цена за шт", "цена за единицу", "бағасы", "баға", "цена: цена продажи", "цена реализации", "preis", "precio", "prix", "prezzo", "preço", "cena", "ціна", "fiyat", "价格", "가격", "standard price", "startprice", "start price", "current price", "buyitnowprice", "cv price 1", "текущая цена"],
        ["compare_at"] = ["compare at", "compare at price", "old price", "list price", "rrp", "msrp", "старая цена", "цена до скидки", "ррц", "зачеркнутая цена", "price old", "compare price", "стара ціна", "цена до скидки руб", "цена до скидки тенге"],
        ["currency"] = ["currency", "валюта", "currency code", "cv currency 1", "валюта цены"],
        ["stock"] = ["stock", "quantity", "qty", "in stock", "stock quantity", "inventory", "available", "availability", "остаток", "остатки", "количество", "кол во", "колво", "наличие", "в наличии", "доступно", "қалдық", "саны", "bestand", "lagerbestand", "existencias", "stok", "库存", "재고", "свободный остаток", "остаток на складе", "available quantity", "on hand", "qty on hand", "quantity on hand", "stock on hand", "qty available", "cp quantity", "кількість"],
        ["full"] = ["full description", "details", "text", "полное описание", "подробное описание", "ie detail text"],
        ["description"] = ["description", "body", "short description", "описание", "описание товара", "краткое описание", "характеристики", "сипаттама", "beschreibung", "descripción", "опис", "item description", "product description", "ie preview text", "опис позиції"],
        ["category"] = ["category", "categories", "product category", "section", "group", "product type", "категория", "категории", "раздел", "группа", "группа товаров", "группы", "рубрика", "вид товара", "санат", "kategorie", "категорія", "название группы", "назва групи", "ebay category 1 name", "reporting category", "категория продавца", "коммерческий тип"],
        ["vendor"] = ["brand", "vendor", "manufacturer", "maker", "бренд", "производитель", "марка", "торговая марка", "изготовитель", "marke", "marque", "marca", "brand name", "виробник"],
        ["barcode"] = ["barcode", "ean", "ean13", "gtin", "upc", "isbn", "штрихкод", "штрих код", "баркод", "штрихкод ean13", "ean code", "gtin/ean", "баркоды", "product:ean", "product:upc", "штрихкод ean"],
        ["pictures"] = ["pictures", "picture", "images", "image", "image url", "image link", "photo", "photos", "picture url", "фото", "фотография", "фотографии", "изображение", "изображения", "картинка", "картинки", "ссылка на фото", "ссылка на изображение", "сурет", "productimageurl", "product image url", "image urls", "main image", "ссылка изображения", "посилання зображення", "ссылка на главное фото", "main image url", "picurl", "image name", "ie detail picture", "ie preview picture"],
        ["active"] = ["active", "published", "enabled", "visible", "активен", "активность", "опубликован", "показывать", "видимость на витрине", "видимость", "status", "статус", "ie active"],
        ["archived"] = ["archived", "архивный", "в архиве", "снят с продажи"],
        ["presence"] = ["наличие", "в наличии", "наявність", "availability", "stock status"],
        ["parent"] = ["parent uid"],
        ["relation"] = ["relationship", "parent child", "parentage", "parentage level"],
        ["editions"] = ["editions", "relationshipdetails", "relationship details"],
        ["group"] = ["group id", "item group id", "parent sku", "parent id", "variant group", "группа вариантов", "id группы", "артикул группы", "родитель", "id группы разновидностей", "id групи різновидів", "название модели"],
    };

    // Of goods that a market writes once a size, the shop's code is the group and the barcode tells the sizes apart.
    private static readonly string[] CodeOfSizes = ["артикул продавца", "баркод", "размер"];

    // Prices are often headed "Цена, тенге" or "Price KZT".
    private static readonly string[] PriceBeginnings = ["цена ", "цена: ", "price ", "розничная цена ", "розница ", "стоимость ", "бағасы ", "баға "];

    // Of a price in two columns the one that a buyer pays.
    private static readonly string[] WithTax = ["incl", "с ндс", "с учетом ндс", "ttc", "brutto", "inkl"];

    private readonly Dictionary<string, CsvColumn> found = [];

    public TableColumns(IReadOnlyList<string> cells, IReadOnlyDictionary<string, string>? mapping)
    {
        var header = new CsvHeader(cells);
        var taken = new HashSet<int>();
        foreach (var (field, name) in mapping ?? new Dictionary<string, string>())
        {
            // Said to be none: words do not find another.
            if (name.Length == 0) continue;
            if (header.Column(CsvHeader.Normal(name)) is { Exists: true } column && taken.Add(column.Index)) found[field] = column;
        }
        foreach (var (field, words) in Words)
        {
            // Where the shop names a column itself, words do not second-guess it.
            if (mapping?.ContainsKey(field) == true) continue;
            if (header.Column(words) is { Exists: true } column && taken.Add(column.Index)) found[field] = column;
        }
        // "Stock, pcs": what stands behind the comma is a unit. Of prices it may be another kind of price.
        var brief = new CsvHeader([.. cells.Select(c => c.Split([',', '\n'], 2)[0])]);
        foreach (var (field, words) in Words)
        {
            if (field is "price" or "compare_at" || found.ContainsKey(field) || mapping?.ContainsKey(field) == true) continue;
            if (brief.Column(words) is { Exists: true } column && taken.Add(column.Index)) found[field] = new CsvColumn(column.Index, cells[column.Index].Trim());
        }
        // Lists of wholesalers call the name a description, and have nothing else that says what the goods are.
        if (!HasName && mapping?.ContainsKey("name") != true && found.ContainsKey("price") && mapping?.ContainsKey("description") != true && found.Remove("description", out var only)) found["name"] = only;
        if (header.Count(CodeOfSizes) == CodeOfSizes.Length && mapping?.ContainsKey("group") != true) found["group"] = header.Column(CodeOfSizes[0]);
        if (!found.ContainsKey("price") && mapping?.ContainsKey("price") != true && Beginning(cells) is { } price && taken.Add(price.Index)) found["price"] = price;
        if (mapping?.ContainsKey("price") != true && found.TryGetValue("price", out var before) && Paid(cells, before) is { } paid && taken.Add(paid.Index)) found["price"] = paid;
        Levels = [.. cells.Select((cell, i) => new CsvColumn(i, cell.Trim())).Where(c => !taken.Contains(c.Index) && IsLevel(CsvHeader.Normal(c.Name)))];
        taken.UnionWith(Levels.Select(l => l.Index));
        MorePictures = Numbered(cells, taken, NumberedPicture());
        Points = Numbered(cells, taken, Point());
        Properties = Triples(cells, taken);
        Others = [.. cells.Select((cell, i) => new CsvColumn(i, cell.Trim())).Where(c => c.Name.Length > 0 && !taken.Contains(c.Index)).DistinctBy(c => c.Name)];
    }

    /// <summary>Columns that are nothing we know: properties of the goods.</summary>
    public IReadOnlyList<CsvColumn> Others { get; }

    /// <summary>Columns that are a category's levels, top first.</summary>
    public IReadOnlyList<CsvColumn> Levels { get; }

    /// <summary>Columns that say in which places there are any: "PP1".</summary>
    public IReadOnlyList<CsvColumn> Points { get; }

    /// <summary>Properties that take three columns each: what it is, in which unit, and how much.</summary>
    public IReadOnlyList<(CsvColumn Name, CsvColumn? Unit, CsvColumn Value)> Properties { get; }

    /// <summary>Columns of further pictures: "Photo 2", "Image URL 3".</summary>
    public IReadOnlyList<CsvColumn> MorePictures { get; }

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

    /// <summary>What this column is taken for, or null for a property of the goods.</summary>
    public string? FieldOf(int index) => found.Where(f => f.Value.Index == index).Select(f => f.Key).FirstOrDefault() ?? (Levels.Any(l => l.Index == index) ? "category" : MorePictures.Any(p => p.Index == index) ? "pictures" : null);

    public CsvColumn this[string field] => found.GetValueOrDefault(field, new CsvColumn(-1, field));

    [System.Text.RegularExpressions.GeneratedRegex("^pp ?\\d{1,2}$")]
    private static partial System.Text.RegularExpressions.Regex Point();

    [System.Text.RegularExpressions.GeneratedRegex("^(additional |other )?(image|photo|picture|img|фото|фотография|изображение|картинка)( url| link| src| ссылка)? ?\\d+$|^ссылки на дополнительные фото$")]
    private static partial System.Text.RegularExpressions.Regex NumberedPicture();

    private static bool IsLevel(string name) => name is "корневая" or "ic group0" or "ic group1" or "ic group2" || name.StartsWith("подкатегория ", StringComparison.Ordinal) || name.StartsWith("category level ", StringComparison.Ordinal);

    private static List<CsvColumn> Numbered(IReadOnlyList<string> cells, HashSet<int> taken, System.Text.RegularExpressions.Regex pattern)
    {
        var columns = cells.Select((cell, i) => new CsvColumn(i, cell.Trim())).Where(c => !taken.Contains(c.Index) && pattern.IsMatch(CsvHeader.Normal(c.Name))).ToList();
        taken.UnionWith(columns.Select(c => c.Index));
        return columns;
    }

    // "Название_Характеристики", "Измерение_Характеристики", "Значение_Характеристики", again and again.
    private static List<(CsvColumn Name, CsvColumn? Unit, CsvColumn Value)> Triples(IReadOnlyList<string> cells, HashSet<int> taken)
    {
        var found = new List<(CsvColumn, CsvColumn?, CsvColumn)>();
        bool At(int i, params ReadOnlySpan<string> names) => i < cells.Count && names.Contains(CsvHeader.Normal(cells[i]));
        for (var i = 0; i < cells.Count; i++)
        {
            if (!At(i, "название характеристики", "назва характеристики")) continue;
            var hasUnit = At(i + 1, "измерение характеристики", "одиниця виміру характеристики");
            var value = hasUnit ? i + 2 : i + 1;
            if (!At(value, "значение характеристики", "значення характеристики")) continue;
            found.Add((new CsvColumn(i, cells[i]), hasUnit ? new CsvColumn(i + 1, cells[i + 1]) : null, new CsvColumn(value, cells[value])));
            taken.UnionWith(Enumerable.Range(i, value - i + 1));
        }
        return found;
    }

    private static CsvColumn? Paid(IReadOnlyList<string> cells, CsvColumn price)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            var name = cells[i].ToLowerInvariant();
            if (i != price.Index && CsvHeader.Normal(cells[i]) == CsvHeader.Normal(price.Name) && Array.Exists(WithTax, name.Contains)) return new CsvColumn(i, cells[i].Trim());
        }
        return null;
    }

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
