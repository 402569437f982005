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
    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapMethods("/files/{id:guid}", ["GET", "HEAD"], Show).WithAccess(Access.Public).WithName("ShowFile").WithTags("Files").WithSummary("A public file, whole or in ranges.");
        root.MapMethods("/files/{id:guid}/{width:int}.webp", ["GET", "HEAD"], ShowSize).WithAccess(Access.Public).WithName("ShowPictureSize").WithTags("Files")
            .WithSummary("A picture as WebP, at least so wide where it is: 160, 320, 640, 960 or 1600 pixels. The original while its sizes are still being made.");
    }

    /// <summary>The answer with a file's content: never to be run, in ranges, not sent again to whoever has it.</summary>
    /// <param name="downloadName">The name to keep it under; null for a public file.</param>
    public static FileStreamHttpResult Answer(HttpContext http, IFileStore files, StoredFile file, string? downloadName)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var disposition = new ContentDispositionHeaderValue(MediaType.IsPicture(file.MediaType) ? "inline" : "attachment");
        if (downloadName is not null) disposition.SetHttpFileName(downloadName);
        headers.ContentDisposition = disposition.ToString();
        return TypedResults.Stream(files.OpenRead(file), file.MediaType, entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""), enableRangeProcessing: true);
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Show(Guid id, IFileStore files, HttpContext http, CancellationToken ct)
    {
        if (await files.Find(id, ct) is not { IsPublic: true } file) return Problems.Of(CommonRefusals.NotFound);
        return Lasting(http, files, file);
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ShowSize(Guid id, int width, IFileStore files, PictureRows pictures, HttpContext http, CancellationToken ct)
    {
        if (!PictureShaper.Widths.Contains(width)) return Problems.Of(CommonRefusals.NotFound);
        if (await pictures.Best(id, width, ct) is { } made && await files.Find(made, ct) is { } size) return Lasting(http, files, size);
        if (await files.Find(id, ct) is not { IsPublic: true } file || !MediaType.IsPicture(file.MediaType)) return Problems.Of(CommonRefusals.NotFound);
        // The sizes are made in seconds, and are then what stands at this address.
        http.Response.Headers.CacheControl = "public, max-age=10";
        return Answer(http, files, file, null);
    }

    private static FileStreamHttpResult Lasting(HttpContext http, IFileStore files, StoredFile file)
    {
        // The id never gets other content, so whoever has it need not ask again.
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Answer(http, files, file, null);
    }
}
