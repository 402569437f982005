using System.Globalization;
using Fairground.Catalog.EditGoods;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.KeepGoods;
using Fairground.Catalog.OpenShop;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog;

/// <summary>Where the office's plain forms post to: the same use cases as the API, then back to the page with a word about it.</summary>
internal static class OfficeForms
{
    private const long LongestRequest = 1024L * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder root)
    {
        var office = root.MapGroup("").ExcludeFromDescription();
        office.MapPost("/shop/{shopId:guid}/office/imports/new", Import).WithAccess(Access.ShopStaff).WithMetadata(new RequestSizeLimitAttribute(LongestRequest)).DisableAntiforgery();
        office.MapPost("/shop/{shopId:guid}/office/imports/{id:guid}/start", StartHeld).WithAccess(Access.ShopStaff).DisableAntiforgery();
        office.MapPost("/shop/{shopId:guid}/office/imports/{id:guid}/apply", Apply).WithAccess(Access.ShopStaff).DisableAntiforgery();
        office.MapPost("/shop/{shopId:guid}/office/goods/edit", Edit).WithAccess(Access.ShopStaff).DisableAntiforgery();
        office.MapPost("/shop/{shopId:guid}/office/imports/{id:guid}/undo", Undo).WithAccess(Access.ShopStaff).DisableAntiforgery();
        office.MapGet("/shop/{shopId:guid}/office/imports/{id:guid}/{what}.csv", Download).WithAccess(Access.ShopStaff);
        office.MapPost("/shop/{shopId:guid}/office/goods/{productId:guid}/change", GoodsForm.Change).WithAccess(Access.ShopStaff).WithMetadata(new RequestSizeLimitAttribute(LongestRequest)).DisableAntiforgery();
        office.MapPost("/office/shops/new", Open).WithAccess(Access.Operator).DisableAntiforgery();
    }

    private static async Task<RedirectHttpResult> Import(Guid shopId, HttpContext http, StartImport start, IAntiforgery antiforgery, CancellationToken ct)
    {
        // Read with room for a feed first; the token is then looked for in the form that is there.
        var started = await Guarded(http, antiforgery, () => ImportEndpoints.ReadForm(http.Request, ct), () => ImportEndpoints.FromForm(http.Request, shopId, start, ct));
        return Back(http, started.Refused ? $"/shop/{shopId}/office/imports" : $"/shop/{shopId}/office/imports/{started.Value.Id}{(started.Value.State == ImportState.Held ? "/columns" : "")}", started, started.Refused || started.Value.State != ImportState.Held ? T["The import is on its way."] : T["Here is what the file would be read as. Nothing is imported yet."]);
    }

    // Every column of the page comes with its name and what it is; fields that none was given to are said to be none.
    private static async Task<RedirectHttpResult> StartHeld(Guid shopId, Guid id, HttpContext http, StartImport start, CatalogContext catalog, IAntiforgery antiforgery, CancellationToken ct)
    {
        var started = await Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
        {
            if (!await catalog.Imports.AnyAsync(i => i.Id == id && i.ShopId == shopId, ct)) return CatalogRefusals.ImportNotFound;
            var form = http.Request.Form;
            string? Field(string name) => form[name].ToString() is { Length: > 0 } text ? text : null;
            var columns = form["name"].Zip(form["field"]).Where(c => c.First is { Length: > 0 }).ToList();
            var given = Feeds.Tables.TableColumns.Words.Keys.ToDictionary(f => f, f => (string?)(columns.Find(c => c.Second == f).First ?? ""));
            if (Field("sheet") is { } sheet) given["sheet"] = sheet;
            var mapping = FeedMapping.Checked(given);
            if (mapping.Refused) return mapping.Refusal!;
            bool? full = Field("full") switch { "1" => true, "0" => false, _ => null };
            return await start.Go(id, http.User.TryUserId(), new ImportWishes(Field("format"), Field("encoding"), Field("separator"), full, Field("currency"), Field("do") == "dry", columns.Count == 0 ? null : mapping.Value), ct);
        });
        return Back(http, started.Refused ? $"/shop/{shopId}/office/imports/{id}/columns" : $"/shop/{shopId}/office/imports/{started.Value.Id}", started, T["The import is on its way."]);
    }

    // Chosen on the page of goods; what would change is shown before anything does.
    private static async Task<RedirectHttpResult> Edit(Guid shopId, HttpContext http, StartEdit edits, IAntiforgery antiforgery, CancellationToken ct)
    {
        var begun = await Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
        {
            var form = http.Request.Form;
            bool? Flag(string name) => form[name].ToString() switch { "1" => true, "0" => false, _ => null };
            var percent = form["percent"].ToString().Trim().Replace(',', '.').TrimEnd('%').Trim();
            decimal? added = decimal.TryParse(percent, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
            if (percent.Length > 0 && added is null) return CatalogRefusals.EditNothing.Saying(T["'{0}' is no percentage.", percent]);
            var change = new GoodsChange(added, added is not null && int.TryParse(form["round"], CultureInfo.InvariantCulture, out var round) ? round : null, Guid.TryParse(form["category"], out var category) ? category : null, Flag("essential"), Flag("active"));
            var products = form["product"].Select(p => Guid.TryParse(p, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).ToList();
            return await edits.Begin(shopId, http.User.TryUserId(), new EditOfGoods(products, form["all"] == "1", form["query"], change, DryRun: true), ct);
        });
        return Back(http, begun.Refused ? $"/shop/{shopId}/office/goods" : $"/shop/{shopId}/office/imports/{begun.Value.Id}", begun, T["This is what would change. Nothing is changed yet."]);
    }

    private static async Task<RedirectHttpResult> Apply(Guid shopId, Guid id, HttpContext http, StartEdit edits, CatalogContext catalog, IAntiforgery antiforgery, CancellationToken ct)
    {
        var begun = await Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
            await catalog.Imports.AnyAsync(i => i.Id == id && i.ShopId == shopId, ct) ? await edits.Apply(id, http.User.TryUserId(), ct) : CatalogRefusals.ImportNotFound);
        return Back(http, $"/shop/{shopId}/office/imports/{(begun.Refused ? id : begun.Value.Id)}", begun, T["The goods are being changed."]);
    }

    private static async Task<RedirectHttpResult> Undo(Guid shopId, Guid id, HttpContext http, UndoImport.UndoImport undo, CatalogContext catalog, IAntiforgery antiforgery, CancellationToken ct)
    {
        var undone = await Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
        {
            if (!await catalog.Imports.AnyAsync(i => i.Id == id && i.ShopId == shopId, ct)) return CatalogRefusals.ImportNotFound;
            return await undo.Undo(id, http.User.TryUserId(), CancellationToken.None);
        });
        return Back(http, $"/shop/{shopId}/office/imports/{id}", undone, T["The import is undone."]);
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Download(Guid shopId, Guid id, string what, CatalogContext catalog, CancellationToken ct)
    {
        if (what is not ("problems" or "differences")) return Problems.Of(CommonRefusals.NotFound);
        if (!await catalog.Imports.AnyAsync(i => i.Id == id && i.ShopId == shopId, ct)) return Problems.Of(CatalogRefusals.ImportNotFound);
        return what == "problems" ? ImportTables.ProblemsFile(catalog, id, forPeople: true, ct) : ImportTables.DifferencesFile(catalog, id, forPeople: true, ct);
    }

    private static async Task<RedirectHttpResult> Open(HttpContext http, OpenShop.OpenShop shops, IAntiforgery antiforgery, CancellationToken ct)
    {
        var opened = await Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
        {
            var form = http.Request.Form;
            return await shops.Open(new NewShop(form["name"], form["currency"], form["address"], null), ct);
        });
        return Back(http, "/office/shops", opened, T["The shop is open."]);
    }

    /// <summary>Reads a form, checks its token, and acts.</summary>
    public static async Task<Result<TRead>> Guarded<TRead>(HttpContext http, IAntiforgery antiforgery, Func<Task<IFormCollection>> read, Func<Task<Result<TRead>>> act)
    {
        if (!http.Request.HasFormContentType) return CommonRefusals.Malformed;
        await read();
        try
        {
            await antiforgery.ValidateRequestAsync(http);
        }
        catch (AntiforgeryValidationException)
        {
            return CommonRefusals.Malformed.Saying(T["The form was too old. Load the page again and repeat it."]);
        }
        return await act();
    }

    /// <summary>Goes back to a page with a word about what came of it.</summary>
    public static RedirectHttpResult Back<TRead>(HttpContext http, string page, Result<TRead> result, string words)
    {
        Flash.Set(http, result.Refused ? FlashTone.Alarm : FlashTone.Good, result.Refused ? result.Refusal!.Sentence : words);
        return TypedResults.LocalRedirect(page);
    }
}
