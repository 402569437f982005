namespace Fairground.Catalog.Feeds;

/// <summary>The columns of WooCommerce's export, by the wordings that shops in several languages and other tools use.</summary>
internal sealed class WooCommerceColumns(CsvHeader header)
{
    public readonly CsvColumn Id = header.Column("id", "ид", "идентификатор");
    public readonly CsvColumn Type = header.Column("type", "product type", "тип", "typ", "tipo", "tip");
    public readonly CsvColumn Sku = header.Column("sku", "артикул", "artikelnummer", "ugs", "cod", "šifra", "шифра");
    public readonly CsvColumn Name = header.Column("name", "product name", "title", "имя", "название", "наименование", "nombre", "nom", "nome", "naziv", "назив");
    public readonly CsvColumn Published = header.Column("published", "опубликован", "опубликовано", "veröffentlicht", "publicado", "publié", "objavljeno");
    public readonly CsvColumn Visibility = header.Column("visibility in catalog", "catalog visibility", "видимость в каталоге", "sichtbarkeit im katalog", "visibilidad en el catálogo", "visibilité dans le catalogue");
    public readonly CsvColumn Short = header.Column("short description", "краткое описание", "kurzbeschreibung", "descripción corta", "description courte");
    public readonly CsvColumn Description = header.Column("description", "описание", "beschreibung", "descripción", "opis", "опис");
    public readonly CsvColumn InStock = header.Column("in stock", "в наличии", "наличие", "auf lager", "vorrätig", "existencias", "en stock", "na stanju");
    public readonly CsvColumn Stock = header.Column("stock", "stock quantity", "запасы", "остаток", "остатки", "lager", "bestand", "inventario", "zaliha");
    public readonly CsvColumn Sale = header.Column("sale price", "акционная цена", "цена распродажи", "angebotspreis", "precio rebajado", "tarif promo", "akcijska cena");
    public readonly CsvColumn SaleFrom = header.Column("date sale price starts", "дата начала действия акционной цены", "дата начала действия продажной цены");
    public readonly CsvColumn SaleTo = header.Column("date sale price ends", "дата окончания действия акционной цены", "дата окончания действия продажной цены");
    public readonly CsvColumn RegularOnly = header.Column("regular price", "базовая цена", "обычная цена", "regulärer preis", "precio normal", "tarif régulier", "redovna cena");
    public readonly CsvColumn Regular = header.Column("regular price", "price", "базовая цена", "обычная цена", "цена", "regulärer preis", "precio normal", "tarif régulier", "redovna cena", "cena");
    public readonly CsvColumn Categories = header.Column("categories", "category", "категории", "категория", "kategorien", "categorías", "catégories", "kategorije");
    public readonly CsvColumn Images = header.Column("images", "image", "изображения", "изображение", "bilder", "imágenes", "slike");
    public readonly CsvColumn Parent = header.Column("parent", "родительский", "родитель", "übergeordnetes produkt", "übergeordnet", "superior");
    public readonly CsvColumn Brand = header.Column("brands", "brand", "vendor", "бренд", "бренды", "marke");
    public readonly CsvColumn Barcode = header.Column("gtin upc ean or isbn", "gtin", "ean", "barcode", "meta: _global_unique_id", "meta: _barcode");

    public readonly IReadOnlyList<(CsvColumn Name, CsvColumn Value)> Attributes = FindAttributes(header);

    private static List<(CsvColumn Name, CsvColumn Value)> FindAttributes(CsvHeader header)
    {
        var found = new List<(CsvColumn, CsvColumn)>();
        for (var i = 1; i <= 30; i++)
        {
            var name = header.Column($"attribute {i} name", $"название атрибута {i}", $"имя атрибута {i}", $"name des attributs {i}", $"nombre del atributo {i}");
            var value = header.Column($"attribute {i} values", $"attribute {i} value", $"значение атрибутов {i}", $"значения атрибутов {i}", $"значения атрибута {i}", $"значение атрибута {i}", $"значение аттрибута {i}", $"wert des attributs {i}", $"werte des attributs {i}", $"valores del atributo {i}");
            if (!name.Exists && i > 3) break;
            if (name.Exists) found.Add((name, value));
        }
        return found;
    }
}
