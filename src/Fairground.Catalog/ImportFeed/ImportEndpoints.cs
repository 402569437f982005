using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.ImportFeed;

/// <summary>An import by address; by file it is multipart with the same fields, <c>file</c>, and any number of <c>pictures</c>.</summary>
/// <param name="Url">Where the feed is: http or https on the public internet.</param>
/// <param name="Format">A format's name, or null to have it found out; so also the next two.</param>
/// <param name="Full">True where the feed is all the shop has: other goods of it are taken off the shelf. False where it is not, whatever it says itself.</param>
/// <param name="Currency">What prices are in that name no currency: the shop's.</param>
/// <param name="DryRun">Compare only: the report says what would change, and nothing does.</param>
public sealed record ImportFromAddress(string? Url, string? Format, string? Encoding, string? Separator, bool? Full, string? Currency, bool? DryRun);

/// <summary>The answer to a started import.</summary>
public sealed record ImportStarted(Guid ImportId, string State);

internal static class ImportEndpoints
{
    // The feed's own limit, and room for the pictures beside it.
    private const long LongestRequest = 1024L * 1024 * 1024;

    private static readonly FormOptions Form = new() { MultipartBodyLengthLimit = LongestRequest, ValueCountLimit = 100, MultipartHeadersCountLimit = 32 };

    public static void Map(IEndpointRouteBuilder api)
    {
        var start = api.MapPost("/shops/{shopId:guid}/imports", Start).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("StartImport").WithTags("Imports").WithSummary("Imports a feed of goods.");
        start.WithMetadata(new RequestSizeLimitAttribute(LongestRequest)).Accepts<ImportFromAddress>("application/json", "multipart/form-data").DisableAntiforgery();
        api.MapGet("/shops/{shopId:guid}/imports", List).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("ListImports").WithTags("Imports").WithSummary("The shop's imports, newest first.");
        api.MapGet("/imports/{id:guid}", Show).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("GetImport").WithTags("Imports").WithSummary("How an import stands, with its problems.");
        api.MapGet("/imports/{id:guid}/problems", ListProblems).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("ListImportProblems").WithTags("Imports").WithSummary("An import's problems, in pages; with format=csv all of them as a file.");
        api.MapGet("/imports/{id:guid}/differences", ListDifferences).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("ListImportDifferences").WithTags("Imports").WithSummary("What a dry run would change, in pages; with format=csv all of it as a file.");
        api.MapPost("/imports/{id:guid}/undo", Undo).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("UndoImport").WithTags("Imports").WithSummary("Takes an import back: what it brought in leaves the shelf, what it changed is as it was.");
    }

    /// <summary>Reads the form with room for a feed and its pictures.</summary>
    public static Task<IFormCollection> ReadForm(HttpRequest request, CancellationToken ct) => request.ReadFormAsync(Form, ct);

    /// <summary>Starts an import from the form of this request; the office's page comes here too.</summary>
    public static async Task<Result<Import>> FromForm(HttpRequest request, Guid shopId, StartImport start, CancellationToken ct)
    {
        var form = await ReadForm(request, ct);
        string? Field(string name) => form.TryGetValue(name, out var value) && value.ToString().Trim() is { Length: > 0 } text ? text : null;
        bool? Flag(string name) => Field(name)?.ToLowerInvariant() switch { "1" or "true" or "on" or "yes" => true, "0" or "false" or "off" or "no" => false, _ => null };
        var wishes = new ImportWishes(Field("format"), Field("encoding"), Field("separator"), Flag("full"), Field("currency"), Flag("dryRun") ?? false);
        var userId = request.HttpContext.User.TryUserId();
        if (form.Files.GetFile("file") is { Length: > 0 } file)
        {
            var pictures = form.Files.GetFiles("pictures").Where(p => p.Length > 0).Select(p => new SentPicture(p.FileName, p.OpenReadStream)).ToList();
            await using var content = file.OpenReadStream();
            return await start.FromFile(shopId, userId, file.FileName, content, pictures, wishes, ct);
        }
        if (form.Files.GetFile("file") is not null) return FileRefusals.Empty;
        return Field("url") is { } url ? await start.FromAddress(shopId, userId, url, wishes, ct) : CatalogRefusals.ImportNothingSent;
    }

    private static async Task<Results<Accepted<ImportStarted>, ProblemHttpResult>> Start(Guid shopId, HttpRequest request, StartImport start, CancellationToken ct)
    {
        Result<Import> started;
        if (request.HasFormContentType) started = await FromForm(request, shopId, start, ct);
        else if (request.HasJsonContentType()) started = await FromJson(request, shopId, start, ct);
        else started = CatalogRefusals.ImportNothingSent;
        if (started.Refused) return Problems.Of(started.Refusal!);
        return TypedResults.Accepted($"/api/v1/imports/{started.Value.Id}", new ImportStarted(started.Value.Id, started.Value.State));
    }

    private static async Task<Result<Import>> FromJson(HttpRequest request, Guid shopId, StartImport start, CancellationToken ct)
    {
        ImportFromAddress? body;
        try
        {
            body = await request.ReadFromJsonAsync<ImportFromAddress>(ct);
        }
        catch (JsonException)
        {
            return CommonRefusals.Malformed;
        }
        if (string.IsNullOrWhiteSpace(body?.Url)) return CatalogRefusals.ImportNothingSent;
        return await start.FromAddress(shopId, request.HttpContext.User.TryUserId(), body.Url, new ImportWishes(body.Format, body.Encoding, body.Separator, body.Full, body.Currency, body.DryRun ?? false), ct);
    }

    private static async Task<Results<Ok<ImportReport>, ProblemHttpResult>> Show(Guid id, CatalogContext catalog, IShopAccess shops, HttpContext http, CancellationToken ct)
    {
        var import = await Find(id, catalog, shops, http, ct);
        if (import.Refused) return Problems.Of(import.Refusal!);
        return TypedResults.Ok(await ShowImport.Report(catalog, import.Value, ct));
    }

    private static async Task<Results<Ok<Page<ImportProblemLine>>, PushStreamHttpResult, ProblemHttpResult>> ListProblems(Guid id, CatalogContext catalog, IShopAccess shops, HttpContext http, string? format, string? cursor, int? limit, CancellationToken ct)
    {
        var import = await Find(id, catalog, shops, http, ct);
        if (import.Refused) return Problems.Of(import.Refusal!);
        if (format == "csv") return ImportTables.ProblemsFile(catalog, id, ct);
        var page = await ImportTables.Problems(catalog, id, cursor, Math.Clamp(limit ?? 100, 1, 1000), ct);
        if (page.Refused) return Problems.Of(page.Refusal!);
        return TypedResults.Ok(page.Value);
    }

    private static async Task<Results<Ok<Page<ImportDifferenceLine>>, PushStreamHttpResult, ProblemHttpResult>> ListDifferences(Guid id, CatalogContext catalog, IShopAccess shops, HttpContext http, string? format, string? cursor, int? limit, CancellationToken ct)
    {
        var import = await Find(id, catalog, shops, http, ct);
        if (import.Refused) return Problems.Of(import.Refusal!);
        if (format == "csv") return ImportTables.DifferencesFile(catalog, id, ct);
        var page = await ImportTables.Differences(catalog, id, cursor, Math.Clamp(limit ?? 100, 1, 1000), ct);
        if (page.Refused) return Problems.Of(page.Refusal!);
        return TypedResults.Ok(page.Value);
    }

    private static async Task<Results<Ok<ImportReport>, ProblemHttpResult>> Undo(Guid id, UndoImport.UndoImport undo, CatalogContext catalog, IShopAccess shops, HttpContext http, CancellationToken ct)
    {
        var import = await Find(id, catalog, shops, http, ct);
        if (import.Refused) return Problems.Of(import.Refusal!);
        // Once begun it goes on to its end, also where nobody waits for the answer any more.
        var undone = await undo.Undo(id, http.User.TryUserId(), CancellationToken.None);
        if (undone.Refused) return Problems.Of(undone.Refusal!);
        return TypedResults.Ok(await ShowImport.Report(catalog, undone.Value, ct));
    }

    private static async Task<Result<Import>> Find(Guid id, CatalogContext catalog, IShopAccess shops, HttpContext http, CancellationToken ct)
    {
        var import = await catalog.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, ct);
        // Nobody learns of other shops' imports, not even that they are there; an operator learns the truth.
        if (import is null) return http.User.IsOperator() ? CatalogRefusals.ImportNotFound : CommonRefusals.Forbidden;
        if (!await shops.MayAct(http.User, import.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden;
        return import;
    }

    private static async Task<Results<Ok<Page<ImportReport>>, ProblemHttpResult>> List(Guid shopId, CatalogContext catalog, string? cursor, int? limit, CancellationToken ct)
    {
        var before = Cursor.Read(cursor);
        if (before.Refused) return Problems.Of(before.Refusal!);
        var take = Math.Clamp(limit ?? 20, 1, 100);
        var query = catalog.Imports.AsNoTracking().Where(i => i.ShopId == shopId).OrderByDescending(i => i.Id).AsQueryable();
        if (before.Value is { } key)
        {
            if (!Guid.TryParse(key, out var id)) return Problems.Of(CommonRefusals.CursorInvalid);
            query = query.Where(i => i.Id.CompareTo(id) < 0);
        }
        var found = await query.Take(take + 1).ToListAsync(ct);
        return TypedResults.Ok(new Page<ImportReport>([.. found.Take(take).Select(ShowImport.Summary)], found.Count > take ? Cursor.Write(found[take - 1].Id.ToString()) : null));
    }
}
