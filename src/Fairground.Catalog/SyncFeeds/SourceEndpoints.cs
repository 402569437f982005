using Fairground.Catalog.ReadDatabase;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>What a store is to sign its webhooks with; left out, it is made here.</summary>
public sealed record HookSecretWish(string? Secret = null);

/// <summary>Where the store is to send its webhooks and what it signs them with, shown this once.</summary>
public sealed record HookSecretSet(string Address, string Secret);

internal static class SourceEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var sources = api.MapGroup("/shops/{shopId:guid}/sources").WithTags("Sources");
        sources.MapGet("", List).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Look).WithName("ListSources").WithSummary("Where the shop's goods come from by themselves, and how each stands.");
        sources.MapPost("", Add).WithAccess(Access.ShopOwner).WithPermission(CatalogPermissions.Sources).WithName("AddSource").WithSummary("Sets up a feed address, a database or a store that goods come from by themselves.");
        sources.MapGet("/{sourceId:guid}", Show).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Look).WithName("GetSource").WithSummary("How a source stands.");
        sources.MapPatch("/{sourceId:guid}", Change).WithAccess(Access.ShopOwner).WithPermission(CatalogPermissions.Sources).WithName("ChangeSource").WithSummary("Changes a source, pauses it, or lets it go on.");
        sources.MapDelete("/{sourceId:guid}", Remove).WithAccess(Access.ShopOwner).WithPermission(CatalogPermissions.Sources).WithName("RemoveSource").WithSummary("Forgets a source with its secrets; the goods stay.");
        sources.MapPost("/{sourceId:guid}/look", Look).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Look).WithName("LookAtSource").WithSummary("Looks at a source now.");
        sources.MapGet("/{sourceId:guid}/columns", Columns).WithAccess(Access.ShopOwner).WithPermission(CatalogPermissions.Sources).WithName("GetSourceColumns").WithSummary("The columns of a database's query with its first rows, and what each is taken for.");
        sources.MapPost("/{sourceId:guid}/hook-secret", SetHookSecret).WithAccess(Access.ShopOwner).WithPermission(CatalogPermissions.Sources).WithName("SetHookSecret").WithSummary("Sets or makes what a store signs its webhooks with; it is shown this once.");
    }

    private static async Task<Ok<List<SourceView>>> List(Guid shopId, ShowSources show, HttpContext http, CancellationToken ct) => TypedResults.Ok((await show.List(shopId, http, ct)).ToList());

    private static async Task<Results<Ok<SourceView>, ProblemHttpResult>> Show(Guid shopId, Guid sourceId, ShowSources show, HttpContext http, CancellationToken ct) =>
        await show.Find(shopId, sourceId, http, ct) is { } view ? TypedResults.Ok(view) : Problems.Of(SourceRefusals.NotFound);

    private static async Task<Results<Created<SourceView>, ProblemHttpResult>> Add(Guid shopId, SourceWishes wishes, KeepSources keep, ShowSources show, HttpContext http, CancellationToken ct)
    {
        var added = await keep.Add(shopId, wishes, http.User.TryUserId(), ct);
        if (added.Refused) return Problems.Of(added.Refusal!);
        return TypedResults.Created($"/api/v1/shops/{shopId}/sources/{added.Value.Id}", (await show.Find(shopId, added.Value.Id, http, ct))!);
    }

    private static async Task<Results<Ok<SourceView>, ProblemHttpResult>> Change(Guid shopId, Guid sourceId, SourceWishes wishes, KeepSources keep, ShowSources show, HttpContext http, CancellationToken ct)
    {
        var changed = await keep.Change(shopId, sourceId, wishes, ct);
        if (changed.Refused) return Problems.Of(changed.Refusal!);
        return TypedResults.Ok((await show.Find(shopId, sourceId, http, ct))!);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid shopId, Guid sourceId, KeepSources keep, CancellationToken ct)
    {
        var removed = await keep.Remove(shopId, sourceId, ct);
        if (removed.Refused) return Problems.Of(removed.Refusal!);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Accepted<SourceView>, ProblemHttpResult>> Look(Guid shopId, Guid sourceId, KeepSources keep, ShowSources show, HttpContext http, CancellationToken ct)
    {
        var asked = await keep.Now(shopId, sourceId, ct);
        if (asked.Refused) return Problems.Of(asked.Refusal!);
        return TypedResults.Accepted($"/api/v1/shops/{shopId}/sources/{sourceId}", (await show.Find(shopId, sourceId, http, ct))!);
    }

    private static async Task<Results<Ok<DatabaseGlance>, ProblemHttpResult>> Columns(Guid shopId, Guid sourceId, CatalogContext catalog, SourceSecrets secrets, DatabaseSource databases, CancellationToken ct)
    {
        var glance = await Glance(shopId, sourceId, catalog, secrets, databases, ct);
        if (glance.Refused) return Problems.Of(glance.Refusal!);
        return TypedResults.Ok(glance.Value);
    }

    /// <summary>Refuses with <c>source.not_found</c>, <c>source.no_database</c>, and as <see cref="SelectReader.Read"/>.</summary>
    public static async Task<Result<DatabaseGlance>> Glance(Guid shopId, Guid sourceId, CatalogContext catalog, SourceSecrets secrets, DatabaseSource databases, CancellationToken ct)
    {
        if (await catalog.Sources.AsNoTracking().FirstOrDefaultAsync(s => s.Id == sourceId && s.ShopId == shopId, ct) is not { } source) return SourceRefusals.NotFound;
        if (!SourceKind.IsDatabase(source.Kind)) return SourceRefusals.NoDatabase;
        return await databases.Glance(source, secrets.Read(source), ct);
    }

    private static async Task<Results<Ok<HookSecretSet>, ProblemHttpResult>> SetHookSecret(Guid shopId, Guid sourceId, HookSecretWish wish, KeepSources keep, PublicAddress market, HttpContext http, CancellationToken ct)
    {
        var set = await keep.SetHookSecret(shopId, sourceId, wish.Secret, ct);
        if (set.Refused) return Problems.Of(set.Refusal!);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new HookSecretSet(HearStores.HookEndpoints.AddressOf(market, http, sourceId), set.Value));
    }
}
