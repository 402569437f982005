using System.Globalization;
using System.IO.Compression;
using System.Text;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Fairground.Catalog.Tests.Feeds;

/// <summary>Feeds with traps go the whole way into both databases: what comes in, what is left out, and why, each counted exactly.</summary>
[Requirement("C-06")]
public sealed class HostileImportTests
{
    private const string Yml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<yml_catalog><shop><currencies><currency id=\"KZT\" rate=\"1\"/></currencies><offers>\n";
    private const string YmlEnd = "</offers></shop></yml_catalog>";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Feeds with what they come to: created, rejected, codes with their lines, and the goods as they stand after it.</summary>
    public static IReadOnlyList<(string Name, byte[] Feed, string Expected)> Traps { get; } =
    [
        ("any line ends", Text("sku,name,price\r\na,A,1\rb,B,2\nc,C,3\r\n\r\n"), "3 created: a A 100 | b B 200 | c C 300"),
        ("quotes inside cells", Text("sku,name,price\nn1,Nail 5\" long,7\nn2,\"Say \"\"hi\"\"\",8\n"), "2 created: n1 Nail 5\" long 700 | n2 Say \"hi\" 800"),
        ("zero bytes", Text("sku,name,price\nz\0,Ze\0ro,9\n"), "1 created: z Zero 900"),
        ("windows-1251 that says nothing", Cp1251("sku;name;price\nт-1;Чайник «Заря»;1 770,50\n"), "1 created: т-1 Чайник «Заря» 177050"),
        ("UTF-16 without a mark, mostly Cyrillic", Encoding.Unicode.GetBytes("Артикул;Наименование товара;Розничная цена\nшнур;Шнурок;70\n"), "1 created: шнур Шнурок 7000"),
        ("the header twice under one name", Text("sku,name,price,price\nd,D,5,999\n"), "1 created: d D 500"),
        ("remarks above the header", Text("# exported by a program, 27.11.2026\n# do not edit\nsku,name,price\nr,R,6\n"), "1 created: r R 600"),
        ("look-alike codes are two goods", Text("sku,name,price\nKA-1,Latin,1\nКА-1,Cyrillic,2\nKA-1,Again,3\n"), "2 created, 1 rejected: KA-1 Latin 100 | КА-1 Cyrillic 200; product.key_twice 4"),
        ("prices that are none", Text("sku,name,price\np1,Minus,-5\np2,Nothing,0\np3,Huge,999999999999999\np4,Words,ask us\np5,Date,01.05.2026\np6,Empty,\np7,Right,\"1,234.50 ₸\"\np8,Other,€12\n"),
            "1 created, 7 rejected: p7 Right 123450; product.currency_other 9; product.price_invalid 2 4 5 6; product.price_missing 3 7"),
        ("stock that is none", Text("sku,name,price,stock\ns1,S,1,12 000\ns2,S,2,-3\ns3,S,3,many\n"), "3 created: s1 S 100 | s2 S 200 | s3 S 300"),
        ("a name as long as a page", Text($"sku,name,price\nl,{new string('x', 5000)},1\n"), $"1 created: l {new string('x', 400)} 100"),
        ("scripts in a description", Text("sku,name,price,description\nh,<b>H</b>,1,\"<p onclick=alert(1)>Fine</p><script>alert(2)</script><img src=data:text/html,x><a href=\"\"data:text/html,y\"\">z</a>\"\n"), "1 created: h <b>H</b> 100"),
        ("a formula", Text("sku,name,price\n=1+1,\"=HYPERLINK(\"\"x\"\")\",1\n"), "1 created: =1+1 =HYPERLINK(\"x\") 100"),
        ("an open quote", Text("sku,name,price\nq1,Q,1\nq2,\"open,2\nq3,Q,3\n"), "2 created, 1 rejected: q1 Q 100 | q3 Q 300; row.quote_open 3"),
        ("rows of any length", Text("sku,name,price\nw1,W\nw2,W,2,more,and more\n\n,,\n"), "1 created, 1 rejected: w2 W 200; product.price_missing 2"),
        ("split CDATA and elements of another space", Text(Yml + "<x:offer xmlns:x=\"urn:x\" id=\"y1\"><x:name><![CDATA[Te]]><![CDATA[a & herbs]]></x:name><x:price>3</x:price></x:offer>" + YmlEnd), "1 created: y1 Tea & herbs 300"),
        ("no categories, and one that nobody declares", Text(Yml + "<offer id=\"y2\"><name>Y</name><price>3</price><categoryId>77</categoryId></offer>" + YmlEnd), "1 created: y2 Y 300; category.not_declared 3"),
        ("a DTD that is not read", Text(Yml.Replace("\n<yml", "\n<!DOCTYPE yml_catalog SYSTEM \"http://127.0.0.1:1/shops.dtd\">\n<yml", StringComparison.Ordinal) + "<offer id=\"y3\"><name>Y</name><price>3</price></offer>" + YmlEnd), "1 created: y3 Y 300"),
        ("an entity", Text(Yml.Replace("\n<yml", "\n<!DOCTYPE yml_catalog [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>\n<yml", StringComparison.Ordinal) + "<offer id=\"y4\"><name>&e;</name><price>3</price></offer>" + YmlEnd), "import.malformed"),
        ("RSS with a prefix of its own", Text("<rss version=\"2.0\" xmlns:goods=\"http://base.google.com/ns/1.0\"><channel><item><goods:id>g1</goods:id><title>G</title><goods:price>4.00 KZT</goods:price><goods:availability>in_stock</goods:availability></item></channel></rss>"), "1 created: g1 G 400"),
        ("1C with characteristics and several prices", Text("""
            <КоммерческаяИнформация ВерсияСхемы="2.07"><Каталог СодержитТолькоИзменения="true"><Товары><Товар><Ид>c1</Ид><Наименование>Сапоги</Наименование></Товар></Товары></Каталог>
            <ПакетПредложений СодержитТолькоИзменения="true"><ТипыЦен><ТипЦены><Ид>t1</Ид><Наименование>Розничная</Наименование><Валюта>KZT</Валюта></ТипЦены><ТипЦены><Ид>t2</Ид><Наименование>Оптовая</Наименование><Валюта>KZT</Валюта></ТипЦены></ТипыЦен><Предложения>
            <Предложение><Ид>c1#s</Ид><Наименование>Сапоги 38</Наименование><ХарактеристикиТовара><ХарактеристикаТовара><Наименование>Размер</Наименование><Значение>38</Значение></ХарактеристикаТовара></ХарактеристикиТовара><Цены><Цена><ИдТипаЦены>t2</ИдТипаЦены><ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу></Цена><Цена><ИдТипаЦены>t1</ИдТипаЦены><ЦенаЗаЕдиницу>9</ЦенаЗаЕдиницу></Цена></Цены><Количество>2</Количество></Предложение>
            </Предложения></ПакетПредложений></КоммерческаяИнформация>
            """), "1 created: c1 Сапоги 900"),
        ("gzip around a table", Gzip(Text("sku,name,price\ngz,Zipped,1\n")), "1 created: gz Zipped 100"),
        ("two gzips, one after the other", [.. Gzip(Text("sku,name,price\nm1,First,1\n")), .. Gzip(Text("m2,Second,2\n"))], "2 created: m1 First 100 | m2 Second 200"),
        ("two gzips, the second cut", [.. Gzip(Text("sku,name,price\nm1,First,1\n")), .. Gzip(Text("m2,Second,2\n"))[..^4]], "import.archive_refused"),
        ("gzip cut in the middle", Gzip(Text("sku,name,price\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => FormattableString.Invariant($"g{i},{i * 7919 % 10007},1\n")))))[..2000], "import.archive_refused"),
    ];

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Every_trap_comes_to_exactly_what_it_should(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var done = 0;
        foreach (var (name, feed, expected) in Traps)
        {
            var shop = await market.OpenShop(name: name);
            var report = await market.Import(shop, feed);
            Assert.True(expected == await Said(market, shop, report), $"{name}\nexpected {expected}\ncame     {await Said(market, shop, report)}");
            // The first ones again: what was made of them is known the second time.
            if (report.State != "done" || ++done > 6) continue;
            var again = await market.Import(shop, feed);
            Assert.True((again.Created, again.Updated) == (0, 0) && again.Unchanged == report.Created, $"{name}: again {again.Created} created, {again.Updated} updated, {again.Unchanged} unchanged");
        }
    }

    [Fact]
    public async Task A_name_is_one_line()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop();
        var report = await market.Import(shop, Text("sku,name,price\na,\"Kettle \r\n of two\tlines\",1\n"));
        Assert.Equal("1 created: a Kettle of two lines 100", await Said(market, shop, report));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_cell_of_ten_megabytes_costs_its_own_row_at_most(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var report = await market.Import(shop, Text($"sku,name,price,description\na,A,1,\"{string.Concat(Enumerable.Repeat("word, ", 1_750_000))}\"\nb,B,2,short\n"));
        Assert.Equal("2 created: a A 100 | b B 200; product.text_too_long 2", await Said(market, shop, report));
    }

    private static async Task<string> Said(Market market, Guid shop, ImportReport report)
    {
        if (report.State != "done") return report.ErrorCode ?? "";
        var goods = await market.Ask(c => c.Products.Where(p => p.ShopId == shop).OrderBy(p => p.Id).Select(p => new { p.SourceKey, p.Name, p.PriceMinor, p.Html }).ToListAsync(Stop));
        Assert.All(goods, g => Assert.True(!g.Html.Contains("alert", StringComparison.Ordinal) && !g.Html.Contains("data:", StringComparison.Ordinal), g.Html));
        var problems = report.Problems.Where(p => p.Code != "variant.stock_invalid").GroupBy(p => p.Code).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"; {g.Key} {string.Join(' ', g.Select(p => p.Line).Order())}");
        return string.Create(CultureInfo.InvariantCulture, $"{report.Created} created{(report.Rejected > 0 ? $", {report.Rejected} rejected" : "")}: {string.Join(" | ", goods.Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.SourceKey} {g.Name} {g.PriceMinor}")))}{string.Concat(problems)}");
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Cp1251(string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(1251).GetBytes(text);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var packed = new GZipStream(memory, CompressionLevel.Fastest)) packed.Write(bytes);
        return memory.ToArray();
    }
}
