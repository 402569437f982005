using System.Buffers.Text;
using System.Text;

namespace Fairground.Kernel.Http;

/// <summary>A page of a list, with an opaque cursor to the next one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Opaque cursors: base64url of the last row's sort key.</summary>
public static class Cursor
{
    public static string Write(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <summary>The key inside, null for no cursor, or a refusal <c>request.cursor_invalid</c>.</summary>
    public static Result<string?> Read(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor)) return Result<string?>.Accepted(null);
        try
        {
            return Result<string?>.Accepted(new UTF8Encoding(false, true).GetString(Base64Url.DecodeFromChars(cursor)));
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            return CommonRefusals.CursorInvalid;
        }
    }
}
