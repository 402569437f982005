using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>A paper of a lot.</summary>
internal sealed class LotDocument
{
    public Guid Id { get; init; }

    public Guid LotId { get; init; }

    public Guid FileId { get; init; }

    public required string Name { get; init; }

    /// <summary>False where only the shop's people see it.</summary>
    public bool ForEveryone { get; init; }

    public Guid? CreatedBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Keeps the papers of lots: warranty, rules, what the prize is in detail. They count for the shop.</summary>
internal sealed class LotDocuments(DrawsContext draws, IFileStore files, IShopFiles shopFiles, LotViews lots, IShopAccess shops, TimeProvider time)
{
    /// <summary>Refuses with <c>lot.not_found</c>, <c>access.forbidden</c>, <c>document.too_many</c>, <c>file.*</c>.</summary>
    public async Task<Result<DocumentView>> Add(ClaimsPrincipal user, Guid lotId, string name, bool forEveryone, Stream content, CancellationToken ct)
    {
        var shop = await Shop(user, lotId, ct);
        if (shop.Refused) return shop.Refusal!;
        if (await draws.Documents.CountAsync(d => d.LotId == lotId, ct) >= Documents.Most) return FileRefusals.TooManyDocuments;
        var saved = await shopFiles.Save(shop.Value, content, FileRules.Document, ct);
        if (saved.Refused) return saved.Refusal!;
        var document = new LotDocument { Id = Ids.New(), LotId = lotId, FileId = saved.Value.Id, Name = name, ForEveryone = forEveryone, CreatedBy = user.TryUserId(), CreatedAt = time.GetUtcNow() };
        draws.Documents.Add(document);
        await draws.SaveChangesAsync(ct);
        return View(document, saved.Value);
    }

    /// <summary>The lot's papers, oldest first: all for the shop's people, else those for everyone. Refuses with <c>lot.not_found</c>.</summary>
    public async Task<Result<IReadOnlyList<DocumentView>>> List(ClaimsPrincipal user, Guid lotId, CancellationToken ct)
    {
        var lot = await lots.Find(user, lotId, ct);
        if (lot.Refused) return lot.Refusal!;
        return Result<IReadOnlyList<DocumentView>>.Accepted(await Of(lotId, await shops.MayAct(user, lot.Value.ShopId, Access.ShopStaff, ct), ct));
    }

    /// <summary>The papers of a lot that this person is known to see: those for everyone, or all.</summary>
    public async Task<IReadOnlyList<DocumentView>> Of(Guid lotId, bool all, CancellationToken ct)
    {
        var views = new List<DocumentView>();
        foreach (var document in await draws.Documents.AsNoTracking().Where(d => d.LotId == lotId && (all || d.ForEveryone)).OrderBy(d => d.Id).ToListAsync(ct))
        {
            if (await files.Find(document.FileId, ct) is { } file) views.Add(View(document, file));
        }
        return views;
    }

    /// <summary>One paper with its file; refuses with <c>lot.not_found</c>, <c>document.not_found</c>, also where it is not for this person.</summary>
    public async Task<Result<(LotDocument Document, StoredFile File)>> Find(ClaimsPrincipal user, Guid lotId, Guid documentId, CancellationToken ct)
    {
        var lot = await lots.Find(user, lotId, ct);
        if (lot.Refused) return lot.Refusal!;
        var document = await draws.Documents.AsNoTracking().FirstOrDefaultAsync(d => d.Id == documentId && d.LotId == lotId, ct);
        if (document is null || !(document.ForEveryone || await shops.MayAct(user, lot.Value.ShopId, Access.ShopStaff, ct))) return FileRefusals.DocumentNotFound;
        return await files.Find(document.FileId, ct) is { } file ? (document, file) : FileRefusals.DocumentNotFound;
    }

    /// <summary>Removes a paper; refuses with <c>lot.not_found</c>, <c>access.forbidden</c>, <c>document.not_found</c>.</summary>
    public async Task<Result<bool>> Remove(ClaimsPrincipal user, Guid lotId, Guid documentId, CancellationToken ct)
    {
        var shop = await Shop(user, lotId, ct);
        if (shop.Refused) return shop.Refusal!;
        if (await draws.Documents.FirstOrDefaultAsync(d => d.Id == documentId && d.LotId == lotId, ct) is not { } document) return FileRefusals.DocumentNotFound;
        draws.Documents.Remove(document);
        await draws.SaveChangesAsync(ct);
        // Another lot may have the same paper, and it counts once.
        var shared = await draws.Documents.AnyAsync(d => d.FileId == document.FileId && draws.Lots.Any(l => l.Id == d.LotId && l.ShopId == shop.Value), ct);
        if (!shared) await shopFiles.Release(shop.Value, document.FileId, ct);
        return true;
    }

    /// <summary>Why this person may not keep papers of the lot, or null; asked before anything that was sent is read.</summary>
    public async Task<Refusal?> WhyNot(ClaimsPrincipal user, Guid lotId, CancellationToken ct) => (await Shop(user, lotId, ct)).Refusal;

    private async Task<Result<Guid>> Shop(ClaimsPrincipal user, Guid lotId, CancellationToken ct)
    {
        var lot = await lots.Find(user, lotId, ct);
        if (lot.Refused) return lot.Refusal!;
        return await shops.MayAct(user, lot.Value.ShopId, Access.ShopStaff, ct) ? lot.Value.ShopId : CommonRefusals.Forbidden;
    }

    private static DocumentView View(LotDocument document, StoredFile file) =>
        new(document.Id, document.Name, file.MediaType, file.Length, document.ForEveryone, document.CreatedAt, $"/api/v1/lots/{document.LotId}/documents/{document.Id}/content");
}
