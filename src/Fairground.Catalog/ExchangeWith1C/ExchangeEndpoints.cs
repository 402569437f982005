using System.Globalization;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.ExchangeWith1C;

/// <summary>A key that was made, shown this once.</summary>
/// <param name="Address">What 1C is given as the site's address for the exchange.</param>
public sealed record ExchangeKeyMade(string Address, string Login, string Password);

/// <summary>
/// The site's side of 1C's exchange of catalogues (<c>checkauth</c>, <c>init</c>, <c>file</c>, <c>import</c>), so that a 1C sends its goods
/// here as it does to any shop system. Answers are lines of plain text whose first is <c>success</c>, <c>progress</c> or <c>failure</c>.
/// </summary>
internal static class ExchangeEndpoints
{
    private const string Cookie = "fairground-exchange";

    /// <summary>The name that every shop's 1C signs in with; the address says which shop it is.</summary>
    public static readonly string Login = "shop";

    public static void MapApi(IEndpointRouteBuilder api)
    {
        api.MapPost("/shops/{shopId:guid}/exchange-key", Make).WithAccess(Access.ShopOwner).WithPermission(CatalogPermissions.Sources).WithRecentSignIn().WithName("MakeExchangeKey").WithTags("Imports").WithSummary("Makes the key that the shop's 1C signs in with; it is shown this once, and the one before ends.");
        api.MapDelete("/shops/{shopId:guid}/exchange-key", Remove).WithAccess(Access.ShopOwner).WithPermission(CatalogPermissions.Sources).WithName("RemoveExchangeKey").WithTags("Imports").WithSummary("Ends the key that the shop's 1C signs in with.");
    }

    // 1C brings its own key; many small files follow one another, so there is no limit by address.
    public static void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/exchange/1c/{shopId:guid}", Ask).WithAccess(Access.Public).DisableRateLimiting().ExcludeFromDescription();
        root.MapPost("/exchange/1c/{shopId:guid}", Send).WithAccess(Access.Public).DisableRateLimiting().WithMetadata(new RequestSizeLimitAttribute(ExchangeFiles.LongestPiece)).ExcludeFromDescription().DisableAntiforgery();
    }

    /// <summary>Where the shop's 1C is to send to.</summary>
    public static string AddressOf(PublicAddress market, HttpContext http, Guid shopId) => $"{market.Of(http)}/exchange/1c/{shopId}";

    private static async Task<Results<Created<ExchangeKeyMade>, ProblemHttpResult>> Make(Guid shopId, HttpContext http, ExchangeKeys keys, PublicAddress market, CancellationToken ct)
    {
        var made = await keys.Make(shopId, http.User.TryUserId(), ct);
        if (made.Refused) return Problems.Of(made.Refusal!);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, new ExchangeKeyMade(AddressOf(market, http, shopId), Login, made.Value));
    }

    private static async Task<NoContent> Remove(Guid shopId, ExchangeKeys keys, CancellationToken ct)
    {
        await keys.Remove(shopId, ct);
        return TypedResults.NoContent();
    }

    private static async Task<ContentHttpResult> Ask(Guid shopId, string? type, string? mode, string? filename, HttpContext http, ExchangeKeys keys, ExchangeFiles files, CatalogContext catalog, CancellationToken ct)
    {
        if (mode == "checkauth") return await SignIn(shopId, http, keys, ct);
        if (await Session(shopId, http, keys, ct) is not { } session) return Failure(CommonRefusals.NotSignedIn);
        return (type, mode) switch
        {
            (_, "init") => Lines("zip=yes", string.Create(CultureInfo.InvariantCulture, $"file_limit={ExchangeFiles.LongestPiece}")),
            ("catalog", "import") => await Import(session, filename ?? "", files, catalog, ct),
            // What is missing from a full catalogue has left the shelf with its import already.
            ("catalog", "deactivate" or "complete") => Lines("success"),
            // Orders are not made here: there are none to tell, and what 1C has to say of them is heard.
            ("sale", "query") => TypedResults.Text("<?xml version=\"1.0\" encoding=\"UTF-8\"?><КоммерческаяИнформация ВерсияСхемы=\"2.08\"/>", "application/xml", Encoding.UTF8),
            ("sale", "success" or "import") => Lines("success"),
            _ => Failure(CatalogRefusals.ExchangeModeUnknown),
        };
    }

    private static async Task<ContentHttpResult> Send(Guid shopId, string? type, string? mode, string? filename, HttpContext http, ExchangeKeys keys, ExchangeFiles files, CatalogContext catalog, CancellationToken ct)
    {
        if (mode != "file") return await Ask(shopId, type, mode, filename, http, keys, files, catalog, ct);
        if (await Session(shopId, http, keys, ct) is not { } session) return Failure(CommonRefusals.NotSignedIn);
        if (type == "sale") return Lines("success");
        var added = await files.Add(session, filename ?? "", http.Request.Body, ct);
        return added.Refused ? Failure(added.Refusal!) : Lines("success");
    }

    private static async Task<ContentHttpResult> SignIn(Guid shopId, HttpContext http, ExchangeKeys keys, CancellationToken ct)
    {
        var token = Password(http.Request) is { } key ? await keys.SignIn(shopId, key, ct) : null;
        if (token is not null) return Lines("success", Cookie, token);
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"1C\"";
        return Failure(CatalogRefusals.ExchangeKeyWrong);
    }

    private static async Task<ContentHttpResult> Import(ExchangeSession session, string name, ExchangeFiles files, CatalogContext catalog, CancellationToken ct)
    {
        var begun = await files.Import(session, name, ct);
        if (begun.Refused) return Failure(begun.Refusal!);
        var import = await catalog.Imports.AsNoTracking().FirstAsync(i => i.Id == begun.Value, ct);
        return import.State switch
        {
            ImportState.Done => Lines("success", $"{import.Read} goods: {import.Created} new, {import.Updated} changed, {import.Unchanged} the same, {import.Rejected} left out"),
            ImportState.Failed => Lines("failure", import.ErrorText ?? "The file could not be imported."),
            _ => Lines("progress", $"{import.Read} goods so far"),
        };
    }

    private static async Task<ExchangeSession?> Session(Guid shopId, HttpContext http, ExchangeKeys keys, CancellationToken ct) =>
        http.Request.Cookies[Cookie] is { Length: > 0 } token ? await keys.Session(shopId, token, ct) : null;

    private static string? Password(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..].Trim())).Split(':', 2) is [_, { Length: > 0 } password] ? password : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // 1C reads the first line; people read the second in its log. It takes any other status than 200 for a broken connection.
    private static ContentHttpResult Failure(Refusal refusal) => Lines("failure", $"{refusal.Sentence} ({refusal.Code})");

    private static ContentHttpResult Lines(params string[] lines) => TypedResults.Text(string.Join('\n', lines) + "\n", "text/plain", Encoding.UTF8);
}
