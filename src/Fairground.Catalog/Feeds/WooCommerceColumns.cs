namespace Fairground.Catalog.Feeds;

/// <summary>The columns of WooCommerce's export, by the wordings that shops in several languages and other tools use.</summary>
internal sealed class WooCommerceColumns(CsvHeader header)
{
    public readonly CsvColumn Id = header.Column("id", "ид", "идентификатор", "identyfikator", "kimlik");
    public readonly CsvColumn Type = header.Column("type", "product type", "тип", "typ", "tipo", "tip", "rodzaj", "tür", "类型", "유형", "түрі");
    public readonly CsvColumn Sku = header.Column("sku", "артикул", "artikelnummer", "ugs", "cod", "šifra", "шифра", "stok kodu", "referencia", "商品货号", "артикул товару");
    public readonly CsvColumn Name = header.Column("name", "product name", "title", "имя", "название", "наименование", "nombre", "nom", "nome", "naziv", "назив", "nazwa", "isim", "назва", "naam", "名称", "이름", "атауы");
    public readonly CsvColumn Published = header.Column("published", "опубликован", "опубликовано", "veröffentlicht", "publicado", "publié", "objavljeno", "pubblicato", "opublikowano", "yayımlanmış", "опубліковано", "gepubliceerd", "已发布", "공개됨");
    public readonly CsvColumn Visibility = header.Column("visibility in catalog", "catalog visibility", "видимость в каталоге", "sichtbarkeit im katalog", "visibilidad en el catálogo", "visibilité dans le catalogue", "visibilidade no catálogo", "visibilità nel catalogo", "widoczność w katalogu", "katalogda görünürlük", "видимість в каталозі", "видимість у каталозі", "zichtbaarheid in catalogus", "在列表页可见", "目录可见性");
    public readonly CsvColumn Short = header.Column("short description", "краткое описание", "kurzbeschreibung", "descripción corta", "description courte", "descrição curta", "breve descrizione", "krótki opis", "kısa açıklama", "короткий опис", "korte beschrijving", "简短描述");
    public readonly CsvColumn Description = header.Column("description", "описание", "beschreibung", "descripción", "opis", "опис", "descrição", "descrizione", "açıklama", "beschrijving", "描述");
    public readonly CsvColumn InStock = header.Column("in stock", "в наличии", "наличие", "auf lager", "vorrätig", "existencias", "en stock", "na stanju", "en inventario", "em estoque", "w magazynie", "stokta", "в наявності", "op voorraad", "有货");
    public readonly CsvColumn Stock = header.Column("stock", "stock quantity", "запасы", "остаток", "остатки", "lager", "bestand", "inventario", "zaliha", "estoque", "magazzino", "stan magazynowy", "stok", "запас", "voorraad", "库存");
    public readonly CsvColumn Sale = header.Column("sale price", "акционная цена", "цена распродажи", "angebotspreis", "precio rebajado", "tarif promo", "akcijska cena", "preço promocional", "prezzo in offerta", "cena promocyjna", "indirimli satış fiyatı", "ціна розпродажу", "actieprijs", "促销价格");
    public readonly CsvColumn SaleFrom = header.Column("date sale price starts", "дата начала действия акционной цены", "дата начала действия продажной цены", "datum an dem angebotspreis beginnt", "date de début de promo", "día en que empieza el precio rebajado", "data de preço promocional começa em", "促销开始日期");
    public readonly CsvColumn SaleTo = header.Column("date sale price ends", "дата окончания действия акционной цены", "дата окончания действия продажной цены", "datum an dem angebotspreis endet", "date de fin de promo", "día en que termina el precio rebajado", "data de preço promocional termina em", "促销截止日期");
    public readonly CsvColumn RegularOnly = header.Column("regular price", "базовая цена", "обычная цена", "regulärer preis", "precio normal", "tarif régulier", "redovna cena", "prezzo di listino", "normal fiyat", "звичайна ціна", "reguliere prijs", "cena regularna", "常规售价");
    public readonly CsvColumn Regular = header.Column("regular price", "price", "базовая цена", "обычная цена", "цена", "regulärer preis", "precio normal", "tarif régulier", "redovna cena", "cena", "preço", "prezzo di listino", "normal fiyat", "звичайна ціна", "reguliere prijs", "cena regularna", "常规售价");
    public readonly CsvColumn Categories = header.Column("categories", "category", "категории", "категория", "kategorien", "categorías", "catégories", "kategorije", "categorias", "categorie", "kategorie", "kategoriler", "категорії", "categorieën", "分类");
    public readonly CsvColumn Images = header.Column("images", "image", "изображения", "изображение", "bilder", "imágenes", "slike", "imagens", "immagini", "obrazki", "görseller", "зображення", "afbeeldingen", "图片");
    public readonly CsvColumn Parent = header.Column("parent", "родительский", "родитель", "übergeordnetes produkt", "übergeordnet", "superior", "ascendente", "genitore", "nadrzędny", "ebeveyn", "батьківський", "hoofd", "hoofdproduct", "父级");
    public readonly CsvColumn Brand = header.Column("brands", "brand", "vendor", "бренд", "бренды", "marke", "marken", "marques", "marcas", "marchi", "marki", "бренди", "merken", "品牌");
    public readonly CsvColumn Barcode = header.Column("gtin upc ean or isbn", "gtin", "ean", "barcode", "meta: _global_unique_id", "meta: _barcode", "gtin upc ean oder isbn", "gtin upc ean или isbn");

    public readonly IReadOnlyList<(CsvColumn Name, CsvColumn Value)> Attributes = FindAttributes(header);

    // The number of the attribute stands where {0} does.
    private static readonly string[] AttributeNames =
    [
        "attribute {0} name", "название атрибута {0}", "имя атрибута {0}", "name des attributs {0}", "nombre del atributo {0}", "nom de lattribut {0}", "nome do atributo {0}", "nome dellattributo {0}",
        "nazwa atrybutu {0}", "nitelik {0} ismi", "назва атрибуту {0}", "назва атрибута {0}", "attribuut {0} naam", "属性 {0} 名称",
    ];

    private static readonly string[] AttributeValues =
    [
        "attribute {0} values", "attribute {0} value", "значение атрибутов {0}", "значения атрибутов {0}", "значения атрибута {0}", "значение атрибута {0}", "значение аттрибута {0}", "wert des attributs {0}",
        "werte des attributs {0}", "valor del atributo {0}", "valores del atributo {0}", "valeurs de lattribut {0}", "valeur de lattribut {0}", "valores do atributo {0}", "valor do atributo {0}",
        "valore dellattributo {0}", "valori dellattributo {0}", "wartości atrybutu {0}", "wartość atrybutu {0}", "nitelik {0} değeri", "nitelik {0} değerleri", "значення атрибуту {0}", "значення атрибута {0}",
        "значення атрибутів {0}", "attribuut {0} waarde", "attribuut {0} waarden", "属性 {0} 值",
    ];

    private static List<(CsvColumn Name, CsvColumn Value)> FindAttributes(CsvHeader header)
    {
        var found = new List<(CsvColumn, CsvColumn)>();
        for (var i = 1; i <= 30; i++)
        {
            var (name, value) = (header.Column(Numbered(AttributeNames, i)), header.Column(Numbered(AttributeValues, i)));
            if (!name.Exists && i > 3) break;
            if (name.Exists) found.Add((name, value));
        }
        return found;
    }

    private static string[] Numbered(string[] words, int number) => [.. words.Select(w => w.Replace("{0}", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal))];
}
