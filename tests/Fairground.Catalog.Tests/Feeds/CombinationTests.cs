using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Fairground.Catalog.Tests.Feeds;

/// <summary>PrestaShop tells goods and their combinations in two files, which come one after the other and not always both.</summary>
[Requirement("C-06")]
public sealed class CombinationTests
{
    private const string Combinations = "Product ID*,Attribute (Name:Type:Position)*,Value (Value:Position)*,Reference,Impact on price,Quantity\n1,Size:select:0,16 GB:0,R-1-16,0,5\n1,Size:select:0,32 GB:1,R-1-32,20,2\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Combinations_stay_when_the_goods_come_again_and_follow_their_price(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Import(shop, Goods("49.00"));
        await market.Import(shop, Combinations);
        string[] first = ["R-1 4900 800", "R-1-16 4900 5", "R-1-32 6900 2", "R-2 990 3"];
        Assert.Equal(first, await Variants(market));
        var ids = await Ids(market);
        var dearer = await market.Import(shop, Goods("55.00"));
        Assert.Equal((0, 1, 1), (dearer.Created, dearer.Updated, dearer.Unchanged));
        Assert.Equal(["R-1 5500 800", "R-1-16 5500 5", "R-1-32 7500 2", "R-2 990 3"], await Variants(market));
        // They are the same ones, and their own file finds nothing changed.
        Assert.Equal(ids, await Ids(market));
        Assert.Equal((0, 1), ((await market.Import(shop, Combinations)).Updated, (await market.Import(shop, Combinations)).Unchanged));
        await market.Import(shop, Goods("49.00"));
        Assert.Equal(first, await Variants(market));
    }

    private static string Goods(string price) => $"Product ID;Active (0/1);Name *;Price tax included;Tax rules ID;Reference #;Quantity\n1;1;Player;{price};1;R-1;800\n2;1;Case;9.90;1;R-2;3\n";

    private static async Task<string[]> Variants(Market market) => [.. await market.Ask(c => c.Variants.OrderBy(v => v.Sku).Select(v => $"{v.Sku} {v.PriceMinor} {v.Stock}").ToListAsync(Stop))];

    private static Task<List<Guid>> Ids(Market market) => market.Ask(c => c.Variants.OrderBy(v => v.Sku).Select(v => v.Id).ToListAsync(Stop));
}
