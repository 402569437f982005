using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Fairground.Kernel.Files;

/// <summary><c>GET /files/{id}</c>: what people sent in, shown so that none of it can ever run (C-36).</summary>
public static class ShowFile
{
    public static void Map(IEndpointRouteBuilder root) =>
        root.MapMethods("/files/{id:guid}", ["GET", "HEAD"], Show).WithAccess(Access.Public).WithName("ShowFile").WithTags("Files");

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Show(Guid id, IFileStore files, HttpContext http, CancellationToken ct)
    {
        if (await files.Find(id, ct) is not { IsPublic: true } file) return Problems.Of(CommonRefusals.NotFound);
        var picture = MediaType.IsPicture(file.MediaType);
        var headers = http.Response.Headers;
        // The id never gets other content, so whoever has it need not ask again.
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentDisposition = picture ? "inline" : "attachment";
        return TypedResults.Stream(files.OpenRead(file), file.MediaType, entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""), enableRangeProcessing: true);
    }
}
