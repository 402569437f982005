using Fairground.Identity.AdministerPeople;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.EndSessions;
using Fairground.Identity.KeepAudit;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.ActAs;

/// <summary>The second cookie beside the operator's own: whom they act as, under the same seal, for a few minutes and for that one session only.</summary>
internal sealed class ActingCookie(SessionTokens tokens, TimeProvider time)
{
    public const string Name = "fg_acting";

    public static readonly TimeSpan Life = TimeSpan.FromMinutes(Acting.Minutes);

    public void Write(HttpContext http, FairgroundUser person, Guid operatorSession) =>
        http.Response.Cookies.Append(Name, tokens.Write(TokenKind.Acting, new AccessToken(person.Id, operatorSession, time.GetUtcNow(), person.DisplayName)), Options(http, Life));

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    /// <summary>Whom this session acts as; null where it does not, or no longer.</summary>
    public AccessToken? Read(HttpContext http, Guid operatorSession) =>
        http.Request.Cookies.TryGetValue(Name, out var value) && tokens.Read(TokenKind.Acting, value) is { } token && token.SessionId == operatorSession && time.GetUtcNow() - token.IssuedAt < Life ? token : null;

    private static CookieOptions Options(HttpContext http, TimeSpan? life) =>
        new() { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", MaxAge = life };
}

/// <summary>Lets an operator see the market as somebody does (C-37).</summary>
internal sealed class Acting(IdentityContext context, ActingCookie cookie, AuditBook audit, Looks looks)
{
    public const int Minutes = 15;

    /// <summary>Refuses with <c>people.reason_invalid</c>, <c>people.not_found</c>, <c>people.is_operator</c>, <c>people.blocked</c>; null where it has begun.</summary>
    public async Task<Refusal?> Begin(HttpContext http, Guid personId, string? reason, CancellationToken ct)
    {
        if (PersonDesk.Reason(reason) is not { } why) return AdministerRefusals.ReasonInvalid;
        var person = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == personId, ct);
        if (person is null) return AdministerRefusals.NotFound;
        if (person.IsOperator) return AdministerRefusals.IsOperator;
        if (person.Closed is { } closed) return closed;
        await audit.Record(new AuditEntry(http.User.UserId(), "person.act-as", $"{personId}", why, OnBehalfOf: personId), ct);
        await looks.Note(personId, http.User.UserId(), "acting", ct);
        cookie.Write(http, person, http.User.SessionId());
        return null;
    }
}

/// <summary>The strip on every page while an operator acts as somebody.</summary>
internal sealed class ActingNotice : INotice
{
    public (string Href, string Text)? Action => ("/acting", T["Stop acting"]);

    public string? Text(HttpContext http) => http.User.ActedBy() is null ? null : T["You are acting as {0}, for at most {1} minutes. What you change is recorded.", http.User.Identity?.Name, Acting.Minutes];
}

/// <summary>
/// Keeps an operator who acts as somebody from money and from the ways in: nothing about money, keys, contacts, passwords or organisations is changed, and no
/// other application is told that this is the person.
/// </summary>
internal sealed class ActingGate(RequestDelegate next)
{
    // Every change through the API, too: it is a page that is looked at, not a program that is run.
    private static readonly string[] Shut = ["/api", "/account", "/me", "/wallet", "/payments", "/lots", "/shop", "/office"];

    // Signing in to other applications begins with a mere look.
    private static readonly string[] ShutAltogether = ["/connect", "/sign-in/outside"];

    public async Task InvokeAsync(HttpContext http)
    {
        var looks = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (http.User.ActedBy() is null || !(Begins(http.Request.Path, ShutAltogether) || (!looks && Begins(http.Request.Path, Shut))))
        {
            await next(http);
            return;
        }
        await Problems.Of(CommonRefusals.Acting).ExecuteAsync(http);
    }

    private static bool Begins(PathString path, string[] with) => with.Any(s => path.StartsWithSegments(s, StringComparison.OrdinalIgnoreCase));
}
