using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Fairground.Ui;

/// <summary>How a flash message sounds.</summary>
public enum FlashTone
{
    /// <summary>Something to know.</summary>
    Info,

    /// <summary>It worked.</summary>
    Good,

    /// <summary>It did not work.</summary>
    Alarm,
}

/// <summary>One message that survives one redirect.</summary>
public sealed record FlashMessage(FlashTone Tone, string Text);

/// <summary>
/// Carries a message over post–redirect–get in a cookie that is read once. The text is not secret and is HTML-encoded where it is
/// shown, so the cookie is encoded and not encrypted; put nothing in it that decides anything.
/// </summary>
public static class Flash
{
    private const string CookieName = "fg_flash";

    // A browser drops a cookie over 4,096 bytes; this many characters always fit, encoded.
    private const int LongestText = 600;

    private static readonly object ItemKey = new();

    /// <summary>Leaves a message for the next page. Call before the response starts. Longer texts are cut at 600 characters.</summary>
    public static void Set(HttpContext http, FlashTone tone, string text)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(text);
        var kept = text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…";
        var value = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{(int)tone}{kept}"));
        http.Response.Cookies.Append(CookieName, value, Cookie(http));
    }

    /// <summary>Shows a message on the page that answers this very request, without a redirect.</summary>
    public static void Now(HttpContext http, FlashTone tone, string text)
    {
        ArgumentNullException.ThrowIfNull(http);
        http.Items[ItemKey] = new FlashMessage(tone, text);
    }

    /// <summary>The message left for this page, or null. It is gone afterwards.</summary>
    public static FlashMessage? Take(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.Items.Remove(ItemKey, out var now) && now is FlashMessage shown) return shown;
        if (!http.Request.Cookies.TryGetValue(CookieName, out var value) || string.IsNullOrEmpty(value)) return null;
        // A page that has begun to leave cannot take its cookie back; it is then better shown twice than never.
        if (!http.Response.HasStarted) http.Response.Cookies.Delete(CookieName, Cookie(http));
        return Parse(value);
    }

    private static FlashMessage? Parse(string value)
    {
        if (!Base64Url.IsValid(value)) return null;
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(value));
        if (text.Length < 2) return null;
        var tone = text[0] switch { '1' => FlashTone.Good, '2' => FlashTone.Alarm, _ => FlashTone.Info };
        return new FlashMessage(tone, text[1..]);
    }

    private static CookieOptions Cookie(HttpContext http) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        Path = "/",
        MaxAge = TimeSpan.FromMinutes(2),
    };
}
