using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;

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

    // Marks the words of this page in the files of translators.
    private static readonly string Context = PoFile.KeyIn("verify", "");

    // The letters of every language as they are; only what would end a script is written otherwise.
    private static readonly JsonSerializerOptions Plainly = new() { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) };

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
        // The file is the same for every reader, so the address says the language to a reader whose choice the file cannot know.
        if (Language.Current is var language && language != Language.English && !http.Request.Query.ContainsKey("language"))
            return TypedResults.LocalRedirect($"~/verify{http.Request.QueryString.Add("language", language.Code)}");
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
        var (page, style) = ($"{Translations()}\n{Piece("words.js")}\n{Piece("sentences.js")}\n{Piece("page.js")}", Piece("page.css"));
        var policy = $"default-src 'none'; script-src {Hash(curves)} {Hash(engine)} {Hash(page)}; style-src {Hash(style)}; worker-src blob:; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";
        var html = new StringBuilder(Piece("page.html"))
            .Replace("{{policy}}", policy).Replace("{{style}}", style).Replace("{{curves}}", curves).Replace("{{engine}}", engine).Replace("{{page}}", page);
        var bytes = Encoding.UTF8.GetBytes(html.ToString());
        return new VerifyPageText(bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)), policy);
    }

    // The words of the page in every language, from the files of translators; the same on every server, because the file must be.
    private static string Translations() => $"const TRANSLATIONS = {JsonSerializer.Serialize(Language.All.Where(language => language != Language.English).ToDictionary(language => language.Code, Translated), Plainly)};";

    private static Dictionary<string, string> Translated(Language language) => Words.Of(typeof(VerifyPageFile).Assembly, language)
        .Where(entry => entry.Key.StartsWith(Context, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[Context.Length..], entry => entry.Forms[0]);

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
