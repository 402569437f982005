using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>How fast simple rows come in; run with <c>FAIRGROUND_IMPORT_ROWS=50000</c>. It measures and judges nothing.</summary>
public sealed class ImportSpeedTests(ITestOutputHelper output)
{
    [Theory(Explicit = true), MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Simple_rows_are_imported_and_compared_at_this_speed(DatabaseKind kind)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("FAIRGROUND_IMPORT_ROWS"), CultureInfo.InvariantCulture, out var rows)) Assert.Skip("FAIRGROUND_IMPORT_ROWS says no number.");
        await using var market = await Market.Open(kind);
        var shop = await market.OpenShop();
        var feed = new StringBuilder("Type,SKU,Name,Published,Regular price,Categories,Description\n");
        for (var i = 0; i < rows; i++) feed.Append(CultureInfo.InvariantCulture, $"simple,s{i},Kettle number {i},1,{i + 1},Home > Kitchen,A kettle that boils water and holds {i} cups\n");
        var bytes = Encoding.UTF8.GetBytes(feed.ToString());
        foreach (var round in new[] { "new", "unchanged" })
        {
            // On a machine that others use too, the processor time says more than the clock.
            var (clock, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            var report = await market.Import(shop, bytes);
            var cpu = Environment.CpuUsage.TotalTime - before;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind} {round}: {rows / clock.Elapsed.TotalSeconds:0} goods/s, {cpu.TotalMicroseconds / rows:0} µs of processor each, created {report.Created}, unchanged {report.Unchanged}"));
        }
    }
}
