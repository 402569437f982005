using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Catalog.KeepDocuments;

internal static class DocumentEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var documents = api.MapGroup("/shops/{shopId:guid}/documents").WithTags("Documents");
        documents.MapGet("", List).WithAccess(Access.Public).WithName("ListShopDocuments").WithSummary("The shop's papers; its own people see those too that are not for everyone.");
        documents.MapPost("", Add).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Documents).WithName("AddShopDocument").WithSummary("Adds a PDF or a picture of up to 200 MB: a form with 'file', 'name' and 'forEveryone', or the bare content with ?name=&forEveryone=.")
            .WithMetadata(new RequestSizeLimitAttribute(Documents.LongestRequest)).Accepts<IFormFile>("multipart/form-data", "application/pdf", "application/octet-stream", "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif").DisableAntiforgery();
        documents.MapGet("/{documentId:guid}/content", Content).WithAccess(Access.Public).WithName("DownloadShopDocument").WithSummary("A paper's content, whole or in ranges; a PDF is always a download.");
        documents.MapDelete("/{documentId:guid}", Remove).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Documents).WithName("RemoveShopDocument").WithSummary("Removes a paper.");
    }

    private static async Task<Ok<IReadOnlyList<DocumentView>>> List(Guid shopId, ShopDocuments documents, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(await documents.List(http.User, shopId, ct));

    private static async Task<Results<Created<DocumentView>, ProblemHttpResult>> Add(Guid shopId, ShopDocuments documents, HttpContext http, CancellationToken ct)
    {
        var added = await Documents.Receive(http.Request, (name, forEveryone, content) => documents.Add(shopId, http.User.TryUserId(), name, forEveryone, content, ct), ct);
        return added.Refused ? Problems.Of(added.Refusal!) : TypedResults.Created(added.Value.Url, added.Value);
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Content(Guid shopId, Guid documentId, ShopDocuments documents, IFileStore files, HttpContext http, CancellationToken ct)
    {
        var found = await documents.Find(http.User, shopId, documentId, ct);
        if (found.Refused) return Problems.Of(found.Refusal!);
        http.Response.Headers.CacheControl = "private, no-cache";
        return ShowFile.Answer(http, files, found.Value.File, Documents.FileName(found.Value.Document.Name, found.Value.File.MediaType));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid shopId, Guid documentId, ShopDocuments documents, CancellationToken ct)
    {
        var removed = await documents.Remove(shopId, documentId, ct);
        return removed.Refused ? Problems.Of(removed.Refusal!) : TypedResults.NoContent();
    }
}
