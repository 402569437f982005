using System.Globalization;
using Fairground.Catalog.CountFiles;
using Fairground.Catalog.FetchPictures;
using Fairground.Kernel;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Catalog.KeepDocuments;

/// <summary>Where the forms of the shop's page of files post to.</summary>
internal static class FilesOfficeForms
{
    public static void Map(IEndpointRouteBuilder root)
    {
        var office = root.MapGroup("/shop/{shopId:guid}/office/files").ExcludeFromDescription();
        office.MapPost("/documents", Add).WithAccess(Access.ShopStaff).WithMetadata(new RequestSizeLimitAttribute(Documents.LongestRequest)).DisableAntiforgery();
        office.MapPost("/documents/{documentId:guid}/remove", Remove).WithAccess(Access.ShopStaff).DisableAntiforgery();
        office.MapPost("/pictures/retry", Retry).WithAccess(Access.ShopStaff).DisableAntiforgery();
        office.MapPost("/quota", SetQuota).WithAccess(Access.Operator).DisableAntiforgery();
    }

    private static async Task<RedirectHttpResult> Add(Guid shopId, HttpContext http, ShopDocuments documents, IAntiforgery antiforgery, CancellationToken ct)
    {
        var added = await OfficeForms.Guarded(http, antiforgery, () => Documents.ReadForm(http.Request, ct),
            () => Documents.Receive(http.Request, (name, forEveryone, content) => documents.Add(shopId, http.User.TryUserId(), name, forEveryone, content, ct), ct));
        return Back(http, shopId, added, "The document is kept.");
    }

    private static async Task<RedirectHttpResult> Remove(Guid shopId, Guid documentId, HttpContext http, ShopDocuments documents, IAntiforgery antiforgery, CancellationToken ct) =>
        Back(http, shopId, await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), () => documents.Remove(shopId, documentId, ct)), "The document is removed.");

    private static async Task<RedirectHttpResult> Retry(Guid shopId, HttpContext http, FailedPictures failed, IAntiforgery antiforgery, CancellationToken ct) =>
        Back(http, shopId, await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () => Result<int>.Accepted(await failed.Retry(shopId, ct))), "The pictures are fetched again.");

    private static async Task<RedirectHttpResult> SetQuota(Guid shopId, HttpContext http, ShopFiles files, IAntiforgery antiforgery, CancellationToken ct)
    {
        var set = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
        {
            var text = http.Request.Form["megabytes"].ToString().Trim();
            if (text.Length == 0) return await files.SetQuota(shopId, null, ct);
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mb) && mb <= 1L << 30
                ? await files.SetQuota(shopId, mb * 1024 * 1024, ct)
                : CommonRefusals.InvalidRequest.Saying(T["The quota is a whole number of megabytes."], ("field", "megabytes"));
        });
        return Back(http, shopId, set, "The quota is set.");
    }

    private static RedirectHttpResult Back<T>(HttpContext http, Guid shopId, Result<T> result, string words)
    {
        Flash.Set(http, result.Refused ? FlashTone.Alarm : FlashTone.Good, result.Refused ? result.Refusal!.Sentence : words);
        return TypedResults.LocalRedirect($"/shop/{shopId}/office/files");
    }
}
