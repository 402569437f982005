using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>A 1C's side of the exchange, call by call, over HTTP.</summary>
public sealed class ExchangeTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private const string Catalogue =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <КоммерческаяИнформация ВерсияСхемы="2.08"><Классификатор><Ид>c</Ид><Группы><Группа><Ид>g1</Ид><Наименование>Посуда</Наименование></Группа></Группы></Классификатор>
        <Каталог СодержитТолькоИзменения="false"><Ид>c</Ид><Товары>
        <Товар><Ид>t1</Ид><Артикул>А-1</Артикул><Наименование>Чайник</Наименование><Группы><Ид>g1</Ид></Группы><Картинка>import_files/t1/one.png</Картинка></Товар>
        <Товар><Ид>t2</Ид><Артикул>А-2</Артикул><Наименование>Самовар</Наименование><Группы><Ид>g1</Ид></Группы></Товар>
        </Товары></Каталог></КоммерческаяИнформация>
        """;

    private const string Offers =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <КоммерческаяИнформация ВерсияСхемы="2.08"><ПакетПредложений СодержитТолькоИзменения="false"><Ид>c</Ид><ТипыЦен><ТипЦены><Ид>r</Ид><Наименование>Розничная</Наименование><Валюта>KZT</Валюта></ТипЦены></ТипыЦен><Предложения>
        <Предложение><Ид>t1</Ид><Цены><Цена><ИдТипаЦены>r</ИдТипаЦены><ЦенаЗаЕдиницу>9900</ЦенаЗаЕдиницу><Валюта>KZT</Валюта></Цена></Цены><Количество>4</Количество></Предложение>
        <Предложение><Ид>t2</Ид><Цены><Цена><ИдТипаЦены>r</ИдТипаЦены><ЦенаЗаЕдиницу>45000</ЦенаЗаЕдиницу><Валюта>KZT</Валюта></Цена></Цены><Количество>1</Количество></Предложение>
        </Предложения></ПакетПредложений></КоммерческаяИнформация>
        """;

    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-06")]
    public async Task A_1C_sends_its_goods_in_pieces_and_they_stand_on_the_shelf(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        var shop = await market.OpenShop();
        using var one = await OneC.Enter(market, shop);
        Assert.Equal(["zip=yes", "file_limit=52428800"], (await one.Get("catalog", "init")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var bytes = Encoding.UTF8.GetBytes(Catalogue);
        // The cut goes through the middle of a letter.
        Assert.Equal("success", await one.File("import.xml", bytes[..501]));
        Assert.Equal("success", await one.File("import.xml", bytes[501..]));
        Assert.Equal("success", await one.File("import_files/t1/one.png", Png));
        Assert.Equal("success", await one.File("offers.xml", Encoding.UTF8.GetBytes(Offers)));
        Assert.Equal("success\n2 goods: 2 new, 0 changed, 0 the same, 0 left out", await one.Import("import.xml"));
        Assert.Empty(await Shelf(market));
        Assert.StartsWith("success", await one.Import("offers.xml"), StringComparison.Ordinal);
        Assert.Equal(["Самовар 4500000", "Чайник 990000 picture"], await Shelf(market));
        // Asked again it is the same import, not another one.
        Assert.StartsWith("success\n2 goods: 2 new", await one.Import("import.xml"), StringComparison.Ordinal);
        Assert.Equal("success", await one.Get("catalog", "complete"));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-06")]
    public async Task A_zip_in_pieces_is_put_together_and_opened(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        var shop = await market.OpenShop();
        var zip = Zip(("import.xml", Encoding.UTF8.GetBytes(Catalogue)), ("offers.xml", Encoding.UTF8.GetBytes(Offers)), ("import_files/t1/one.png", Png));
        using var one = await OneC.Enter(market, shop);
        Assert.Equal("success", await one.File("v8_1.zip", zip[..200]));
        Assert.Equal("success", await one.File("v8_1.zip", zip[200..]));
        Assert.StartsWith("success", await one.Import("import.xml"), StringComparison.Ordinal);
        Assert.StartsWith("success", await one.Import("offers.xml"), StringComparison.Ordinal);
        Assert.Equal(["Самовар 4500000", "Чайник 990000 picture"], await Shelf(market));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_damaged_or_a_trap_is_refused_with_a_word(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        var shop = await market.OpenShop();
        using var one = await OneC.Enter(market, shop);
        Assert.EndsWith("(exchange.name_invalid)", await one.File("../../etc/passwd", Png), StringComparison.Ordinal);
        Assert.EndsWith("(exchange.file_missing)", await one.Import("import.xml"), StringComparison.Ordinal);
        Assert.EndsWith("(exchange.mode_unknown)", await one.Get("catalog", "dance"), StringComparison.Ordinal);
        await one.File("import.xml", Encoding.UTF8.GetBytes(Catalogue[..^30]));
        var malformed = await one.Import("import.xml");
        Assert.StartsWith("failure\n", malformed, StringComparison.Ordinal);
        Assert.Contains("line", malformed, StringComparison.Ordinal);

        using var bomb = await OneC.Enter(market, shop);
        await bomb.File("bomb.zip", Zip(("import.xml", new byte[30 * 1024 * 1024])));
        Assert.EndsWith("(exchange.zip_refused)", await bomb.Import("import.xml"), StringComparison.Ordinal);
        using var broken = await OneC.Enter(market, shop);
        await broken.File("broken.zip", [0x50, 0x4b, 3, 4, 5]);
        Assert.EndsWith("(exchange.zip_refused)", await broken.Import("import.xml"), StringComparison.Ordinal);
        Assert.Empty(await Shelf(market));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Only_the_shops_key_opens_and_a_new_one_ends_the_old(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine, listening: true);
        var (shop, other) = (await market.OpenShop(), await market.OpenShop(name: "Other"));
        using var one = await OneC.Enter(market, shop);
        Assert.EndsWith("(exchange.key_wrong)", await OneC.SignIn(market, other, one.Key), StringComparison.Ordinal);
        Assert.EndsWith("(exchange.key_wrong)", await OneC.SignIn(market, shop, "guess"), StringComparison.Ordinal);
        using (var stranger = new HttpClient { BaseAddress = market.Http.BaseAddress })
        {
            Assert.EndsWith("(access.not_signed_in)", (await stranger.GetStringAsync($"exchange/1c/{shop}?type=catalog&mode=init", Stop)).TrimEnd(), StringComparison.Ordinal);
            // The key itself is for owners.
            foreach (var (user, status) in new[] { ($"owner:{shop}", HttpStatusCode.Created), ($"staff:{shop}", HttpStatusCode.Forbidden), ($"owner:{other}", HttpStatusCode.Forbidden), ("buyer", HttpStatusCode.Forbidden) })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/shops/{shop}/exchange-key");
                request.Headers.Add("X-Test-User", user);
                Assert.Equal(status, (await stranger.SendAsync(request, Stop)).StatusCode);
            }
        }
        // Whoever finds a signed-in browser makes no key with it.
        market.Recently.Refusal = CommonRefusals.ConfirmIdentity;
        using (var late = await market.Http.PostAsync($"api/v1/shops/{shop}/exchange-key", null, Stop)) Assert.Equal("403 access.confirm_identity", $"{(int)late.StatusCode} {(string?)(await late.Content.ReadFromJsonAsync<JsonNode>(Stop))!["code"]}");
        Assert.EndsWith("(access.not_signed_in)", await one.Get("catalog", "init"), StringComparison.Ordinal);
        Assert.EndsWith("(exchange.key_wrong)", await OneC.SignIn(market, shop, one.Key), StringComparison.Ordinal);
    }

    private static async Task<string[]> Shelf(Market market) =>
        [.. (await market.Http.GetFromJsonAsync<JsonNode>("api/v1/products?sort=name", Stop))!["items"]!.AsArray().Select(i => $"{i!["name"]} {i["price"]!["amount"]}{(i["picture"] is null ? "" : " picture")}")];

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        return stream.ToArray();
    }

    // As 1C speaks: a key by Basic, then the cookie it was given.
    private sealed class OneC(HttpClient http, Guid shop, string key) : IDisposable
    {
        public string Key => key;

        public static async Task<OneC> Enter(Market market, Guid shop)
        {
            var made = (await (await market.Http.PostAsync($"api/v1/shops/{shop}/exchange-key", null, Stop)).Content.ReadFromJsonAsync<JsonNode>(Stop))!;
            var key = (string)made["password"]!;
            var lines = (await SignIn(market, shop, key)).Split('\n');
            Assert.Equal("success", lines[0]);
            var http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = market.Http.BaseAddress };
            http.DefaultRequestHeaders.Add("Cookie", $"{lines[1]}={lines[2]}");
            return new OneC(http, shop, key);
        }

        public static async Task<string> SignIn(Market market, Guid shop, string key)
        {
            using var http = new HttpClient { BaseAddress = market.Http.BaseAddress };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"shop:{key}")));
            return (await http.GetStringAsync($"exchange/1c/{shop}?type=catalog&mode=checkauth", Stop)).TrimEnd();
        }

        public async Task<string> Get(string type, string mode, string name = "") => (await http.GetStringAsync($"exchange/1c/{shop}?type={type}&mode={mode}&filename={Uri.EscapeDataString(name)}", Stop)).TrimEnd();

        public async Task<string> File(string name, byte[] content)
        {
            using var body = new ByteArrayContent(content);
            return (await (await http.PostAsync($"exchange/1c/{shop}?type=catalog&mode=file&filename={Uri.EscapeDataString(name)}", body, Stop)).Content.ReadAsStringAsync(Stop)).TrimEnd();
        }

        // It asks again and again while the answer is "progress".
        public async Task<string> Import(string name)
        {
            for (var tries = 0; tries < 400; tries++)
            {
                var answer = await Get("catalog", "import", name);
                if (!answer.StartsWith("progress", StringComparison.Ordinal)) return answer;
                await Task.Delay(50, Stop);
            }
            return "never";
        }

        public void Dispose() => http.Dispose();
    }
}
