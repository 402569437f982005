using System.Text;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.ReleasePrices;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-06")]
public sealed class ImportTests
{
    private const string ShopifyHead = "Handle ,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Image Position,Image Alt Text,Status\n";

    private const string Shopify = ShopifyHead
        + "kettle,Samovar kettle,\"<p>Boils\nfast<script>x()</script></p>\",Tula,Home > Kitchen,,,true,Title,Default Title,'0850,shopify,4,19900,17000,'4870001,https://pictures.example/kettle.jpg,1,A kettle,active\n"
        + "kettle,,,,,,,,,,,,,,,,https://pictures.example/kettle-2.jpg,2,,\n"
        + "shapan,Shapan,<p>Warm</p>,Aul,,Clothes,,true,Size,S,,shopify,-1,45000,60000,,,,,active\n"
        + "shapan,,,,,,,,,L,,shopify,2,48000.50,,,,,,\n"
        + "draft,Not yet,,,,,,false,Title,Default Title,'1,,,100,,,,,,draft\n"
        + "nameless,,,,,,,true,Title,Default Title,'1,,,100,,,,,,active\n"
        + "priceless,No price,,,,,,true,Title,Default Title,'1,,,,,,,,,active\n"
        + "wordy,Strange price,,,,,,true,Title,Default Title,,,,ask us,,,,,,active\n"
        + "kettle,Samovar kettle again,,,,,,true,Title,Default Title,,,,1,,,,,,active\n";

    private const string Woo = "\ufeffID,Type,SKU,Name,Published,\"Is featured?\",\"Visibility in catalog\",\"Short description\",Description,\"In stock?\",Stock,\"Weight (lbs)\",\"Sale price\",\"Regular price\",Categories,Images,Parent,\"Attribute 1 name\",\"Attribute 1 value(s)\"\n"
        + "76,variation,tee-red,Tee - Red,1,0,visible,,,1,3,.5,,20,,,id:44,Colour,Red\n"
        + "44,variable,tee,Tee,1,0,visible,Short,Long\\nand wide,1,,.5,,,\"Clothing > Tops, Sale\",,,Colour,\"Red, Blue\"\n"
        + "77,variation,tee-blue,Tee - Blue,1,0,visible,,,1,,.5,12.50,15,,,tee,Colour,\n"
        + "50,\"simple, downloadable, virtual\",song,A song,1,0,visible,,Music,0,,,,3,\"Clothing > Tops, Music\",,,,\n"
        + "51,grouped,both,Both,1,0,visible,,,1,,,,,,,,,\n"
        + "52,external,pennant,Pennant,-1,0,visible,,,1,,,,11.05,\"Fevers\\, Headache\",,,,\n"
        + "53,variation,lost,Lost,1,0,visible,,,1,,,,9,,,id:999,Colour,Red\n"
        + "54,simple,hidden,Hidden,1,0,hidden,,,1,,,,9,,,,,\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_Shopify_feed_becomes_goods_and_says_what_it_left_out(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var report = await market.Import(shop, Shopify);
        Assert.Equal(("done", "shopify-csv", "utf-8", 9L, 7L, 3L, 4L), (report.State, report.Format, report.Encoding, report.Rows, report.Read, report.Created, report.Rejected));
        Assert.Equal(
            ["8 product.name_missing Name", "9 product.price_missing Variant Price", "10 product.price_invalid Variant Price", "11 product.key_twice Key"],
            report.Problems.Select(p => $"{p.Line} {p.Code} {p.Field}"));
        var kettle = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "kettle"));
        Assert.Equal(("Samovar kettle", 1990000L, "KZT", "0850", "<p>Boils\nfast</p>", true), (kettle.Name, kettle.PriceMinor, kettle.Currency, kettle.Sku, kettle.Html, kettle.Active));
        Assert.Null(kettle.CompareAtMinor);
        Assert.Equal("Home > Kitchen", (await market.Ask(c => c.Categories.SingleAsync(x => x.Id == kettle.CategoryId))).FullName);
        Assert.Equal(["A kettle", ""], await market.Ask(c => c.Pictures.Where(p => p.ProductId == kettle.Id).OrderBy(p => p.Position).Select(p => p.Alt).ToListAsync()));
        var shapan = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "shapan"));
        Assert.Equal((4500000L, (long?)6000000L), (shapan.PriceMinor, shapan.CompareAtMinor));
        var variants = await market.Ask(c => c.Variants.Where(v => v.ProductId == shapan.Id).OrderBy(v => v.Position).ToListAsync());
        Assert.Equal(["""[{"name":"Size","value":"S"}] -1""", """[{"name":"Size","value":"L"}] 2"""], variants.Select(v => $"{v.Options} {v.Stock}"));
        Assert.False((await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "draft"))).Active);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_WooCommerce_feed_is_put_together_wherever_its_variations_stand(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop("USD");
        var report = await market.Import(shop, Woo);
        Assert.Equal(("done", "woocommerce-csv", 6L, 4L, 2L), (report.State, report.Format, report.Read, report.Created, report.Rejected));
        Assert.Equal(["product.grouped", "variant.parent_missing"], report.Problems.Where(p => p.Code != "category.comma_unsure").Select(p => p.Code));
        var tee = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "tee"));
        Assert.Equal((1250L, (long?)1500L, "<p>Short</p><p>Long<br>and wide</p>"), (tee.PriceMinor, tee.CompareAtMinor, tee.Html));
        Assert.Equal(["tee-red", "tee-blue"], await market.Ask(c => c.Variants.Where(v => v.ProductId == tee.Id).OrderBy(v => v.Position).Select(v => v.Sku).ToListAsync()));
        Assert.Equal("Clothing > Tops", (await market.Ask(c => c.Categories.SingleAsync(x => x.Id == tee.CategoryId))).FullName);
        Assert.False((await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "pennant"))).Active);
        Assert.False((await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "hidden"))).Active);
        Assert.Contains("Fevers, Headache", await market.Ask(c => c.Categories.Select(x => x.Name).ToListAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_same_feed_again_changes_nothing_and_a_changed_row_changes_its_goods_only(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Import(shop, Shopify);
        var again = await market.Import(shop, Shopify);
        Assert.Equal((0L, 0L, 3L, 4L), (again.Created, again.Updated, again.Unchanged, again.Rejected));
        var ids = await market.Ask(c => c.Variants.Select(v => v.Id).OrderBy(v => v).ToListAsync());
        await market.Ask(c => c.Products.Where(p => p.SourceKey == "shapan").ExecuteUpdateAsync(p => p.SetProperty(x => x.Essential, true)));
        var changed = await market.Import(shop, Shopify.Replace("45000", "45500", StringComparison.Ordinal));
        Assert.Equal((0L, 1L, 2L), (changed.Created, changed.Updated, changed.Unchanged));
        var shapan = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "shapan"));
        Assert.Equal((4550000L, true), (shapan.PriceMinor, shapan.Essential));
        Assert.Equal(ids, await market.Ask(c => c.Variants.Select(v => v.Id).OrderBy(v => v).ToListAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_price_waits_while_certificates_are_open_and_the_rest_of_the_row_does_not(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await market.Import(shop, Shopify);
        var kettle = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "kettle"));
        market.Frozen.Ids.Add(kettle.Id);
        var report = await market.Import(shop, Shopify.Replace("19900", "25900", StringComparison.Ordinal).Replace("Samovar kettle,", "Samovar,", StringComparison.Ordinal));
        Assert.Contains(report.Problems, p => p is { Code: "product.price_frozen", Line: 2, Field: "Variant Price" });
        kettle = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "kettle"));
        Assert.Equal((1990000L, (long?)2590000L, "Samovar"), (kettle.PriceMinor, kettle.PendingPriceMinor, kettle.Name));
        var byHand = await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(kettle.Id, new KeepGoods.ProductChanges(null, new Money(1, Currency.Of("KZT")), null, null), Stop));
        Assert.Equal("product.price_frozen", byHand.Refusal!.Code);
        Assert.Equal(0, await market.Services.GetRequiredService<PriceReleaser>().Release(Stop));
        market.Frozen.Ids.Clear();
        Assert.Equal(1, await market.Services.GetRequiredService<PriceReleaser>().Release(Stop));
        kettle = await market.Ask(c => c.Products.SingleAsync(p => p.SourceKey == "kettle"));
        Assert.Equal((2590000L, (long?)null), (kettle.PriceMinor, kettle.PendingPriceMinor));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Pictures_beside_the_feed_are_found_by_name_and_what_is_no_picture_is_said(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var folder = Directory.CreateTempSubdirectory("pictures-").FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "Kettle.PNG"), Pictures.Png, Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "bad.png"), "<html><script>alert(1)</script>", Stop);
        var feed = Encoding.UTF8.GetBytes("Handle,Title,Variant SKU,Variant Price,Image Src,Option1 Name\nkettle,Kettle,1,5,img/kettle.png,\nkettle,,,,bad.png,\nkettle,,,,none.png,\n");
        var report = await market.Import(shop, feed, pictures: folder);
        Assert.Equal(["3 file.type_refused", "4 picture.not_found"], report.Problems.Select(p => $"{p.Line} {p.Code}"));
        var picture = await market.Ask(c => c.Pictures.SingleAsync());
        var goods = await market.With<IGoods, ProductInfo?>(g => g.FindProduct(picture.ProductId, Stop));
        Assert.Equal($"/files/{picture.FileId}", goods!.PictureUrl);
        Assert.All(await Audit(market), finding => Assert.True(finding.Holds, finding.Text));
        await market.Ask(c => c.Pictures.ExecuteUpdateAsync(p => p.SetProperty(x => x.FileId, Guid.CreateVersion7())));
        await market.Ask(c => c.Products.ExecuteUpdateAsync(p => p.SetProperty(x => x.Currency, "USD")));
        Assert.Equal(2, (await Audit(market)).Count(f => !f.Holds));
        Directory.Delete(folder, true);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task An_interrupted_import_is_found_and_begun_again(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        await using (var scope = market.Services.CreateAsyncScope())
        {
            var start = scope.ServiceProvider.GetRequiredService<StartImport>();
            var started = (await start.FromFile(shop, null, "feed.csv", new MemoryStream(Encoding.UTF8.GetBytes(Shopify)), [], new ImportWishes(), Stop)).Value;
            // As a crash leaves it: running, with counts and problems of the first try.
            (started.State, started.Read, started.Created) = (ImportState.Running, 2, 2);
            var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
            catalog.ImportProblems.Add(new ImportProblem { ImportId = started.Id, N = 1, Line = 1, Field = "x", Code = "x", Said = "x" });
            await catalog.SaveChangesAsync(Stop);
            var desk = market.Services.GetRequiredService<ImportDesk>();
            await using (var hold = await desk.Take(shop, Stop))
            {
                Assert.NotNull(hold);
                Assert.Null(await desk.Take(shop, Stop));
                await desk.Run(started.Id, null, null, Stop);
            }
            await using var next = await desk.Take(shop, Stop);
            Assert.NotNull(next);
            catalog.ChangeTracker.Clear();
            var report = await ShowImport.Report(catalog, await catalog.Imports.SingleAsync(Stop), Stop);
            Assert.Equal(("done", 7L, 3L, 4), (report.State, report.Read, report.Created, report.Problems.Count));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Thousands_of_goods_come_in_and_stay_exact(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var feed = new StringBuilder("Type,SKU,Name,Published,Regular price,Categories,Images\n");
        for (var i = 0; i < 3217; i++) feed.Append(System.Globalization.CultureInfo.InvariantCulture, $"simple,s{i},Товар {i},1,{i + 1},Категория {i % 7},https://pictures.example/{i}.jpg\n");
        var first = await market.Import(shop, feed.ToString());
        Assert.Equal((3217L, 3217L, 0L), (first.Read, first.Created, first.Rejected));
        var second = await market.Import(shop, feed.ToString().Replace(",5,", ",6,", StringComparison.Ordinal));
        Assert.Equal((0L, 1L, 3216L), (second.Created, second.Updated, second.Unchanged));
        Assert.Equal(3217, await market.Ask(c => c.Products.CountAsync()));
        Assert.Equal(3217, await market.Ask(c => c.Variants.CountAsync()));
        Assert.Equal(7, await market.Ask(c => c.Categories.CountAsync()));
    }

    [Fact]
    public async Task A_price_in_another_currency_is_not_taken_for_ours()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var report = await market.Import(await market.OpenShop("EUR"), "Type,SKU,Name,Published,Regular price\nsimple,a,A,1,465000.00 KZT\nsimple,b,B,1,12 EUR\n");
        Assert.Equal((1L, 1L, "product.currency_other"), (report.Created, report.Rejected, report.Problems.Single().Code));
    }

    [Fact]
    public async Task A_windows_1251_table_with_semicolons_is_read()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var feed = Encoding.GetEncoding(1251).GetBytes("Тип;Артикул;Имя;Опубликован;Базовая цена;Категории\nsimple;ч1;Чайник;1;19 900,00;Дом > Кухня\n");
        var report = await market.Import(await market.OpenShop(), feed);
        Assert.Equal(("windows-1251", ";", 1L), (report.Encoding, report.Separator, report.Created));
        Assert.Equal("Чайник", (await market.Ask(c => c.Products.SingleAsync())).Name);
    }

    [Fact]
    public async Task A_file_without_goods_fails_and_says_so()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop();
        Assert.Equal(("failed", "import.format_unknown"), await Failure("hello"));
        Assert.Equal(("failed", "import.no_goods"), await Failure(ShopifyHead));
        async Task<(string, string?)> Failure(string feed)
        {
            var report = await market.Import(shop, feed);
            return (report.State, report.ErrorCode);
        }
    }

    private static Task<IReadOnlyList<AuditFinding>> Audit(Market market) => market.Services.GetServices<IAuditCheck>().Single(c => c.GetType().Assembly == typeof(CatalogModule).Assembly).Run(Stop);

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Goods_that_somebody_adds_or_changes_while_an_import_writes_are_found_and_not_overwritten(DatabaseKind engine)
    {
        await using var market = await Market.Open(engine);
        var shop = await market.OpenShop();
        const string head = "ID,Type,SKU,Name,Published,Regular price\n";
        await market.Import(shop, head + "1,simple,kettle,Kettle,1,100\n");
        var kettle = await market.Ask(c => c.Products.SingleAsync());
        var jug = Guid.Empty;
        // Asked when the shelf has been looked at, before anything is written.
        market.Frozen.Meanwhile = async () =>
        {
            var added = await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Add(shop, new KeepGoods.NewProduct("A jug by hand", new Money(700, Currency.Of("KZT")), "jug", "", "Aul", null, null, true, true), CancellationToken.None));
            jug = added.Value.Id;
            var changed = await market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Change(kettle.Id, new KeepGoods.ProductChanges(null, null, true, null), CancellationToken.None));
            Assert.False(changed.Refused);
        };

        var report = await market.Import(shop, head + "1,simple,kettle,Kettle,1,120\n2,simple,jug,Jug,1,9\n3,simple,cup,Cup,1,5\n");

        Assert.Equal((1, 2, 0, 0), (report.Created, report.Updated, report.Unchanged, report.Rejected));
        var goods = await market.Ask(c => c.Products.OrderBy(p => p.Name).ToListAsync());
        Assert.Equal(["Cup 500 False", "Jug 900 True", "Kettle 12000 True"], goods.Select(p => $"{p.Name} {p.PriceMinor} {p.Essential}"));
        Assert.Equal((jug, kettle.Id), (goods[1].Id, goods[2].Id));

        // Nothing that stood there was touched, and yet one of the new goods is there by now.
        market.Frozen.Meanwhile = () => market.With<KeepGoods.KeepGoods, Result<Product>>(k => k.Add(shop, new KeepGoods.NewProduct("A pot by hand", new Money(300, Currency.Of("KZT")), "pot", "", "", null, null, true, true), CancellationToken.None));
        report = await market.Import(shop, head + "1,simple,kettle,Kettle,1,130\n4,simple,pot,Pot,1,8\n");
        Assert.Equal((0, 2, 0, 0), (report.Created, report.Updated, report.Unchanged, report.Rejected));
        goods = await market.Ask(c => c.Products.OrderBy(p => p.Name).ToListAsync());
        Assert.Equal(["Cup 500 False", "Jug 900 True", "Kettle 13000 True", "Pot 800 True"], goods.Select(p => $"{p.Name} {p.PriceMinor} {p.Essential}"));
    }
}
