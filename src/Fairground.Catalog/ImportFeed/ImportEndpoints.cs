using System.Text.Json;
using Fairground.Catalog.Feeds;
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
/// <param name="Mapping">What a plain table's columns are: our fields to their names; remembered for the shop's next table with these columns.</param>
/// <param name="Hold">Keep the file and wait: <c>GET imports/{id}/sample</c> shows what it would be read as, <c>POST imports/{id}/start</c> begins.</param>
public sealed record ImportFromAddress(string? Url, string? Format, string? Encoding, string? Separator, bool? Full, string? Currency, bool? DryRun, IReadOnlyDictionary<string, string?>? Mapping = null, bool? Hold = null);

/// <summary>How a held feed, or one that was imported before, is to be read.</summary>
public sealed record ImportWishesView(string? Format, string? Encoding, string? Separator, bool? Full, string? Currency, bool? DryRun, IReadOnlyDictionary<string, string?>? Mapping);

/// <summary>The answer to a started import.</summary>
public sealed record ImportStarted(Guid ImportId, string State);

internal static class ImportEndpoints
{
    // The feed's own limit, and room for the pictures beside it.
    private const long LongestRequest = 1024L * 1024 * 1024;

    private static readonly FormOptions Form = new() { MultipartBodyLengthLimit = LongestRequest, ValueCountLimit = 100, MultipartHeadersCountLimit = 32 };

    public static void Map(IEndpointRouteBuilder api)
    {
        var start = api.MapPost("/shops/{shopId:guid}/imports", Start).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("StartImport").WithTags("Imports").WithSummary("Imports a feed of goods: a file or an address in a form, an address as JSON, or the feed itself as the body (JSON with format=json in the query).");
        start.WithMetadata(new RequestSizeLimitAttribute(LongestRequest)).Accepts<ImportFromAddress>("application/json", "multipart/form-data", "text/csv", "application/xml", "application/x-ndjson").DisableAntiforgery();
        api.MapGet("/shops/{shopId:guid}/imports", List).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("ListImports").WithTags("Imports").WithSummary("The shop's imports, newest first.");
        api.MapGet("/imports/{id:guid}", Show).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("GetImport").WithTags("Imports").WithSummary("How an import stands, with its problems.");
        api.MapGet("/imports/{id:guid}/sample", ShowSample).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("GetImportSample").WithTags("Imports").WithSummary("What a feed would be read as: format, encoding, separator, and a plain table's columns with their first rows.");
        api.MapPost("/imports/{id:guid}/start", StartHeld).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Imports).WithName("StartHeldImport").WithTags("Imports").WithSummary("Begins an import that was held, or imports the same file once more.");
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
        var mapping = MappingOf(Field("mapping"));
        if (mapping.Refused) return mapping.Refusal!;
        // A tab is a separator and no blank around a field.
        var separator = form.TryGetValue("separator", out var sign) && sign.ToString() == "\t" ? "tab" : Field("separator");
        var wishes = new ImportWishes(Field("format"), Field("encoding"), separator, Flag("full"), Field("currency"), Flag("dryRun") ?? false, mapping.Value, Flag("hold") ?? false);
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

    // JSON in a field of a form; null where there is none.
    private static Result<IReadOnlyDictionary<string, string>?> MappingOf(string? json)
    {
        if (json is null) return Result<IReadOnlyDictionary<string, string>?>.Accepted(null);
        try
        {
            return MappingOf(JsonSerializer.Deserialize<Dictionary<string, string?>>(json));
        }
        catch (JsonException)
        {
            return CatalogRefusals.MappingInvalid;
        }
    }

    private static Result<IReadOnlyDictionary<string, string>?> MappingOf(IReadOnlyDictionary<string, string?>? given)
    {
        if (given is null) return Result<IReadOnlyDictionary<string, string>?>.Accepted(null);
        var mapping = FeedMapping.Checked(given);
        return mapping.Refused ? mapping.Refusal! : Result<IReadOnlyDictionary<string, string>?>.Accepted(mapping.Value);
    }

    private static async Task<Results<Ok<FeedSampleView>, ProblemHttpResult>> ShowSample(Guid id, CatalogContext catalog, IFileStore files, IShopAccess shops, HttpContext http, string? format, string? encoding, string? separator, string? sheet, CancellationToken ct)
    {
        var import = await Find(id, catalog, shops, http, ct);
        if (import.Refused) return Problems.Of(import.Refusal!);
        var sample = await Sample(import.Value, catalog, files, new FeedWishes(format, encoding, separator), sheet, ct);
        return sample.Refused ? Problems.Of(sample.Refusal!) : TypedResults.Ok(sample.Value);
    }

    /// <summary>What an import's file would be read as, with what the shop said of such tables before.</summary>
    public static async Task<Result<FeedSampleView>> Sample(Import import, CatalogContext catalog, IFileStore files, FeedWishes wishes, string? sheet, CancellationToken ct)
    {
        if (import.FileId is not { } id || await files.Find(id, ct) is not { } file) return CatalogRefusals.ImportNothingSent;
        Stream Open() => files.OpenRead(file);
        wishes = new FeedWishes(wishes.Format ?? import.WantedFormat, wishes.Encoding ?? import.WantedEncoding, wishes.Separator ?? import.WantedSeparator);
        var looked = await FeedOpening.Look(Open, import.FileName, wishes, ct);
        var mapping = import.WantedMapping is { } said ? FeedMapping.Read(said) : looked.Refused ? null : await FeedMapping.Remembered(catalog, import.ShopId, looked.Value, Open, ct);
        if (sheet is { Length: > 0 }) mapping = new Dictionary<string, string>(mapping ?? new Dictionary<string, string>()) { ["sheet"] = sheet };
        return await FeedLook.Look(Open, import.FileName, wishes, mapping, ct);
    }

    private static async Task<Results<Accepted<ImportStarted>, ProblemHttpResult>> StartHeld(Guid id, ImportWishesView body, CatalogContext catalog, StartImport start, IShopAccess shops, HttpContext http, CancellationToken ct)
    {
        var import = await Find(id, catalog, shops, http, ct);
        if (import.Refused) return Problems.Of(import.Refusal!);
        var mapping = MappingOf(body.Mapping);
        if (mapping.Refused) return Problems.Of(mapping.Refusal!);
        var started = await start.Go(id, http.User.TryUserId(), new ImportWishes(body.Format, body.Encoding, body.Separator, body.Full, body.Currency, body.DryRun ?? false, mapping.Value), ct);
        return started.Refused ? Problems.Of(started.Refusal!) : TypedResults.Accepted($"/api/v1/imports/{started.Value.Id}", new ImportStarted(started.Value.Id, started.Value.State));
    }

    private static async Task<Results<Accepted<ImportStarted>, ProblemHttpResult>> Start(Guid shopId, HttpRequest request, StartImport start, CancellationToken ct)
    {
        Result<Import> started;
        if (request.HasFormContentType) started = await FromForm(request, shopId, start, ct);
        else if (Raw(request)) started = await FromBody(request, shopId, start, ct);
        else if (request.HasJsonContentType()) started = await FromJson(request, shopId, start, ct);
        else started = CatalogRefusals.ImportNothingSent;
        if (started.Refused) return Problems.Of(started.Refusal!);
        return TypedResults.Accepted($"/api/v1/imports/{started.Value.Id}", new ImportStarted(started.Value.Id, started.Value.State));
    }

    // The feed itself as the body: any of its media types, and JSON where the address says that it is goods.
    private static bool Raw(HttpRequest request)
    {
        var type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        if (type == "application/json") return request.Query["format"] == "json";
        return type is "text/csv" or "text/tab-separated-values" or "text/plain" or "text/xml" or "application/xml" or "application/x-ndjson" or "application/jsonl" or "application/rss+xml" or "application/atom+xml" or "application/gzip"
            or "application/zip" or "application/octet-stream" or "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    }

    private static async Task<Result<Import>> FromBody(HttpRequest request, Guid shopId, StartImport start, CancellationToken ct)
    {
        string? Asked(string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;
        bool? Flag(string name) => bool.TryParse(Asked(name), out var flag) ? flag : null;
        var mapping = MappingOf(Asked("mapping"));
        if (mapping.Refused) return mapping.Refusal!;
        var wishes = new ImportWishes(Asked("format"), Asked("encoding"), Asked("separator"), Flag("full"), Asked("currency"), Flag("dryRun") ?? false, mapping.Value, Flag("hold") ?? false);
        return await start.FromFile(shopId, request.HttpContext.User.TryUserId(), Asked("fileName") ?? "", request.Body, [], wishes, ct);
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
        var mapping = MappingOf(body.Mapping);
        if (mapping.Refused) return mapping.Refusal!;
        return await start.FromAddress(shopId, request.HttpContext.User.TryUserId(), body.Url, new ImportWishes(body.Format, body.Encoding, body.Separator, body.Full, body.Currency, body.DryRun ?? false, mapping.Value, body.Hold ?? false), ct);
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
        if (format == "csv") return ImportTables.ProblemsFile(catalog, id, forPeople: false, ct);
        var page = await ImportTables.Problems(catalog, id, cursor, Math.Clamp(limit ?? 100, 1, 1000), ct);
        if (page.Refused) return Problems.Of(page.Refusal!);
        return TypedResults.Ok(page.Value);
    }

    private static async Task<Results<Ok<Page<ImportDifferenceLine>>, PushStreamHttpResult, ProblemHttpResult>> ListDifferences(Guid id, CatalogContext catalog, IShopAccess shops, HttpContext http, string? format, string? cursor, int? limit, CancellationToken ct)
    {
        var import = await Find(id, catalog, shops, http, ct);
        if (import.Refused) return Problems.Of(import.Refusal!);
        if (format == "csv") return ImportTables.DifferencesFile(catalog, id, forPeople: false, ct);
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
