using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.OpenShop;

/// <summary>A shop to be opened. The currency is fixed for good.</summary>
public sealed record NewShop(string? Name, string? Currency, string? Address, string? About);

/// <summary>What an owner may change; what is left out stays.</summary>
public sealed record ShopChanges(string? Name, string? Address, string? About);

/// <summary>A shop as anyone sees it.</summary>
public sealed record ShopView(Guid ShopId, string Name, string Currency, string Address, string About);

/// <summary>Opens shops and shows them.</summary>
internal sealed class OpenShop(CatalogContext catalog, TimeProvider time)
{
    private const int LongestName = 120;
    private const int LongestText = 4000;

    /// <summary>Refuses with <c>shop.name_invalid</c>, <c>shop.currency_invalid</c>.</summary>
    public async Task<Result<Shop>> Open(NewShop wanted, CancellationToken ct)
    {
        if (Name(wanted.Name) is not { } name) return CatalogRefusals.ShopNameInvalid;
        if (!Currency.TryParse(wanted.Currency, out var currency)) return CatalogRefusals.ShopCurrencyInvalid;
        var shop = new Shop { Id = Ids.New(), Name = name, Currency = currency.Code, Address = Text(wanted.Address), About = Text(wanted.About), CreatedAt = time.GetUtcNow() };
        catalog.Shops.Add(shop);
        await catalog.SaveChangesAsync(ct);
        return shop;
    }

    /// <summary>Refuses with <c>shop.not_found</c>, <c>shop.name_invalid</c>.</summary>
    public async Task<Result<Shop>> Change(Guid shopId, ShopChanges changes, CancellationToken ct)
    {
        if (await catalog.Shops.FirstOrDefaultAsync(s => s.Id == shopId, ct) is not { } shop) return CatalogRefusals.ShopNotFound;
        if (changes.Name is not null)
        {
            if (Name(changes.Name) is not { } name) return CatalogRefusals.ShopNameInvalid;
            shop.Name = name;
        }
        shop.Address = changes.Address is null ? shop.Address : Text(changes.Address);
        shop.About = changes.About is null ? shop.About : Text(changes.About);
        await catalog.SaveChangesAsync(ct);
        return shop;
    }

    private static string? Name(string? given) => given?.Trim() is { Length: > 0 and <= LongestName } name ? name : null;

    private static string Text(string? given) => given?.Trim() is { } text ? text.Length > LongestText ? text[..LongestText] : text : "";
}

internal static class ShopEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var shops = api.MapGroup("/shops").WithTags("Shops");
        shops.MapPost("", Open).WithAccess(Access.Operator).WithName("OpenShop").WithSummary("Opens a shop.");
        shops.MapGet("", List).WithAccess(Access.Public).WithName("ListShops").WithSummary("All shops, by name.");
        shops.MapGet("/{shopId:guid}", Show).WithAccess(Access.Public).WithName("GetShop").WithSummary("One shop.");
        shops.MapPatch("/{shopId:guid}", Change).WithAccess(Access.ShopOwner).WithPermission(CatalogPermissions.Shop).WithName("ChangeShop").WithSummary("Changes name, address and words about the shop.");
    }

    public static ShopView View(Shop shop) => new(shop.Id, shop.Name, shop.Currency, shop.Address, shop.About);

    private static async Task<Results<Created<ShopView>, ProblemHttpResult>> Open(NewShop body, OpenShop shops, CancellationToken ct)
    {
        var opened = await shops.Open(body, ct);
        if (opened.Refused) return Problems.Of(opened.Refusal!);
        return TypedResults.Created($"/api/v1/shops/{opened.Value.Id}", View(opened.Value));
    }

    private static async Task<Results<Ok<Page<ShopView>>, ProblemHttpResult>> List(CatalogContext catalog, string? cursor, int? limit, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        if (after.Refused) return Problems.Of(after.Refusal!);
        var take = Math.Clamp(limit ?? 50, 1, 200);
        var query = catalog.Shops.AsNoTracking().OrderBy(s => s.Id).AsQueryable();
        if (after.Value is { } key)
        {
            if (!Guid.TryParse(key, out var id)) return Problems.Of(CommonRefusals.CursorInvalid);
            query = query.Where(s => s.Id.CompareTo(id) > 0);
        }
        var found = await query.Take(take + 1).ToListAsync(ct);
        return TypedResults.Ok(new Page<ShopView>([.. found.Take(take).Select(View)], found.Count > take ? Cursor.Write(found[take - 1].Id.ToString()) : null));
    }

    private static async Task<Results<Ok<ShopView>, ProblemHttpResult>> Show(Guid shopId, CatalogContext catalog, CancellationToken ct) =>
        await catalog.Shops.AsNoTracking().FirstOrDefaultAsync(s => s.Id == shopId, ct) is { } shop ? TypedResults.Ok(View(shop)) : Problems.Of(CatalogRefusals.ShopNotFound);

    private static async Task<Results<Ok<ShopView>, ProblemHttpResult>> Change(Guid shopId, ShopChanges body, OpenShop shops, CancellationToken ct)
    {
        var changed = await shops.Change(shopId, body, ct);
        return changed.Refused ? Problems.Of(changed.Refusal!) : TypedResults.Ok(View(changed.Value));
    }
}
