using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel.Http;

namespace Fairground.Server.VerifyPage;

/// <summary>The page on which anyone checks a draw in a browser (C-23): one file with all its scripts in it, which works saved to disk and without a network.
/// It is put together here from the committed pieces, byte for byte the same on every server, and shares no code with the server's draw.</summary>
public static class VerifyPageFile
{
    // The order of the scripts: each uses only what stands above it.
    private static readonly string[] Engine =
    [
        "bytes", "sha256", "json", "merkle", "jws", "terms", "beacons", "winners", "entries", "closing-log", "outcomes", "verify", "verify-entropy", "verify-papers", "sort-files",
    ];

    private static readonly Lazy<VerifyPageText> Made = new(Make);

    /// <summary>The whole file, UTF-8.</summary>
    public static ReadOnlyMemory<byte> Bytes => Made.Value.Bytes;

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public static string Sha256 => Made.Value.Sha256;

    /// <summary>The file's own content security policy: its own scripts and style by their hashes, its own server, and nothing else.</summary>
    public static string Policy => Made.Value.Policy;

    internal static void MapVerifyPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/verify", Page).WithAccess(Access.Public).ExcludeFromDescription();
        routes.MapGet("/verify.sha256", Digest).WithAccess(Access.Public).ExcludeFromDescription();
    }

    private static IResult Page(HttpContext http)
    {
        // A frame around the page could lie about what it shows; that cannot be said inside the file.
        http.Response.Headers.ContentSecurityPolicy = Policy + "; frame-ancestors 'none'";
        http.Response.Headers.CacheControl = "no-cache";
        return Results.File(Bytes.ToArray(), "text/html; charset=utf-8", entityTag: new($"\"{Sha256}\""));
    }

    private static IResult Digest() => Results.Text($"{Sha256}  fairground-verify.html\n", "text/plain");

    private static VerifyPageText Make()
    {
        var curves = Piece("curves.js");
        var engine = $$"""
            const Fairground = (() => {
            "use strict";
            {{string.Join('\n', Engine.Select(name => Piece($"engine/{name}.js")))}}
            return { verifyDraw, answer, sortFile, parseBundle, parseJson, canonical, verifyDrand, choosePlaces, rootOfInclusion, MerkleAccumulator, bytes: { hex, fromHex, toBytes } };
            })();
            """.ReplaceLineEndings("\n");
        var (page, style) = (Piece("page.js"), Piece("page.css"));
        var policy = $"default-src 'none'; script-src {Hash(curves)} {Hash(engine)} {Hash(page)}; style-src {Hash(style)}; worker-src blob:; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";
        var html = new StringBuilder(Piece("page.html"))
            .Replace("{{policy}}", policy).Replace("{{style}}", style).Replace("{{curves}}", curves).Replace("{{engine}}", engine).Replace("{{page}}", page);
        var bytes = Encoding.UTF8.GetBytes(html.ToString());
        return new VerifyPageText(bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)), policy);
    }

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    // Whatever a checkout did to the line ends, the file is the same.
    private static string Piece(string name)
    {
        using var stream = typeof(VerifyPageFile).Assembly.GetManifestResourceStream($"verify-page/{name}") ?? throw new InvalidOperationException($"The piece {name} of the verify page is missing.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private sealed record VerifyPageText(byte[] Bytes, string Sha256, string Policy);
}
