using System.Xml.Linq;

namespace Fairground.Catalog.Feeds.CommerceMl;

/// <summary>An offer: price, stock or both of goods that came in another file, maybe of one variant of them.</summary>
internal static class MlOffer
{
    public static IEnumerable<FeedRecord> Records(long line, XElement offer, PriceTypes types)
    {
        var id = offer.Text("Ид");
        if (id.Length == 0)
        {
            yield return new FeedProblem(line, 1, "Ид", FeedCodes.KeyMissing, Key("The offer has no Ид."));
            yield break;
        }
        var (goods, variant) = MlGoods.Split(id);
        var prices = offer.Children("Цены").SelectMany(c => c.Children("Цена")).ToList();
        var price = Chosen(prices, types.Chosen);
        if (prices.Count > 0 && price is null) yield return new FeedProblem(line, 0, "ИдТипаЦены", FeedCodes.PriceType, Key("The offer has no price of the kind that the shop sells by."), Rejects: false);
        var stock = MlGoods.IsDeleted(offer) ? "0" : Stock(offer);
        var parts = (price is null ? FeedParts.None : FeedParts.Price) | (stock.Length > 0 ? FeedParts.Stock : FeedParts.None);
        if (parts == FeedParts.None && variant.Length == 0) yield break;
        var told = new FeedOffer(line)
        {
            // Goods without variants are their own only one; beside variants it is what has no characteristic.
            Key = variant.Length > 0 ? id : goods,
            Options = MlGoods.Options(offer),
            Sku = offer.Text("Артикул"),
            Barcode = offer.Text("Штрихкод"),
            Price = price is null ? null : Price(price, types),
            Stock = stock,
        };
        // Files of prices or stocks only change variants; others bring them. What is gone is brought by none.
        if (!MlGoods.IsDeleted(offer) && (told.Options.Count > 0 || told.Sku.Length > 0 || offer.Text("Наименование").Length > 0)) yield return new FeedVariant(line, goods, told);
        else yield return new FeedPatch(line, goods, told, parts);
    }

    private static XElement? Chosen(List<XElement> prices, string type) =>
        type.Length == 0 ? prices.FirstOrDefault() : prices.Find(p => p.Text("ИдТипаЦены") == type) ?? prices.Find(p => p.Text("ИдТипаЦены").Length == 0);

    private static FeedPrice Price(XElement price, PriceTypes types)
    {
        var currency = price.Text("Валюта") is { Length: > 0 } own ? own : types.CurrencyOf(price.Text("ИдТипаЦены"));
        return new FeedPrice(price.Text("ЦенаЗаЕдиницу"), "ЦенаЗаЕдиницу", "", FeedText.CurrencyCode(currency));
    }

    // In one number, or by warehouse in either of two ways.
    private static string Stock(XElement offer)
    {
        if (offer.Text("Количество") is { Length: > 0 } all) return all;
        var stores = offer.Children("Склад").Select(s => s.Attr("КоличествоНаСкладе")).Where(s => s.Length > 0).ToList();
        if (stores.Count == 0)
        {
            stores = [.. offer.Children("Остатки").SelectMany(r => r.Children("Остаток"))
                .SelectMany(r => r.Child("Склад") is not null ? r.Children("Склад").Select(s => s.Text("Количество")) : [r.Text("Количество")]).Where(s => s.Length > 0)];
        }
        return stores.Count switch { 0 => "", 1 => stores[0], _ => YmlOffer.Sum(stores) };
    }
}
