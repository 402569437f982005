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

namespace Fairground.Draws;

internal static class LotDocumentEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var documents = api.MapGroup("/lots/{lotId:guid}/documents").WithTags("Documents");
        documents.MapGet("", List).WithAccess(Access.Public).WithName("ListLotDocuments").WithSummary("The lot's papers; the shop's people see those too that are not for everyone.");
        documents.MapPost("", Add).WithAccess(Access.ShopStaff).WithPermission(DrawsPermissions.Lots).WithName("AddLotDocument").WithSummary("Adds a PDF or a picture of up to 200 MB: a form with 'file', 'name' and 'forEveryone', or the bare content with ?name=&forEveryone=.")
            .WithMetadata(new RequestSizeLimitAttribute(Documents.LongestRequest)).Accepts<IFormFile>("multipart/form-data", "application/pdf", "application/octet-stream", "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif").DisableAntiforgery();
        documents.MapGet("/{documentId:guid}/content", Content).WithAccess(Access.Public).WithName("DownloadLotDocument").WithSummary("A paper's content, whole or in ranges; a PDF is always a download.");
        documents.MapDelete("/{documentId:guid}", Remove).WithAccess(Access.ShopStaff).WithPermission(DrawsPermissions.Lots).WithName("RemoveLotDocument").WithSummary("Removes a paper.");
    }

    /// <summary>Where the forms of the shop's page of a lot post to.</summary>
    public static void MapRoot(IEndpointRouteBuilder root)
    {
        var forms = root.MapGroup("/shop/lots/{lotId:guid}/documents").ExcludeFromDescription();
        forms.MapPost("", AddByForm).WithAccess(Access.ShopStaff).WithMetadata(new RequestSizeLimitAttribute(Documents.LongestRequest)).DisableAntiforgery();
        forms.MapPost("/{documentId:guid}/remove", RemoveByForm).WithAccess(Access.ShopStaff).DisableAntiforgery();
    }

    private static async Task<Results<Ok<IReadOnlyList<DocumentView>>, ProblemHttpResult>> List(Guid lotId, LotDocuments documents, HttpContext http, CancellationToken ct)
    {
        var found = await documents.List(http.User, lotId, ct);
        return found.Refused ? Problems.Of(found.Refusal!) : TypedResults.Ok(found.Value);
    }

    private static async Task<Results<Created<DocumentView>, ProblemHttpResult>> Add(Guid lotId, LotDocuments documents, HttpContext http, CancellationToken ct)
    {
        if (await documents.WhyNot(http.User, lotId, ct) is { } refusal) return Problems.Of(refusal);
        var added = await Documents.Receive(http.Request, (name, forEveryone, content) => documents.Add(http.User, lotId, name, forEveryone, content, ct), ct);
        return added.Refused ? Problems.Of(added.Refusal!) : TypedResults.Created(added.Value.Url, added.Value);
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Content(Guid lotId, Guid documentId, LotDocuments documents, IFileStore files, HttpContext http, CancellationToken ct)
    {
        var found = await documents.Find(http.User, lotId, documentId, ct);
        if (found.Refused) return Problems.Of(found.Refusal!);
        http.Response.Headers.CacheControl = "private, no-cache";
        return ShowFile.Answer(http, files, found.Value.File, Documents.FileName(found.Value.Document.Name, found.Value.File.MediaType));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid lotId, Guid documentId, LotDocuments documents, HttpContext http, CancellationToken ct)
    {
        var removed = await documents.Remove(http.User, lotId, documentId, ct);
        return removed.Refused ? Problems.Of(removed.Refusal!) : TypedResults.NoContent();
    }

    private static Task<IResult> AddByForm(Guid lotId, LotDocuments documents, HttpContext http, IAntiforgery antiforgery, CancellationToken ct) => ByForm(http, lotId, documents, antiforgery,
        () => Documents.Receive(http.Request, (name, forEveryone, content) => documents.Add(http.User, lotId, name, forEveryone, content, ct), ct), "The document is kept.", ct);

    private static Task<IResult> RemoveByForm(Guid lotId, Guid documentId, LotDocuments documents, HttpContext http, IAntiforgery antiforgery, CancellationToken ct) =>
        ByForm(http, lotId, documents, antiforgery, () => documents.Remove(http.User, lotId, documentId, ct), "The document is removed.", ct);

    private static async Task<IResult> ByForm<TDone>(HttpContext http, Guid lotId, LotDocuments documents, IAntiforgery antiforgery, Func<Task<Result<TDone>>> act, string words, CancellationToken ct)
    {
        if (await documents.WhyNot(http.User, lotId, ct) is { } refusal) return Problems.Of(refusal);
        if (!http.Request.HasFormContentType) return Problems.Of(CommonRefusals.Malformed);
        await Documents.ReadForm(http.Request, ct);
        if (!await antiforgery.IsRequestValidAsync(http)) return Problems.Of(CommonRefusals.Malformed.Saying(T["The form was too old. Load the page again and repeat it."]));
        var done = await act();
        Flash.Set(http, done.Refused ? FlashTone.Alarm : FlashTone.Good, done.Refused ? done.Refusal!.Sentence : words);
        return TypedResults.LocalRedirect($"/shop/lots/{lotId}");
    }
}
