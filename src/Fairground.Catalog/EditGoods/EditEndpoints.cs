using Fairground.Catalog.BrowseGoods;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.SearchGoods;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.EditGoods;

/// <summary>Many goods of a shop and what they become.</summary>
/// <param name="Products">Which; or all that fit <paramref name="Query"/>, where <paramref name="All"/> is true.</param>
/// <param name="DryRun">Show the difference and change nothing; the answer's import can then be applied.</param>
public sealed record EditOfGoods(IReadOnlyList<Guid>? Products, bool? All, string? Query, GoodsChange? Change, bool? DryRun);

/// <summary>Puts edits of many goods into the queue; page and API come through here.</summary>
internal sealed class StartEdit(CatalogContext catalog, Shelf shelf, ImportDesk desk, TimeProvider time)
{
    /// <summary>Refuses with <c>shop.not_found</c>, <c>edit.nothing</c>, <c>edit.too_many</c>, <c>category.not_found</c>.</summary>
    public async Task<Result<Import>> Begin(Guid shopId, Guid? userId, EditOfGoods wanted, CancellationToken ct)
    {
        if (!await catalog.Shops.AnyAsync(s => s.Id == shopId, ct)) return CatalogRefusals.ShopNotFound;
        if (wanted.Change is not { IsValid: true } change) return CatalogRefusals.EditNothing;
        if (change.CategoryId is { } category && !await catalog.Categories.AnyAsync(c => c.Id == category, ct)) return CatalogRefusals.CategoryNotFound;
        var ids = wanted.All == true ? await All(shopId, wanted.Query, ct) : wanted.Products?.Distinct().ToList() ?? [];
        if (ids.Count == 0) return CatalogRefusals.EditNothing.Saying(T["No goods are chosen."]);
        if (ids.Count > GoodsEdit.MostGoods) return CatalogRefusals.EditTooMany;
        return await Queue(shopId, userId, new GoodsEdit(ids, change), wanted.DryRun ?? false, ct);
    }

    /// <summary>Does what a dry run showed. Refuses with <c>import.not_found</c>, <c>import.not_finished</c>, <c>edit.nothing</c> where the import was none.</summary>
    public async Task<Result<Import>> Apply(Guid importId, Guid? userId, CancellationToken ct)
    {
        if (await catalog.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == importId, ct) is not { } shown) return CatalogRefusals.ImportNotFound;
        if (shown.Format != GoodsEdit.Format || !shown.IsDryRun || shown.WantedMapping is not { } json) return CatalogRefusals.EditNothing;
        if (shown.State is ImportState.Queued or ImportState.Running) return CatalogRefusals.ImportNotFinished;
        return await Queue(shown.ShopId, userId, GoodsEdit.Read(json), dryRun: false, ct);
    }

    private async Task<Result<Import>> Queue(Guid shopId, Guid? userId, GoodsEdit edit, bool dryRun, CancellationToken ct)
    {
        var import = new Import
        {
            Id = Ids.New(), ShopId = shopId, StartedBy = userId, FileName = $"Edit: {edit.Change.Words()}", Format = GoodsEdit.Format, WantedMapping = edit.Write(), WantedFull = false, IsDryRun = dryRun, CreatedAt = time.GetUtcNow(),
        };
        catalog.Imports.Add(import);
        await catalog.SaveChangesAsync(ct);
        desk.Ring();
        return import;
    }

    // One more than may be, so that too many is seen.
    private Task<List<Guid>> All(Guid shopId, string? query, CancellationToken ct) =>
        shelf.All(new ShelfQuery(query, null, shopId, null, null, null, null, 1, WithHidden: true), GoodsEdit.MostGoods + 1, ct);
}

internal static class EditEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/shops/{shopId:guid}/edits", Begin).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Goods).WithName("EditProducts").WithTags("Goods").WithSummary("Changes many goods at once: price by percent, category, essential, on the shelf. It is looked at, and undone, as imports are.");
    }

    private static async Task<Results<Accepted<ImportStarted>, ProblemHttpResult>> Begin(Guid shopId, EditOfGoods body, HttpContext http, StartEdit edits, CancellationToken ct)
    {
        var begun = await edits.Begin(shopId, http.User.TryUserId(), body, ct);
        return begun.Refused ? Problems.Of(begun.Refusal!) : TypedResults.Accepted($"/api/v1/imports/{begun.Value.Id}", new ImportStarted(begun.Value.Id, begun.Value.State));
    }
}
