using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.KeepDocuments;

/// <summary>A paper of a shop.</summary>
internal sealed class ShopDocument
{
    public Guid Id { get; init; }

    public Guid ShopId { get; init; }

    public Guid FileId { get; init; }

    public required string Name { get; init; }

    /// <summary>False where only the shop's people see it.</summary>
    public bool ForEveryone { get; init; }

    public Guid? CreatedBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Keeps the papers of shops: licence, rules, conditions.</summary>
internal sealed class ShopDocuments(CatalogContext catalog, IFileStore files, IShopFiles shopFiles, IShopAccess shops, TimeProvider time)
{
    /// <summary>Refuses with <c>shop.not_found</c>, <c>document.too_many</c>, <c>file.*</c>.</summary>
    public async Task<Result<DocumentView>> Add(Guid shopId, Guid? by, string name, bool forEveryone, Stream content, CancellationToken ct)
    {
        if (!await catalog.Shops.AnyAsync(s => s.Id == shopId, ct)) return CatalogRefusals.ShopNotFound;
        if (await catalog.Documents.CountAsync(d => d.ShopId == shopId, ct) >= Documents.Most) return FileRefusals.TooManyDocuments;
        var saved = await shopFiles.Save(shopId, content, FileRules.Document, ct);
        if (saved.Refused) return saved.Refusal!;
        var document = new ShopDocument { Id = Ids.New(), ShopId = shopId, FileId = saved.Value.Id, Name = name, ForEveryone = forEveryone, CreatedBy = by, CreatedAt = time.GetUtcNow() };
        catalog.Documents.Add(document);
        await catalog.SaveChangesAsync(ct);
        return View(document, saved.Value);
    }

    /// <summary>The shop's papers, oldest first: all for its people, else those for everyone.</summary>
    public async Task<IReadOnlyList<DocumentView>> List(ClaimsPrincipal user, Guid shopId, CancellationToken ct)
    {
        var all = await shops.MayAct(user, shopId, Access.ShopStaff, ct);
        var views = new List<DocumentView>();
        foreach (var document in await catalog.Documents.AsNoTracking().Where(d => d.ShopId == shopId && (all || d.ForEveryone)).OrderBy(d => d.Id).ToListAsync(ct))
        {
            if (await files.Find(document.FileId, ct) is { } file) views.Add(View(document, file));
        }
        return views;
    }

    /// <summary>One paper with its file; refuses with <c>document.not_found</c>, also where it is not for this person.</summary>
    public async Task<Result<(ShopDocument Document, StoredFile File)>> Find(ClaimsPrincipal user, Guid shopId, Guid documentId, CancellationToken ct)
    {
        var document = await catalog.Documents.AsNoTracking().FirstOrDefaultAsync(d => d.Id == documentId && d.ShopId == shopId, ct);
        if (document is null || !(document.ForEveryone || await shops.MayAct(user, shopId, Access.ShopStaff, ct))) return FileRefusals.DocumentNotFound;
        return await files.Find(document.FileId, ct) is { } file ? (document, file) : FileRefusals.DocumentNotFound;
    }

    /// <summary>Removes a paper; its file goes where nothing else needs it. Refuses with <c>document.not_found</c>.</summary>
    public async Task<Result<bool>> Remove(Guid shopId, Guid documentId, CancellationToken ct)
    {
        if (await catalog.Documents.FirstOrDefaultAsync(d => d.Id == documentId && d.ShopId == shopId, ct) is not { } document) return FileRefusals.DocumentNotFound;
        catalog.Documents.Remove(document);
        await catalog.SaveChangesAsync(ct);
        await shopFiles.Release(shopId, document.FileId, ct);
        return true;
    }

    private static DocumentView View(ShopDocument document, StoredFile file) =>
        new(document.Id, document.Name, file.MediaType, file.Length, document.ForEveryone, document.CreatedAt, $"/api/v1/shops/{document.ShopId}/documents/{document.Id}/content");
}
