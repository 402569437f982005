using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>Tables whose columns only the shop knows, feeds that come packed or as the body itself, and files that belong together.</summary>
[Requirement("C-06")]
public sealed class MappingTests
{
    private const string Table = "Kod;Was;Wieviel;Wo;Rest\nA-1;Kessel;12,50;Lager;3\nA-2;Lampe;20;Lager;0\n";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_shop_says_once_what_its_columns_are(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        var shop = await market.OpenShop("EUR");
        // Nobody could know these words.
        Assert.Equal("import.format_unknown", (await Wait(market, await Send(market, shop, Table)))["errorCode"]!.GetValue<string>());
        var held = await Send(market, shop, Table, ("hold", "true"));
        Assert.Equal("held", held["state"]!.GetValue<string>());
        var import = $"api/v1/imports/{held["importId"]}";
        var sample = (await market.Http.GetFromJsonAsync<JsonNode>($"{import}/sample", Stop))!;
        Assert.Equal("table-csv utf-8 ; 1", $"{sample["format"]} {sample["encoding"]} {sample["separator"]} {sample["headerLine"]}");
        Assert.Equal(["Kod:A-1,A-2", "Was:Kessel,Lampe", "Wieviel:12,50,20", "Wo:Lager,Lager", "Rest:3,0"], sample["columns"]!.AsArray().Select(c => $"{c!["name"]}:{string.Join(',', c["samples"]!.AsArray().Select(s => (string)s!))}"));
        Assert.Equal("import.mapping_invalid", await Code(market.Http.PostAsJsonAsync($"{import}/start", new { mapping = new { colour = "Kod" } }, Stop)));
        using (var begun = await market.Http.PostAsJsonAsync($"{import}/start", new { format = "table-csv", mapping = new { key = "Kod", name = "Was", price = "Wieviel", category = "Wo", stock = "" } }, Stop)) Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var done = await Wait(market, held);
        Assert.Equal("done 2 0", $"{done["state"]} {done["created"]} {done["rejected"]}");
        var goods = await market.Ask(c => Task.FromResult(c.Products.OrderBy(p => p.SourceKey).Select(p => new { p.SourceKey, p.Name, p.PriceMinor }).ToList()));
        Assert.Equal(["A-1 Kessel 1250", "A-2 Lampe 2000"], goods.Select(g => $"{g.SourceKey} {g.Name} {g.PriceMinor}"));
        Assert.Equal(["Rest: 0", "Rest: 3"], (await market.Ask(c => Task.FromResult(c.Attributes.Select(a => a.Name + ": " + a.Value).ToList()))).Order(StringComparer.Ordinal));
        // The next table with these columns is read so without a word, also where their order is another.
        var next = await Wait(market, await Send(market, shop, "Wieviel;Was;Kod;Wo;Rest\n13;Kessel;A-1;Lager;3\n", ("format", "table-csv")));
        Assert.Equal("done 1", $"{next["state"]} {next["updated"]}");
        Assert.Equal(1300, await market.Ask(c => Task.FromResult(c.Products.Single(p => p.SourceKey == "A-1").PriceMinor)));
        // Another shop is not asked in the first one's name.
        Assert.Equal("import.format_unknown", (await Wait(market, await Send(market, await market.OpenShop("EUR", "Other"), Table)))["errorCode"]!.GetValue<string>());
    }

    [Fact]
    public async Task Only_the_shops_people_look_at_its_files_and_start_them()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var (shop, other) = (await market.OpenShop("EUR"), await market.OpenShop("EUR", "Other"));
        foreach (var (user, status) in new[] { ($"staff:{shop}", 200), ($"owner:{shop}", 200), ($"staff:{other}", 403), ("buyer", 403), ("", 401) })
        {
            As(market, "operator");
            var held = await Send(market, shop, Table, ("hold", "true"));
            As(market, user);
            using var seen = await market.Http.GetAsync($"api/v1/imports/{held["importId"]}/sample", Stop);
            using var begun = await market.Http.PostAsJsonAsync($"api/v1/imports/{held["importId"]}/start", new { mapping = new { key = "Kod", name = "Was", price = "Wieviel" } }, Stop);
            Assert.Equal((user, status, status == 200 ? 202 : status), (user, (int)seen.StatusCode, (int)begun.StatusCode));
        }
    }

    [Theory]
    [InlineData("text/csv", "sku,name,price\nA-1,Kettle,10\n", "")]
    [InlineData("application/json", "[{\"key\":\"A-1\",\"name\":\"Kettle\",\"price\":\"10\"}]", "?format=json")]
    [InlineData("application/x-ndjson", "{\"key\":\"A-1\",\"name\":\"Kettle\",\"price\":10}\n", "")]
    public async Task A_feed_may_be_the_body_itself(string type, string body, string query)
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var shop = await market.OpenShop("EUR");
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var sent = await market.Http.PostAsync($"api/v1/shops/{shop}/imports{query}", content, Stop);
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        var done = await Wait(market, (await sent.Content.ReadFromJsonAsync<JsonNode>(Stop))!);
        Assert.Equal("done 1", $"{done["state"]} {done["created"]}");
        Assert.Equal("A-1 Kettle 1000", await market.Ask(c => Task.FromResult(c.Products.Select(p => p.SourceKey + " " + p.Name + " " + p.PriceMinor).Single())));
    }

    [Fact]
    public async Task A_packed_feed_is_taken_out_and_a_bomb_is_not()
    {
        const string Feed = "sku,name,price\nA-1,Kettle,10\n";
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop("EUR");
        Assert.Equal("done 1 0", Said(await market.Import(shop, Gzip(Encoding.UTF8.GetBytes(Feed)))));
        Assert.Equal("done 0 1", Said(await market.Import(shop, Zip(("__MACOSX/._f.csv", [1]), ("feed/f.csv", Encoding.UTF8.GetBytes(Feed)), ("readme.md", [65])))));
        var two = await market.Import(shop, Zip(("a.csv", Encoding.UTF8.GetBytes(Feed)), ("b.xml", [65])));
        Assert.Equal("import.archive_refused", two.ErrorCode);
        Assert.Contains("a.csv, b.xml", two.ErrorText, StringComparison.Ordinal);
        Assert.Equal("import.archive_refused", (await market.Import(shop, Zip(("a.jpg", [65])))).ErrorCode);
        var bomb = new byte[40 * 1024 * 1024];
        Assert.Equal("import.archive_refused", (await market.Import(shop, Gzip(bomb))).ErrorCode);
        Assert.Equal("import.archive_refused", (await market.Import(shop, Zip(("a.csv", bomb)))).ErrorCode);
        Assert.Equal("failed", (await market.Import(shop, [.. Gzip(Encoding.UTF8.GetBytes(Feed))[..12], 1, 2, 3, 4, 5, 6, 7, 8, 9])).State);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_workbook_comes_in_and_its_sheet_and_columns_can_be_said(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop("EUR");
        var book = Book(("Prices", [["Kod", "Was", "Wieviel"], ["A-1", "Kessel", "12.5"]]), ("Other", [["sku", "name", "price"], ["B-1", "Lamp", "7"], ["B-2", "Rug", "8"]]));
        Assert.Equal("table.header_missing", (await market.Import(shop, book)).Problems[0].Code);
        var said = await market.Import(shop, book, options: new ImportOptions(Mapping: new Dictionary<string, string?> { ["key"] = "Kod", ["name"] = "Was", ["price"] = "Wieviel" }));
        Assert.Equal("done 1 0", Said(said));
        Assert.Equal("table-xlsx", said.Format);
        Assert.Equal("done 2 0", Said(await market.Import(shop, book, options: new ImportOptions(Mapping: new Dictionary<string, string?> { ["sheet"] = "Other" }))));
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><body>Sign in</body></html>", "web page")]
    [InlineData("%PDF-1.7\n1 0 obj", "PDF")]
    [InlineData("PK\u0003\u0004mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "package")]
    public async Task What_is_no_feed_is_named(string text, string says)
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var report = await market.Import(await market.OpenShop("EUR"), Encoding.Latin1.GetBytes(text));
        Assert.True(report.ErrorCode is "import.format_unknown" or "import.archive_refused", report.ErrorCode);
        if (report.ErrorCode == "import.format_unknown") Assert.Contains(says, report.ErrorText, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Goods_of_1C_find_the_groups_that_another_file_declared(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop("RUB");
        async Task<ImportReport> Own(string name) => await market.Import(shop, await File.ReadAllBytesAsync(Feeds.GivenFeedsTests.Beside($"own/{name}"), Stop));
        var groups = await Own("ml3-groups.xml");
        Assert.Equal("done 0 0", Said(groups));
        Assert.Equal("done 1 1", Said(await Own("ml3-goods.xml")));
        Assert.Equal(["Кухня > Чайники › электрические"], await market.Ask(c => Task.FromResult(c.ProductCategories.Join(c.Categories, p => p.CategoryId, x => x.Id, (_, x) => x.FullName).ToList())));
        Assert.Equal("done 0 2", Said(await Own("ml3-goods.xml")));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_combination_costs_what_its_goods_do_and_its_own_difference(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop("EUR");
        await market.Import(shop, "Product ID;Active (0/1);Name *;Price tax excluded or Price tax included;Tax rules ID;Wholesale price;On sale (0/1);Reference #\n7;1;Shirt;20.00;1;5;0;S\n");
        var report = await market.Import(shop, "Product ID*;Attribute (Name:Type:Position)*;Value (Value:Position)*;Reference;Impact on price;Quantity\n7;Size:select:0;S:0;S-S;0;3\n7;Size:select:0;L:1;S-L;2,50;1\n7;Size:select:0;XS:1;S-XS;-1.5;1\n");
        Assert.Equal("done 0", $"{report.State} {report.Rejected}");
        var prices = await market.Ask(c => Task.FromResult(c.Variants.Where(v => v.Options != "[]").OrderBy(v => v.Sku).Select(v => v.Sku + " " + v.PriceMinor).ToList()));
        Assert.Equal(["S-L 2250", "S-S 2000", "S-XS 1850"], prices.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_description_as_long_as_a_book_is_cut_and_said()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop("EUR");
        var book = string.Concat(Enumerable.Repeat("All the same words again. ", 400_000));
        var report = await market.Import(shop, $"sku,name,price,description\nB-1,Book,10,\"{book}\"\nB-2,Lamp,20,Light\n");
        Assert.Equal("done 2 0", Said(report));
        Assert.Equal("product.text_too_long", Assert.Single(report.Problems).Code);
        Assert.InRange(await market.Ask(c => Task.FromResult(c.Products.Single(p => p.SourceKey == "B-1").Plain.Length)), 262_000, 262_144);
        var xml = await market.Import(shop, $"<yml_catalog><shop><offers><offer id=\"b\"><name>B</name><price>1</price><description>{book}</description></offer></offers></shop></yml_catalog>");
        Assert.Equal("done 1 0", Said(xml));
    }

    private static string Said(ImportReport report) => $"{report.State} {report.Created} {report.Unchanged}";

    private static byte[] Gzip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return memory.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                entry.Write(bytes);
            }
        }
        return memory.ToArray();
    }

    // As spreadsheets write it, with texts in the cells themselves.
    private static byte[] Book(params (string Name, string[][] Rows)[] sheets)
    {
        const string Main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
        var files = new List<(string, byte[])>
        {
            ("[Content_Types].xml", "<Types/>"u8.ToArray()),
            ("xl/workbook.xml", Encoding.UTF8.GetBytes($"<workbook {Main}><sheets>{string.Concat(sheets.Select((s, i) => $"<sheet name=\"{s.Name}\" sheetId=\"{i + 1}\" r:id=\"r{i}\"/>"))}</sheets></workbook>")),
            ("xl/_rels/workbook.xml.rels", Encoding.UTF8.GetBytes($"<Relationships>{string.Concat(sheets.Select((_, i) => $"<Relationship Id=\"r{i}\" Target=\"worksheets/s{i}.xml\"/>"))}</Relationships>")),
        };
        files.AddRange(sheets.Select((s, i) => ($"xl/worksheets/s{i}.xml", Encoding.UTF8.GetBytes($"<worksheet {Main}><sheetData>{string.Concat(s.Rows.Select(r => $"<row>{string.Concat(r.Select(c => $"<c t=\"inlineStr\"><is><t>{c}</t></is></c>"))}</row>"))}</sheetData></worksheet>"))));
        return Zip([.. files]);
    }

    private static void As(Market market, string user)
    {
        market.Http.DefaultRequestHeaders.Remove("X-Test-User");
        if (user.Length > 0) market.Http.DefaultRequestHeaders.Add("X-Test-User", user);
    }

    private static async Task<JsonNode> Send(Market market, Guid shop, string feed, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(feed)), "file", "feed.csv" } };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        using var started = await market.Http.PostAsync($"api/v1/shops/{shop}/imports", form, Stop);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        return (await started.Content.ReadFromJsonAsync<JsonNode>(Stop))!;
    }

    private static async Task<JsonNode> Wait(Market market, JsonNode started)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            var report = (await market.Http.GetFromJsonAsync<JsonNode>($"api/v1/imports/{started["importId"]}", Stop))!;
            if ((string?)report["state"] is "done" or "failed") return report;
            await Task.Delay(50, Stop);
        }
        throw new TimeoutException("The import did not end.");
    }

    private static async Task<string?> Code(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }
}
