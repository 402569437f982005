using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>Where the forms of the pages about sources post to: the same use cases as the API.</summary>
internal static class SourceForms
{
    public static void Map(IEndpointRouteBuilder root)
    {
        var office = root.MapGroup("/shop/{shopId:guid}/office/sources").ExcludeFromDescription();
        office.MapPost("/add", Add).WithAccess(Access.ShopOwner).DisableAntiforgery();
        office.MapPost("/{sourceId:guid}/change", Change).WithAccess(Access.ShopOwner).DisableAntiforgery();
        office.MapPost("/{sourceId:guid}/look", Look).WithAccess(Access.ShopStaff).DisableAntiforgery();
        office.MapPost("/{sourceId:guid}/remove", Remove).WithAccess(Access.ShopOwner).DisableAntiforgery();
        office.MapPost("/{sourceId:guid}/hook-secret", HookSecret).WithAccess(Access.ShopOwner).DisableAntiforgery();
    }

    private static async Task<RedirectHttpResult> Add(Guid shopId, HttpContext http, KeepSources keep, IAntiforgery antiforgery, CancellationToken ct)
    {
        var added = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), () =>
        {
            var wishes = Read(http.Request.Form);
            // Of a database is first looked which column is what.
            return keep.Add(shopId, SourceKind.IsDatabase(wishes.Kind ?? "") ? wishes with { Paused = true } : wishes, http.User.TryUserId(), ct);
        });
        if (added.Refused) return OfficeForms.Back(http, $"/shop/{shopId}/office/sources/new?kind={Uri.EscapeDataString(Kind(http))}", added, "");
        var page = $"/shop/{shopId}/office/sources/{added.Value.Id}";
        return SourceKind.IsDatabase(added.Value.Kind)
            ? OfficeForms.Back(http, $"{page}?columns=1", added, T["The source is kept. Look whether each column is what it should be, and let it begin."])
            : OfficeForms.Back(http, page, added, T["The source is kept and is looked at now."]);
    }

    private static async Task<RedirectHttpResult> Change(Guid shopId, Guid sourceId, HttpContext http, KeepSources keep, IAntiforgery antiforgery, CancellationToken ct)
    {
        var changed = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), () => keep.Change(shopId, sourceId, Read(http.Request.Form), ct));
        return OfficeForms.Back(http, $"/shop/{shopId}/office/sources/{sourceId}", changed, T["Changed."]);
    }

    private static async Task<RedirectHttpResult> Look(Guid shopId, Guid sourceId, HttpContext http, KeepSources keep, IAntiforgery antiforgery, CancellationToken ct)
    {
        var asked = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), () => keep.Now(shopId, sourceId, ct));
        return OfficeForms.Back(http, $"/shop/{shopId}/office/sources/{sourceId}", asked, T["It is looked at now."]);
    }

    private static async Task<RedirectHttpResult> Remove(Guid shopId, Guid sourceId, HttpContext http, KeepSources keep, IAntiforgery antiforgery, CancellationToken ct)
    {
        var removed = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), () => keep.Remove(shopId, sourceId, ct));
        return OfficeForms.Back(http, $"/shop/{shopId}/office/sources", removed, T["The source is forgotten. Its goods stay as they are."]);
    }

    private static async Task<RedirectHttpResult> HookSecret(Guid shopId, Guid sourceId, HttpContext http, KeepSources keep, IAntiforgery antiforgery, CancellationToken ct)
    {
        var set = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), () => keep.SetHookSecret(shopId, sourceId, http.Request.Form["secret"], ct));
        var given = http.Request.HasFormContentType && http.Request.Form["secret"].ToString().Trim().Length > 0;
        return OfficeForms.Back(http, $"/shop/{shopId}/office/sources/{sourceId}", set, set.Refused || given ? T["The secret is kept."] : T["Enter this secret in the store; it is shown this once: {0}", set.Value]);
    }

    /// <summary>A form's fields; a field that the form does not have stays as it is.</summary>
    private static SourceWishes Read(IFormCollection form)
    {
        string? Field(string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;
        // A password field is empty where it is to stay.
        string? Secret(string name) => Field(name) is { Length: > 0 } given ? given : null;
        var mapping = form.Keys.Where(k => k.StartsWith("map.", StringComparison.Ordinal)).ToDictionary(k => k["map.".Length..], k => form[k].ToString());
        return new SourceWishes(
            Field("kind"), Field("name"), Secret("address"), Field("user") is { Length: > 0 } user ? user : null, Secret("password"), Secret("connection"), Field("query"), mapping.Count > 0 ? mapping : null,
            Field("format"), Field("encoding"), Field("separator"), Field("range"), Field("currency"),
            int.TryParse(Field("interval"), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : null,
            Field("paused") switch { "1" => true, "0" => false, _ => null }, Field("whenSilent"));
    }

    private static string Kind(HttpContext http) => http.Request.HasFormContentType ? http.Request.Form["kind"].ToString() : "";
}
