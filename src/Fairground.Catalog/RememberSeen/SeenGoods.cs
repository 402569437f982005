using System.Buffers.Text;
using Microsoft.AspNetCore.Http;

namespace Fairground.Catalog.RememberSeen;

/// <summary>The goods somebody looked at last (D-26), in a cookie of their browser: the server keeps nothing of it.</summary>
internal static class SeenGoods
{
    private const string Cookie = "fairground.seen";
    private const int Most = 8;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Last seen first; what the browser sends and cannot be read is left out.</summary>
    public static IReadOnlyList<Guid> Read(HttpContext http)
    {
        var seen = new List<Guid>();
        Span<byte> bytes = stackalloc byte[16];
        foreach (var text in (http.Request.Cookies[Cookie] ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries).Take(Most))
        {
            if (text.Length == 22 && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var count) && count == 16) seen.Add(new Guid(bytes, bigEndian: true));
        }
        return seen;
    }

    /// <summary>Puts goods in front.</summary>
    public static void Add(HttpContext http, Guid product)
    {
        var seen = Read(http).Where(id => id != product).Prepend(product).Take(Most);
        http.Response.Cookies.Append(Cookie, string.Join('.', seen.Select(id => Base64Url.EncodeToString(id.ToByteArray(true)))), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = Kept, Path = "/", IsEssential = false,
        });
    }
}
