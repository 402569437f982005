using Fairground.Catalog.Feeds;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests.Feeds;

/// <summary>Reads small feeds written for this purpose, with every trap that real ones have; beside each stands what must come out.</summary>
[Requirement("C-06")]
public sealed class OwnFeedsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("market-windows-1251.yml", "yandex-yml", "windows-1251")]
    [InlineData("stock-only.yml", "yandex-yml", "utf-8")]
    [InlineData("kaspi.xml", "kaspi-xml", "utf-8")]
    [InlineData("google.rss.xml", "google-rss", "utf-8")]
    [InlineData("google.atom.xml", "google-rss", "utf-8")]
    [InlineData("google.tsv", "google-table", "utf-8")]
    [InlineData("ml-import.xml", "commerceml", "utf-8")]
    [InlineData("ml-variants.xml", "commerceml", "utf-8")]
    [InlineData("ml-offers.xml", "commerceml", "utf-8")]
    [InlineData("ml-prices.xml", "commerceml", "utf-8")]
    [InlineData("ml-rests.xml", "commerceml", "utf-8")]
    [InlineData("ml-orders.xml", "commerceml", "utf-8")]
    [InlineData("shop.wxr.xml", "woocommerce-wxr", "utf-8")]
    [InlineData("shopify.csv", "shopify-csv", "utf-8")]
    [InlineData("magento.csv", "magento-csv", "utf-8")]
    [InlineData("magento-old.csv", "magento-csv", "utf-8")]
    [InlineData("presta.csv", "prestashop-csv", "utf-8")]
    [InlineData("presta-combinations.csv", "prestashop-csv", "utf-8")]
    [InlineData("spree.csv", "spree-csv", "utf-8")]
    [InlineData("price-list.csv", "table-csv", "windows-1251")]
    [InlineData("codes.csv", "table-csv", "utf-8")]
    [InlineData("variants.csv", "table-csv", "utf-8")]
    [InlineData("goods.json", "json", "utf-8")]
    [InlineData("goods.ndjson", "json", "utf-8")]
    [InlineData("items.json", "json", "utf-8")]
    [InlineData("shopify-new.csv", "shopify-csv", "utf-8")]
    [InlineData("shopify-inventory.csv", "shopify-csv", "utf-8")]
    [InlineData("woo-de.csv", "woocommerce-csv", "windows-1252")]
    [InlineData("woo-fr.csv", "woocommerce-csv", "utf-8")]
    [InlineData("woo-es.csv", "woocommerce-csv", "utf-8")]
    [InlineData("woo-pt.csv", "woocommerce-csv", "utf-8")]
    [InlineData("woo-it.csv", "woocommerce-csv", "utf-8")]
    [InlineData("woo-pl.csv", "woocommerce-csv", "utf-8")]
    [InlineData("woo-tr.csv", "woocommerce-csv", "utf-8")]
    [InlineData("woo-uk.csv", "woocommerce-csv", "utf-8")]
    [InlineData("woo-nl.csv", "woocommerce-csv", "utf-8")]
    [InlineData("woo-zh.csv", "woocommerce-csv", "utf-8")]
    [InlineData("yml-bitrix.xml", "yandex-yml", "windows-1251")]
    [InlineData("yml-opencart.xml", "yandex-yml", "utf-8")]
    [InlineData("google-plain.xml", "google-rss", "utf-8")]
    [InlineData("facebook.csv", "google-table", "utf-16")]
    [InlineData("kaspi-cities.xml", "kaspi-xml", "utf-8")]
    [InlineData("ml3-groups.xml", "commerceml", "utf-8")]
    [InlineData("ml3-goods.xml", "commerceml", "utf-8")]
    [InlineData("ml3-rests.xml", "commerceml", "utf-8")]
    [InlineData("excel-ru.csv", "table-csv", "windows-1251")]
    [InlineData("magento-quoted.csv", "magento-csv", "utf-8")]
    [InlineData("presta-fr.csv", "prestashop-csv", "utf-8")]
    [InlineData("presta-office.csv", "table-csv", "utf-8")]
    [InlineData("joined.csv", "table-csv", "utf-8")]
    [InlineData("unicode.txt", "table-csv", "utf-16")]
    [InlineData("tilda.csv", "table-csv", "utf-8")]
    [InlineData("insales.csv", "table-csv", "utf-8")]
    [InlineData("moysklad.csv", "table-csv", "utf-8")]
    public Task Every_trap_is_read_as_it_is_meant(string name, string format, string encoding) => IsRead(name, format, encoding);

    [Theory]
    [InlineData("wix.csv", "wix-csv")]
    [InlineData("wix-catalog3.csv", "wix-csv")]
    [InlineData("squarespace.csv", "squarespace-csv")]
    [InlineData("bigcommerce.csv", "bigcommerce-csv")]
    [InlineData("bigcommerce-3.csv", "bigcommerce-csv")]
    [InlineData("ecwid.csv", "ecwid-csv")]
    [InlineData("amazon-flat.txt", "table-csv")]
    [InlineData("ebay.csv", "table-csv")]
    [InlineData("bitrix.csv", "table-csv")]
    [InlineData("opencart.csv", "table-csv")]
    [InlineData("etsy.csv", "table-csv")]
    [InlineData("prom.csv", "table-csv")]
    [InlineData("kaspi-list.csv", "table-csv")]
    [InlineData("wildberries.csv", "table-csv")]
    [InlineData("ozon.csv", "table-csv")]
    [InlineData("woo-acf.csv", "woocommerce-csv")]
    public Task Exports_of_builders_and_markets_are_read_as_they_are_meant(string name, string format) => IsRead(name, format, "utf-8");

    private static async Task IsRead(string name, string format, string encoding)
    {
        var bytes = await File.ReadAllBytesAsync(GivenFeedsTests.Beside($"own/{name}"), Stop);
        var (counts, records) = await FeedCounts.Of(name, bytes, Now, Stop);
        // Writes down what is read now, for a person to judge before it is kept.
        if (Environment.GetEnvironmentVariable("FAIRGROUND_UPDATE_FEEDS") is { Length: > 0 } and not "0") await File.WriteAllTextAsync(GivenFeedsTests.Beside($"own/{name}.txt"), FeedPrint.Of(records), Stop);
        Assert.Equal((format, encoding), (counts.Format, counts.Encoding));
        Assert.Equal(await File.ReadAllTextAsync(GivenFeedsTests.Beside($"own/{name}.txt"), Stop), FeedPrint.Of(records));
    }

    [Fact]
    public async Task Prices_of_a_feed_in_several_currencies_are_the_shops()
    {
        var records = await Read("spree.csv", new FeedReadOptions(',', Now) { Currency = "EUR" });
        var lamp = records.OfType<FeedProduct>().Single(p => p.Key == "lamp");
        Assert.Equal([("9.50", "11", "EUR"), ("18", "0", "EUR")], lamp.Variants.Select(v => (v.Price!.Text, v.Price.CompareAt, v.Price.Currency)));
        Assert.Equal("EUR", records.OfType<FeedProduct>().Single(p => p.Key == "rug").Price!.Currency);
    }

    [Theory]
    [InlineData("Оптовая", "4", "USD")]
    [InlineData("w", "4", "USD")]
    [InlineData("Розничная", "990.0", "RUB")]
    public async Task The_shop_may_name_the_kind_of_price_it_sells_by(string wanted, string price, string currency)
    {
        var records = await Read("ml-offers.xml", new FeedReadOptions(',', Now) { Mapping = new Dictionary<string, string> { ["price_type"] = wanted } });
        var first = records.OfType<FeedVariant>().First().Offer.Price!;
        Assert.Equal((price, currency), (first.Text, first.Currency));
    }

    [Theory]
    [InlineData("google", "google.tsv", "google-table")]
    [InlineData("google", "google.rss.xml", "google-rss")]
    [InlineData("csv", "magento.csv", "magento-csv")]
    [InlineData("yml", "google.tsv", "yandex-yml")]
    [InlineData("TABLE-CSV", "magento.csv", "table-csv")]
    public async Task A_format_may_be_named_by_a_part_of_its_name(string wanted, string name, string expected)
    {
        var bytes = await File.ReadAllBytesAsync(GivenFeedsTests.Beside($"own/{name}"), Stop);
        var looked = await FeedOpening.Look(() => new MemoryStream(bytes), name, new FeedWishes(wanted, null, null), Stop);
        Assert.Equal(expected, looked.Value.Format.Name);
    }

    [Fact]
    public async Task The_shop_may_name_its_own_columns()
    {
        const string Table = "Kod,Was,Wieviel,Wo\nA-1,Kessel,12.50,Lager\n";
        var mapping = new Dictionary<string, string> { ["key"] = "kod", ["name"] = "Was", ["price"] = "Wieviel", ["category"] = "Wo" };
        var file = FeedCounts.FileOf(System.Text.Encoding.UTF8.GetBytes(Table), FeedEncoding.Named("utf-8")!);
        var goods = Assert.IsType<FeedProduct>(Assert.Single(await All(new Catalog.Feeds.Tables.TableCsv().Read(file, new FeedReadOptions(',', Now) { Mapping = mapping }, Stop))));
        Assert.Equal(("A-1", "Kessel", "12.50", "Lager"), (goods.Key, goods.Name, goods.Price!.Text, goods.CategoryList));
    }

    private static async Task<List<FeedRecord>> Read(string name, FeedReadOptions options)
    {
        var bytes = await File.ReadAllBytesAsync(GivenFeedsTests.Beside($"own/{name}"), Stop);
        var looked = await FeedOpening.Look(() => new MemoryStream(bytes), name, new FeedWishes(null, null, null), Stop);
        return await All(looked.Value.Format.Read(FeedCounts.FileOf(bytes, looked.Value.Encoding), options, Stop));
    }

    internal static async Task<List<FeedRecord>> All(IAsyncEnumerable<FeedRecord> records)
    {
        var all = new List<FeedRecord>();
        await foreach (var record in records) all.Add(record);
        return all;
    }
}
