using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>What buyers do around goods: narrow, keep, compare; and what search engines are told.</summary>
public sealed class BrowsingTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private const string Goods =
        """
        Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price
        shirt,Linen shirt,Aq,Shirts,Colour,Red,S-R,9000
        shirt,,,,,Blue,S-B,9000
        coat,Winter coat,Aq,Coats,Colour,Red,C-R,45000
        hat,Fur hat,Bes,Hats,Size,L,H-L,12000
        cap,Flat cap,Bes,Hats,Size,L,K-L,5000
        beret,Beret,Bes,Hats,Size,M,B-M,11000
        """;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-26")]
    public async Task Goods_are_narrowed_by_option_and_shop_with_counts(DatabaseKind engine)
    {
        await using var market = await Stocked(engine);
        var facets = (await market.Http.GetFromJsonAsync<JsonNode>("api/v1/products/facets", Stop))!;
        Assert.Equal((6, 5000_00, 45000_00), ((int)facets["counted"]!, (int)facets["minPrice"]!, (int)facets["maxPrice"]!));
        Assert.Equal(["Size: L 2, M 1", "Colour: Red 2, Blue 1"], facets["traits"]!.AsArray().Select(f => $"{f!["name"]}: {string.Join(", ", f["values"]!.AsArray().Select(v => $"{v!["value"]} {v["count"]}"))}"));
        Assert.Equal(["Other House 1", "The Kettle House 5"], facets["shops"]!.AsArray().Select(s => $"{s!["name"]} {s["count"]}").Order());

        Assert.Equal(["Linen shirt", "Winter coat"], await Names(market, "attribute=Colour:Red"));
        Assert.Equal(["Linen shirt"], await Names(market, "attribute=Colour:Red&query=shirts"));
        Assert.Empty(await Names(market, "attribute=Colour:Red&attribute=Size:L"));
        Assert.Empty(await Names(market, "attribute=Colour:Re%25"));
        Assert.Equal(["Flat cap", "Fur hat"], await Names(market, "attribute=Size:L"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Related_goods_are_of_the_same_category_and_near_in_price(DatabaseKind engine)
    {
        await using var market = await Stocked(engine);
        var hat = await Id(market, "hat fur");
        var related = (await market.Http.GetFromJsonAsync<JsonArray>($"api/v1/products/{hat}/related", Stop))!;
        Assert.Equal(["Beret", "Flat cap"], related.Select(r => (string)r!["name"]!));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-26")]
    public async Task Favourites_are_kept_once_shown_last_first_and_forgotten_and_are_ones_own(DatabaseKind engine)
    {
        await using var market = await Stocked(engine);
        var (hat, coat) = (await Id(market, "hat fur"), await Id(market, "coat"));
        async Task<HttpStatusCode> Call(HttpMethod method, string path, string user)
        {
            using var request = new HttpRequestMessage(method, $"api/v1/me/favourites{path}");
            request.Headers.Add("X-Test-User", user);
            using var http = new HttpClient { BaseAddress = market.Http.BaseAddress };
            return (await http.SendAsync(request, Stop)).StatusCode;
        }
        async Task<string[]> Of(string user)
        {
            using var http = new HttpClient { BaseAddress = market.Http.BaseAddress };
            http.DefaultRequestHeaders.Add("X-Test-User", user);
            return [.. (await http.GetFromJsonAsync<JsonArray>("api/v1/me/favourites", Stop))!.Select(i => (string)i!["name"]!)];
        }
        var twice = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Call(HttpMethod.Put, $"/{hat}", "aigerim")));
        Assert.All(twice, status => Assert.Equal(HttpStatusCode.NoContent, status));
        // Instants are kept in milliseconds; the next one must be a later one.
        await Task.Delay(2, Stop);
        await Call(HttpMethod.Put, $"/{coat}", "aigerim");
        Assert.Equal(["Winter coat", "Fur hat"], await Of("aigerim"));
        Assert.Empty(await Of("daniyar"));
        Assert.Equal(HttpStatusCode.NotFound, await Call(HttpMethod.Put, $"/{Guid.CreateVersion7()}", "aigerim"));
        Assert.Equal(HttpStatusCode.NoContent, await Call(HttpMethod.Delete, $"/{hat}", "aigerim"));
        Assert.Equal(["Winter coat"], await Of("aigerim"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_person_keeps_500_goods_and_is_told_so(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        await market.Import(shop, "Type,SKU,Name,Published,Regular price\n" + string.Join('\n', Enumerable.Range(1, 501).Select(i => $"simple,s{i},Thing {i},1,{i}")));
        var ids = await market.Ask(c => Task.FromResult(c.Products.Select(p => p.Id).ToList()));
        var me = Guid.CreateVersion7();
        foreach (var id in ids.Take(500)) Assert.False((await market.With<KeepFavourites.Favourites, Kernel.Result<bool>>(f => f.Add(me, id, Stop))).Refused);
        Assert.Equal("favourites.full", (await market.With<KeepFavourites.Favourites, Kernel.Result<bool>>(f => f.Add(me, ids[500], Stop))).Refusal!.Code);
        Assert.False((await market.With<KeepFavourites.Favourites, Kernel.Result<bool>>(f => f.Add(me, ids[0], Stop))).Refused);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Search_engines_are_told_every_product_on_the_shelf(DatabaseKind engine)
    {
        await using var market = await Stocked(engine);
        Assert.Contains($"Sitemap: {market.Http.BaseAddress}sitemap.xml", await market.Http.GetStringAsync("robots.txt", Stop), StringComparison.Ordinal);
        var index = XDocument.Parse(await market.Http.GetStringAsync("sitemap.xml", Stop));
        var part = Assert.Single(index.Descendants(), e => e.Name.LocalName == "loc").Value;
        var addresses = XDocument.Parse(await market.Http.GetStringAsync(new Uri(part), Stop)).Descendants().Where(e => e.Name.LocalName == "loc").Select(e => e.Value).ToList();
        Assert.Equal(6, addresses.Count(a => a.Contains("/products/", StringComparison.Ordinal)));
        Assert.Contains($"{market.Http.BaseAddress}catalogue/hats", addresses);
        Assert.DoesNotContain(XDocument.Parse(await market.Http.GetStringAsync("sitemap/7.xml", Stop)).Descendants(), e => e.Name.LocalName == "loc");
    }

    private static async Task<Market> Stocked(DatabaseKind engine)
    {
        var market = await Market.Open(engine, listening: true);
        await market.Import(await market.OpenShop(), Goods);
        await market.Import(await market.OpenShop(name: "Other House"), "Type,SKU,Name,Published,Regular price\nsimple,x,Kettle,1,7000");
        return market;
    }

    private static async Task<string[]> Names(Market market, string query) =>
        [.. (await market.Http.GetFromJsonAsync<JsonNode>($"api/v1/products?{query}", Stop))!["items"]!.AsArray().Select(i => (string)i!["name"]!).Order(StringComparer.Ordinal)];

    private static async Task<string> Id(Market market, string query) =>
        (string)(await market.Http.GetFromJsonAsync<JsonNode>($"api/v1/products?query={Uri.EscapeDataString(query)}", Stop))!["items"]![0]!["productId"]!;
}
