using Fairground.Kernel.Storage;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>Imports every feed of a folder that <c>FAIRGROUND_FEEDS</c> names, twice; for feeds that may not stand in this repository.</summary>
public sealed class FolderOfFeedsTests(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public async Task Every_feed_of_the_folder_is_read_and_unchanged_the_second_time()
    {
        var folder = Environment.GetEnvironmentVariable("FAIRGROUND_FEEDS");
        if (string.IsNullOrEmpty(folder)) Assert.Skip("FAIRGROUND_FEEDS names no folder.");
        foreach (var path in Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).Order())
        {
            await using var market = await Market.Open(DatabaseKind.Sqlite);
            var currency = path.Contains("variants-8p", StringComparison.Ordinal) ? "USD" : "EUR";
            var shop = await market.OpenShop(currency);
            var feed = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            var first = await market.Import(shop, feed);
            var second = await market.Import(shop, feed);
            output.WriteLine($"{Path.GetFileName(path)}: {first.State} {first.Format} {first.Encoding} '{first.Separator}' rows {first.Rows} read {first.Read} created {first.Created} rejected {first.Rejected} problems {first.ProblemsTotal}; again: updated {second.Updated} unchanged {second.Unchanged} created {second.Created} {first.ErrorText}");
            foreach (var group in first.Problems.GroupBy(p => p.Code)) output.WriteLine($"    {group.Count()} x {group.Key}: line {group.First().Line} {group.First().Field}: {group.First().Text}");
            Assert.Equal(0, second.Created + second.Updated);
            Assert.Equal(first.Created + first.Unchanged + first.Updated, second.Unchanged);
        }
    }
}
