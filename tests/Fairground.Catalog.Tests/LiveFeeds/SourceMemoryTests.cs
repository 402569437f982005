using Fairground.Catalog.ReadDatabase;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>Counted alone: what other tests hold at that moment would count too.</summary>
[CollectionDefinition(nameof(SourceMemoryTests), DisableParallelization = true)]
[Collection(nameof(SourceMemoryTests))]
public sealed class SourceMemoryTests
{
    [Fact]
    public async Task Rows_stream_through_in_constant_memory()
    {
        await using var store = await StoreDatabase.Create(DatabaseKind.Sqlite);
        await using var market = await store.OpenMarket(DatabaseKind.Sqlite);
        var source = await market.Add(await market.OpenShop(), store.Wishes(DatabaseSourceTests.Query, DatabaseSourceTests.Mapping));
        var reader = (SelectReader)market.Services.GetService(typeof(SelectReader))!;
        const string Wide = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000) select 'k' || i as ref, hex(zeroblob(500)) as title, i as retail, 1 as in_stock, '' as make, 1 as visible from n";
        var (rows, most) = (0, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var refusal = await reader.Read(source.Kind, market.Secret(source), new SelectPlan(Wide, "", null, 0, TimeSpan.FromMinutes(2)), _ => null, (_, _) =>
        {
            if (++rows % 20_000 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            return Task.CompletedTask;
        }, TestContext.Current.CancellationToken);
        Assert.Null(refusal);
        Assert.Equal(200_000, rows);
        // All of it would be 400 MB.
        Assert.True(most < 20_000_000, $"{most} bytes");
    }
}
