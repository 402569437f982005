using System.Globalization;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>How much memory a long feed of variable goods needs; run with <c>FAIRGROUND_IMPORT_ROWS=300000</c>, and once with three times as many.</summary>
public sealed class ImportMemoryTests(ITestOutputHelper output)
{
    private const long MostBytes = 64L * 1024 * 1024;

    private static readonly string[] Sizes = ["S", "M", "L", "XL"];

    [Theory(Explicit = true), MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_long_feed_of_variations_before_their_goods_needs_no_more_memory_than_a_short_one(DatabaseKind kind)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("FAIRGROUND_IMPORT_ROWS"), CultureInfo.InvariantCulture, out var rows)) Assert.Skip("FAIRGROUND_IMPORT_ROWS says no number.");
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var path = Path.Combine(Path.GetTempPath(), $"long-{Guid.CreateVersion7():n}.csv");
        await Write(path, rows / 5);
        var watch = new Watch();
        try
        {
            var report = (await market.Services.GetRequiredService<CatalogImport>().RunFromFile(shop, path, new ImportOptions(), null, watch, TestContext.Current.CancellationToken)).Value;
            Assert.Equal((rows / 5L, 0L), (report.Created, report.Rejected));
        }
        finally
        {
            File.Delete(path);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {rows} rows, at most {watch.Most / 1048576} MiB alive after a collection, of the process {Environment.WorkingSet / 1048576} MiB"));
        Assert.True(watch.Most < MostBytes, $"{watch.Most} bytes were alive.");
    }

    private static async Task Write(string path, int goods)
    {
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync("ID,Type,SKU,Name,Published,\"In stock?\",Stock,\"Regular price\",Parent,\"Attribute 1 name\",\"Attribute 1 value(s)\",Description");
        for (var i = 0; i < goods; i++)
        {
            for (var s = 0; s < Sizes.Length; s++) await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{(i * 10) + s + 1},variation,g{i}-{Sizes[s]},Shirt {i},1,1,{s},{100 + (i % 977) + s},id:{i * 10},Size,{Sizes[s]},"));
            await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{i * 10},variable,g{i},Shirt number {i},1,1,,,,Size,\"S, M, L, XL\",A shirt that was worn by {i} people and says so at some length"));
        }
    }

    private sealed class Watch : IProgress<ImportProgress>
    {
        private int reports;

        public long Most { get; private set; }

        public void Report(ImportProgress value)
        {
            if (reports++ % 10 == 0) Most = Math.Max(Most, GC.GetTotalMemory(forceFullCollection: true));
        }
    }
}
