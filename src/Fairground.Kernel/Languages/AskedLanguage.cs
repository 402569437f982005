using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Configuration;

namespace Fairground.Kernel.Languages;

/// <summary>The language that a request asks for by itself, whoever sends it.</summary>
public static class AskedLanguage
{
    /// <summary>The market's own language, spoken to whoever asks for none of ours.</summary>
    public const string Setting = "FAIRGROUND_LANGUAGE";

    /// <summary>The cookie that keeps a choice on this browser.</summary>
    public const string CookieName = "fg_language";

    /// <summary>By an address that names it, the browser's cookie, or Accept-Language; null where it asks for none of ours.</summary>
    public static Language? Of(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Language.Find(request.Query["language"]) ?? Language.Find(request.Cookies[CookieName]) ?? Accepted(request);
    }

    /// <summary>The market's language; English where nothing is set. Throws <see cref="SettingException"/>.</summary>
    public static Language OfMarket(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration[Setting] is not { Length: > 0 } code) return Language.English;
        return Language.Find(code) ?? throw new SettingException($"{Setting} cannot be used: it is one of {string.Join(", ", Language.All.Select(language => language.Code))}.");
    }

    /// <summary>What is written from here on is for whoever sent the request: for answers outside of the part of the pipeline that knows the reader.</summary>
    public static void Speak(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        CultureInfo.CurrentUICulture = http.Features.Get<IRequestCultureFeature>()?.RequestCulture.UICulture ?? (Of(http.Request) ?? Language.English).Culture;
    }

    // Of two that are wanted as much, the first. "*" wants anything, and so nothing of its own.
    private static Language? Accepted(HttpRequest request)
    {
        var (best, most) = ((Language?)null, 0d);
        foreach (var wanted in request.GetTypedHeaders().AcceptLanguage)
        {
            var wish = wanted.Quality ?? 1;
            if (wish > most && Language.Closest(wanted.Value.Value) is { } language) (best, most) = (language, wish);
        }
        return best;
    }
}
