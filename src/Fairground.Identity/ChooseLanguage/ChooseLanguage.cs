using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Fairground.Ui;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.ChooseLanguage;

/// <summary>Keeps the language that somebody chose: on the browser, and with the person who is signed in.</summary>
internal sealed class ChosenLanguages(IdentityContext context, PeopleBook people)
{
    /// <summary>Keeps it with the person, for pages on every device and for messages.</summary>
    public async Task Keep(Guid userId, Language language, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.Language, language.Code), ct);
        await transaction.CommitAsync(ct);
        people.Forget(userId);
    }
}

/// <summary>The switch at the foot of every page and on the account's: plain buttons, which work with scripts off.</summary>
internal static class LanguageEndpoints
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    // Without a form's token, because a token would give every visitor a cookie and no page could be kept by a cache; nothing hangs on it but the words,
    // and what another site sends is refused before it comes here.
    public static void MapRoot(IEndpointRouteBuilder root) => root.MapPost("/language", Choose).WithAccess(Access.Public).DisableAntiforgery().ExcludeFromDescription();

    private static async Task<IResult> Choose(HttpContext http, ChosenLanguages chosen, CancellationToken ct)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(ct) : FormCollection.Empty;
        if (Language.Find(form["language"]) is not { } language) return Problems.Of(PeopleRefusals.LanguageUnknown);
        // An operator who acts as somebody chooses for the browser alone.
        if (http.User.TryUserId() is { } userId && !http.User.IsProgram() && http.User.ActedBy() is null) await chosen.Keep(userId, language, ct);
        http.Response.Cookies.Append(AskedLanguage.CookieName, language.Code, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            Path = "/",
            MaxAge = Kept,
        });
        return TypedResults.LocalRedirect(LocalAddress.OrAlsoSignIn(form["back"], "/"));
    }
}
