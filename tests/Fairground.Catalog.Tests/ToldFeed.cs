using System.Text;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.ImportFeed;
using Fairground.Kernel;
using Fairground.Kernel.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>A format that gives what a test says, whatever stands in the file.</summary>
internal sealed class ToldFormat(IReadOnlyList<FeedRecord> records, FeedFault? fault = null) : IFeedFormat
{
    public string Name => "told";

    public int Likelihood(FeedSample sample) => 0;

    public Task<FeedFault?> Check(FeedFile file, CancellationToken ct) => Task.FromResult(fault);

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        foreach (var record in records) yield return record;
    }
}

internal static class ToldFeed
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<ImportReport> Tell(this Market market, Guid shop, params FeedRecord[] records) => market.Tell(shop, new ImportWishes(), new ToldFormat(records));

    /// <summary>Imports as the desk does, with records that a test made.</summary>
    public static async Task<ImportReport> Tell(this Market market, Guid shop, ImportWishes wishes, ToldFormat format, Guid? source = null)
    {
        await using var scope = market.Services.CreateAsyncScope();
        var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
        var started = await scope.ServiceProvider.GetRequiredService<StartImport>().FromFile(shop, null, "told", new MemoryStream(Encoding.UTF8.GetBytes("told")), [], wishes, Stop);
        Assert.False(started.Refused, started.Refusal?.Sentence);
        catalog.ChangeTracker.Clear();
        if (source is not null) await catalog.Imports.Where(i => i.Id == started.Value.Id).ExecuteUpdateAsync(i => i.SetProperty(x => x.SourceId, source), Stop);
        var import = await catalog.Imports.AsNoTracking().SingleAsync(i => i.Id == started.Value.Id, Stop);
        var file = (await scope.ServiceProvider.GetRequiredService<IFileStore>().Find(import.FileId!.Value, Stop))!;
        var itsShop = await catalog.Shops.AsNoTracking().SingleAsync(s => s.Id == shop, Stop);
        var nature = new FeedNature(format, FeedEncoding.Named("utf-8")!, ',');
        var result = await ActivatorUtilities.CreateInstance<ImportRun>(scope.ServiceProvider, catalog).Run(import, itsShop, file, nature, null, null, Stop);
        import.State = result.Refused ? ImportState.Failed : ImportState.Done;
        if (result.Refused) (import.ErrorCode, import.ErrorText) = (result.Refusal!.Code, result.Refusal.Sentence);
        catalog.ChangeTracker.Clear();
        catalog.Update(import);
        await catalog.SaveChangesAsync(Stop);
        return await ShowImport.Report(catalog, import, Stop);
    }

    public static FeedProduct Goods(string key, string price = "100", string name = "Kettle", params FeedOffer[] offers) =>
        new(1, 1, key) { Name = name, Price = price.Length > 0 ? new FeedPrice(price, "price") : null, Variants = offers };

    public static FeedOffer Offer(string key, string price = "", string stock = "", string size = "") => new(2)
    {
        Key = key, Price = price.Length > 0 ? new FeedPrice(price, "price") : null, Stock = stock, Options = size.Length > 0 ? [new FeedOption("Size", size)] : [],
    };
}
