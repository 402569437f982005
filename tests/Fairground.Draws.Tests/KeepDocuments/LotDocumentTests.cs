using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Draws.Tests;

[Requirement("C-36")]
public sealed class LotDocumentTests
{
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.7\nwarranty");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_lot_s_papers_are_kept_by_its_shop_and_seen_by_whom_they_are_for(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var (seller, buyer) = (DrawsHost.As(DrawsHost.Seller), DrawsHost.As(await host.Buyer(0)));
        var lot = await host.OpenLot(host.Asked());
        Task<Result<DocumentView>> Add(System.Security.Claims.ClaimsPrincipal user, Guid to, string name, bool forEveryone) =>
            host.In<LotDocuments, Result<DocumentView>>(d => d.Add(user, to, name, forEveryone, new MemoryStream(Pdf), Stop));
        Assert.Equal("access.forbidden", (await Add(buyer, lot, "x", true)).Refusal!.Code);
        Assert.Equal("lot.not_found", (await Add(seller, Ids.New(), "x", true)).Refusal!.Code);
        var warranty = (await Add(seller, lot, "Warranty", true)).Value;
        var bill = (await Add(DrawsHost.As(DrawsHost.Operator, isOperator: true), lot, "Bill", false)).Value;
        Assert.Equal($"Warranty application/pdf {Pdf.Length} True /api/v1/lots/{lot}/documents/{warranty.DocumentId}/content", $"{warranty.Name} {warranty.MediaType} {warranty.Length} {warranty.ForEveryone} {warranty.Url}");

        Task<IReadOnlyList<DocumentView>> Seen(System.Security.Claims.ClaimsPrincipal user) => host.In<LotDocuments, IReadOnlyList<DocumentView>>(async d => (await d.List(user, lot, Stop)).Value);
        Assert.Equal(["Warranty", "Bill"], (await Seen(seller)).Select(d => d.Name));
        Assert.Equal(["Warranty"], (await Seen(buyer)).Select(d => d.Name));
        Task<string?> Found(System.Security.Claims.ClaimsPrincipal user, Guid document) => host.In<LotDocuments, string?>(async d => (await d.Find(user, lot, document, Stop)).Refusal?.Code);
        Assert.Equal<IEnumerable<string?>>([null, "document.not_found", null, "document.not_found"], new[] { await Found(buyer, warranty.DocumentId), await Found(buyer, bill.DocumentId), await Found(seller, bill.DocumentId), await Found(seller, Ids.New()) });

        // The sweeper knows of them.
        var file = await host.In<LotDocuments, Guid>(async d => (await d.Find(seller, lot, bill.DocumentId, Stop)).Value.File.Id);
        Assert.Contains(file, await host.Get<IEnumerable<IFileReferences>>().Single(r => r.Columns.Contains("draws_document.file_id")).Used([file], Stop));

        Task<string?> Remove(System.Security.Claims.ClaimsPrincipal user, Guid document) => host.In<LotDocuments, string?>(async d => (await d.Remove(user, lot, document, Stop)).Refusal?.Code);
        Assert.Equal("access.forbidden", await Remove(buyer, bill.DocumentId));
        // Both papers have one content: it counts for the shop until the second of them goes.
        Assert.Null(await Remove(seller, bill.DocumentId));
        Assert.Empty(host.Released);
        Assert.Equal("document.not_found", await Remove(seller, bill.DocumentId));
        Assert.Null(await Remove(seller, warranty.DocumentId));
        Assert.Equal([(DrawsHost.Shop, file)], host.Released);
        Assert.Empty(await Seen(seller));
    }

    [Fact]
    public async Task Fifty_papers_are_enough_and_a_paper_is_a_PDF_or_a_picture()
    {
        await using var host = await DrawsHost.Start(DatabaseKind.Sqlite);
        var seller = DrawsHost.As(DrawsHost.Seller);
        var lot = await host.OpenLot(host.Asked());
        Task<string?> Add(byte[] content) => host.In<LotDocuments, string?>(async d => (await d.Add(seller, lot, "n", true, new MemoryStream(content), Stop)).Refusal?.Code);
        Assert.Equal("file.type_refused", await Add("<html>"u8.ToArray()));
        Assert.Equal("file.empty", await Add([]));
        for (var i = 0; i < Documents.Most; i++) Assert.Null(await Add(Pdf));
        Assert.Equal("document.too_many", await Add(Pdf));
    }
}

/// <summary>Keeps a shop's files without counting them; the Catalog's own tests hold the quota.</summary>
internal sealed class UncountedFiles(IFileStore files, List<(Guid Shop, Guid File)> released) : IShopFiles
{
    public Task<Result<StoredFile>> Save(Guid shopId, Stream content, FileRules rules, CancellationToken ct) => files.Save(content, rules, ct);

    public Task Release(Guid shopId, Guid fileId, CancellationToken ct)
    {
        released.Add((shopId, fileId));
        return Task.CompletedTask;
    }

    public Task<ShopRoom> Room(Guid shopId, CancellationToken ct) => Task.FromResult(new ShopRoom(0, long.MaxValue));
}
