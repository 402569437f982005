using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Fairground.Catalog.Tests.Feeds;

/// <summary>
/// Small feeds with the habits of people and their spreadsheets, imported into a shop that sells in tenge; beside each stands the shelf that its owner must find
/// afterwards, with what is said of the rest.
/// </summary>
[Requirement("C-06")]
public sealed class OddFeedsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("woo-1251.csv")]
    [InlineData("yml-vendor-model.xml")]
    [InlineData("google-sale.xml")]
    [InlineData("kaspi-stores.xml")]
    [InlineData("ml-goods.xml", "ml-characteristics.xml")]
    [InlineData("magento-variations.csv")]
    [InlineData("presta-newlines.csv")]
    [InlineData("shopify-odd.csv")]
    [InlineData("excel-unicode.tsv")]
    [InlineData("price-total.csv")]
    [InlineData("numbers.csv")]
    [InlineData("formulas.xlsx")]
    [InlineData("wholesale.csv")]
    [InlineData("kazakh.csv")]
    [InlineData("products.json")]
    [InlineData("mac.txt")]
    [InlineData("sizes.csv")]
    public async Task The_shelf_is_what_the_owner_meant(params string[] names)
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop();
        var found = new StringBuilder();
        foreach (var name in names)
        {
            var report = await market.Import(shop, await File.ReadAllBytesAsync(GivenFeedsTests.Beside($"odd/{name}"), Stop));
            Tell(found, report);
        }
        await Tell(found, market);
        var expected = GivenFeedsTests.Beside($"odd/{names[^1]}.txt");
        // Writes down what is there now, for a person to judge before it is kept.
        if (Environment.GetEnvironmentVariable("FAIRGROUND_UPDATE_FEEDS") is { Length: > 0 } and not "0") await File.WriteAllTextAsync(expected, found.ToString(), Stop);
        Assert.Equal(await File.ReadAllTextAsync(expected, Stop), found.ToString());
    }

    private static void Tell(StringBuilder found, ImportReport report)
    {
        found.Append(CultureInfo.InvariantCulture, $"{report.Format} {report.Encoding} {report.State}: created {report.Created}, updated {report.Updated}, unchanged {report.Unchanged}, rejected {report.Rejected}\n");
        if (report.ErrorText is { } error) found.Append(CultureInfo.InvariantCulture, $"  {report.ErrorCode}: {error}\n");
        foreach (var p in report.Problems) found.Append(CultureInfo.InvariantCulture, $"  line {p.Line} {p.Field}: {p.Code}: {p.Text}\n");
        foreach (var note in report.Notes) found.Append(CultureInfo.InvariantCulture, $"  {note.Code}: {note.Text}\n");
    }

    private static async Task Tell(StringBuilder found, Market market)
    {
        var categories = await market.Ask(c => c.Categories.AsNoTracking().ToDictionaryAsync(x => x.Id, x => x.FullName, Stop));
        foreach (var p in await market.Ask(c => c.Products.AsNoTracking().OrderBy(x => x.SourceKey).ToListAsync(Stop)))
        {
            found.Append(CultureInfo.InvariantCulture, $"\n{p.SourceKey} «{p.Name}»{(p.Active ? "" : " off the shelf")}\n  {Figure(p.PriceMinor)}{(p.CompareAtMinor is { } was ? $" was {Figure(was)}" : "")} sku={p.Sku} by={p.Vendor} in={(p.CategoryId is { } id ? categories[id] : "")}\n");
            if (p.Plain.Length > 0) found.Append(CultureInfo.InvariantCulture, $"  text: {p.Plain.ReplaceLineEndings(" / ")}\n");
            foreach (var v in await market.Ask(c => c.Variants.AsNoTracking().Where(v => v.ProductId == p.Id).OrderBy(v => v.Position).ToListAsync(Stop)))
            {
                var options = string.Join(", ", JsonDocument.Parse(v.Options).RootElement.EnumerateArray().Select(o => $"{o.GetProperty("name").GetString()} {o.GetProperty("value").GetString()}"));
                found.Append($"  - [{options}] {Figure(v.PriceMinor)}{(v.CompareAtMinor is { } before ? $" was {Figure(before)}" : "")} stock={v.Stock?.ToString(CultureInfo.InvariantCulture) ?? "not counted"} sku={v.Sku} {v.Barcode}".TrimEnd()).Append('\n');
            }
            foreach (var a in await market.Ask(c => c.Attributes.AsNoTracking().Where(a => a.ProductId == p.Id).OrderBy(a => a.Position).ToListAsync(Stop))) found.Append($"  {a.Name} = {a.Value} {a.Unit}".TrimEnd()).Append('\n');
            foreach (var a in await market.Ask(c => c.Pictures.AsNoTracking().Where(a => a.ProductId == p.Id).OrderBy(a => a.Position).ToListAsync(Stop))) found.Append(CultureInfo.InvariantCulture, $"  picture {a.SourceUrl}\n");
        }
    }

    private static string Figure(long minor) => new Money(minor, Currency.Of("KZT")).ToString();
}
