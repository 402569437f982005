using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairground.Kernel.Files;

/// <summary>A paper of a shop or a lot: licence, rules, warranty.</summary>
/// <param name="Name">As whoever keeps it calls it; a download gets the ending of its kind.</param>
/// <param name="MediaType"><c>application/pdf</c> or a picture's.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ForEveryone">False where only the shop's people see it.</param>
/// <param name="Url">Where its content is.</param>
public sealed record DocumentView(Guid DocumentId, string Name, string MediaType, long Length, bool ForEveryone, DateTimeOffset CreatedAt, string Url);

/// <summary>What documents of shops and of lots have in common.</summary>
public static class Documents
{
    /// <summary>Most documents of one shop or one lot.</summary>
    public const int Most = 50;

    /// <summary>Bytes of the longest request: a document, and room for the form around it.</summary>
    public const long LongestRequest = (200L + 2) * 1024 * 1024;

    private const int LongestName = 120;

    private static readonly FormOptions Form = new() { MultipartBodyLengthLimit = LongestRequest, ValueCountLimit = 20, MultipartHeadersCountLimit = 16 };

    /// <summary>Reads the form, with room for a document. Large ones wait in a temporary file and not in memory.</summary>
    public static Task<IFormCollection> ReadForm(HttpRequest request, CancellationToken ct) => request.ReadFormAsync(Form, ct);

    /// <summary>
    /// Gives what was sent to <paramref name="take"/>: a form with <c>file</c>, <c>name</c> and <c>forEveryone</c>, or the bare content with the latter two in the query. Refuses with
    /// <c>file.empty</c>, <c>document.name_invalid</c>.
    /// </summary>
    public static async Task<Result<T>> Receive<T>(HttpRequest request, Func<string, bool, Stream, Task<Result<T>>> take, CancellationToken ct)
    {
        if (!request.HasFormContentType)
        {
            if (Name(request.Query["name"], "") is not { } given) return FileRefusals.DocumentNameInvalid;
            return await take(given, IsYes(request.Query["forEveryone"]), request.Body);
        }
        var form = await ReadForm(request, ct);
        if (form.Files.GetFile("file") is not { Length: > 0 } file) return FileRefusals.Empty;
        if (Name(form["name"], file.FileName) is not { } name) return FileRefusals.DocumentNameInvalid;
        await using var content = file.OpenReadStream();
        return await take(name, IsYes(form["forEveryone"]), content);
    }

    /// <summary>The name that was given, else the file's own without its folder and ending; null where neither can be one.</summary>
    public static string? Name(string? given, string fileName)
    {
        var name = given?.Trim() is { Length: > 0 } own ? own : Path.GetFileNameWithoutExtension(fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..]).Trim();
        return name.Length is > 0 and <= LongestName && !name.Any(char.IsControl) ? name : null;
    }

    /// <summary>The name of the download: the ending is that of the content, whatever the name says.</summary>
    public static string FileName(string name, string mediaType)
    {
        var ending = mediaType switch { MediaType.Pdf => ".pdf", "image/jpeg" => ".jpg", _ when MediaType.IsPicture(mediaType) => "." + mediaType["image/".Length..], _ => ".bin" };
        var safe = string.Concat(name.Select(c => c is '/' or '\\' or ':' or '"' || char.IsControl(c) ? '-' : c)).Trim('.', ' ');
        return safe.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? safe : (safe.Length > 0 ? safe : "document") + ending;
    }

    private static bool IsYes(string? text) => text?.ToLowerInvariant() is "1" or "true" or "on" or "yes";
}
