using System.Globalization;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Fairground.Identity.ChooseLanguage;

/// <summary>
/// Knows the language of whoever reads the answer. On pages: the person's stored choice, else what the browser asks for, else the market's. For the API: what the
/// request asks for, else English; what it answers is the same in all languages but for the sentences of refusals.
/// </summary>
internal sealed class ReadersLanguage(PeopleBook people, IConfiguration configuration) : RequestCultureProvider
{
    private readonly Language market = AskedLanguage.OfMarket(configuration);

    public override async Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
    {
        var asked = AskedLanguage.Of(httpContext.Request);
        var language = httpContext.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            ? asked ?? Language.English
            : await Chosen(httpContext) ?? asked ?? market;
        return new ProviderCultureResult(CultureInfo.InvariantCulture.Name, language.Code);
    }

    // What an address names is for this one look, whatever was chosen for all.
    private async Task<Language?> Chosen(HttpContext http)
    {
        if (http.Request.Query.ContainsKey("language") || http.User.IsProgram() || http.User.TryUserId() is not { } userId) return null;
        return Language.Find((await people.Find(userId, http.RequestAborted))?.Language);
    }
}

/// <summary>The framework's localisation, with one source for the words and none for the formats: those stay invariant, because they are parsed, too.</summary>
internal sealed class LocalizationSettings(ReadersLanguage reader) : IConfigureOptions<RequestLocalizationOptions>
{
    public void Configure(RequestLocalizationOptions options)
    {
        options.DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, Language.English.Culture);
        options.SupportedCultures = [CultureInfo.InvariantCulture];
        options.SupportedUICultures = [.. Language.All.Select(language => language.Culture)];
        options.RequestCultureProviders = [reader];
    }
}

/// <summary>Says in which language a page or a refusal is, and on what that hangs, so that no cache gives it to a reader of another.</summary>
internal sealed class LanguageHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        http.Response.OnStarting(Complete, http);
        return next(http);
    }

    private static Task Complete(object state)
    {
        var http = (HttpContext)state;
        var type = http.Response.ContentType ?? "";
        var page = type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase);
        if (!page && !type.StartsWith("application/problem+json", StringComparison.OrdinalIgnoreCase)) return Task.CompletedTask;
        var culture = http.Features.Get<IRequestCultureFeature>()?.RequestCulture.UICulture;
        if (culture is not null) http.Response.Headers.ContentLanguage = culture.Name;
        http.Response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptLanguage, HeaderNames.Cookie);
        return Task.CompletedTask;
    }
}
