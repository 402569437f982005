using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Catalog.ExchangeWith1C;

/// <summary>Where the forms about 1C's exchange post to: the same use cases as the API.</summary>
internal static class ExchangeForms
{
    public static void Map(IEndpointRouteBuilder root)
    {
        var office = root.MapGroup("/shop/{shopId:guid}/office/exchange-key").ExcludeFromDescription();
        office.MapPost("", Make).WithAccess(Access.ShopOwner).DisableAntiforgery();
        office.MapPost("/remove", Remove).WithAccess(Access.ShopOwner).DisableAntiforgery();
    }

    // A password opens the shop's goods to whoever has it: the owner shows again that it is they, as over the API.
    private static async Task<RedirectHttpResult> Make(Guid shopId, HttpContext http, ExchangeKeys keys, IRecentSignIn recent, IAntiforgery antiforgery, CancellationToken ct)
    {
        var made = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
            await recent.Check(http.User, ct) is { } refusal ? refusal : await keys.Make(shopId, http.User.TryUserId(), ct));
        return OfficeForms.Back(http, $"/shop/{shopId}/office/sources", made, made.Refused ? "" : T["Enter this password in 1C; it is shown this once: {0}", made.Value]);
    }

    private static async Task<RedirectHttpResult> Remove(Guid shopId, HttpContext http, ExchangeKeys keys, IAntiforgery antiforgery, CancellationToken ct)
    {
        var removed = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
        {
            await keys.Remove(shopId, ct);
            return Result<Guid>.Accepted(shopId);
        });
        return OfficeForms.Back(http, $"/shop/{shopId}/office/sources", removed, T["1C can sign in no more."]);
    }
}
