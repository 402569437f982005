using Fairground.Catalog.BrowseGoods;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-07")]
public sealed class ShelfTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Words_are_found_in_any_case_and_script_and_signs_are_only_signs(DatabaseKind kind)
    {
        await using var market = await Stocked(kind);
        Assert.Equal(["Чайник САМОВАР"], await Names(market, new("чАЙНИК самовар", null, null, null, null, null, null, 10)));
        Assert.Equal(["100% Wool shapan"], await Names(market, new("100%", null, null, null, null, null, null, 10)));
        Assert.Equal(["100% Wool shapan"], await Names(market, new("SKU_2", null, null, null, null, null, null, 10)));
        Assert.Empty(await Names(market, new("чайник wool", null, null, null, null, null, null, 10)));
        Assert.Empty(await Names(market, new("' or 1=1 --", null, null, null, null, null, null, 10)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_category_shows_what_is_in_it_and_below_and_counts_it(DatabaseKind kind)
    {
        await using var market = await Stocked(kind);
        var tree = await market.With<Shelf, IReadOnlyList<CategoryNode>>(s => s.Tree(null, Stop));
        Assert.Equal(["Clothes 1", "Дом 3"], tree.Select(n => $"{n.Name} {n.Count}").Order(StringComparer.Ordinal));
        Assert.Equal(3, (await Names(market, new(null, "дом", null, null, null, null, null, 10))).Count);
        Assert.Equal(["Чайник САМОВАР"], await Names(market, new(null, "дом/кухня", null, null, null, null, null, 10)));
        Assert.Equal(3, (await Names(market, new(null, tree.Single(n => n.Name == "Дом").CategoryId.ToString(), null, null, null, null, null, 10))).Count);
        Assert.Empty(await Names(market, new(null, "до", null, null, null, null, null, 10)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Every_order_pages_through_all_goods_once(DatabaseKind kind)
    {
        await using var market = await Stocked(kind);
        foreach (var sort in new[] { "new", "price", "-price", "name" })
        {
            var (seen, cursor) = (new List<ProductItem>(), (string?)null);
            do
            {
                var page = await market.With<Shelf, Result<ShelfPage>>(s => s.Find(new(null, null, null, null, null, sort, cursor, 1), Stop));
                seen.AddRange(page.Value.Items);
                cursor = page.Value.Next;
            }
            while (cursor is not null);
            Assert.Equal(4, seen.Select(i => i.ProductId).Distinct().Count());
            Assert.Equal(4, seen.Count);
            if (sort == "price") Assert.Equal(seen.Select(i => i.Price.Minor).Order(), seen.Select(i => i.Price.Minor));
            if (sort == "name") Assert.Equal(seen.Select(i => i.Name.ToLowerInvariant()).Order(StringComparer.Ordinal), seen.Select(i => i.Name.ToLowerInvariant()));
        }
        var broken = await market.With<Shelf, Result<ShelfPage>>(s => s.Find(new(null, null, null, null, null, "price", Cursor.Write("nonsense"), 1), Stop));
        Assert.Equal("request.cursor_invalid", broken.Refusal!.Code);
        Assert.Equal(["100% Wool shapan"], await Names(market, new(null, null, null, 40_000, 50_000, null, null, 10)));
    }

    private static async Task<Market> Stocked(DatabaseKind kind)
    {
        var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Import(shop, "Type,SKU,Name,Published,Regular price,Categories,Description\n"
            + "simple,sku1,Чайник САМОВАР,1,199,Дом > Кухня,Тёплый\nsimple,sku_2,100% Wool shapan,1,450,Clothes,\n"
            + "simple,sku3,Лампа,1,199,Дом,\nsimple,sku4,Ковёр,1,900,Дом,\nsimple,sku5,Скрытый чайник самовар,0,199,Дом,\n");
        return market;
    }

    private static async Task<List<string>> Names(Market market, ShelfQuery query) =>
        [.. (await market.With<Shelf, Result<ShelfPage>>(s => s.Find(query, Stop))).Value.Items.Select(i => i.Name)];
}
