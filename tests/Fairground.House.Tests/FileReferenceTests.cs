using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Server.Hosting;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>A file that no module refers to is removed. So each place that holds a file's id must be known.</summary>
public sealed class FileReferenceTests
{
    // Where the file itself is kept, and what is counted for a shop: neither keeps a file alive.
    private static readonly string[] NoReference = ["kernel_file_chunk.file_id", "kernel_file_upload.file_id", "kernel_picture.file_id", "kernel_picture_size.file_id", "catalog_shop_file.file_id"];

    [Fact]
    public async Task Every_column_that_holds_a_file_s_id_is_known_to_the_sweeper()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await new Migrator(test.Database, TimeProvider.System).Apply(Market.Modules.Select(m => m.Migrations), ct);
        var schema = await Schema.Read(test.Database, ct);
        await using var app = TestMarket.Build(test);
        var known = app.Services.GetServices<IFileReferences>().SelectMany(r => r.Columns).ToList();

        None.Of(schema.Where(c => c.Name.EndsWith("file_id", StringComparison.Ordinal)).Select(c => $"{c.Table}.{c.Name}").Except(NoReference).Except(known));
        None.Of(known.Except(schema.Select(c => $"{c.Table}.{c.Name}")));
        Assert.Equal(known.Count, known.Distinct().Count());
    }
}
