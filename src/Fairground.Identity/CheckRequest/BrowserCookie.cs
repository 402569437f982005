using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity.CheckRequest;

/// <summary>The browser's cookie: HttpOnly, SameSite=Lax, Secure over https. Its token is renewed from the session row once it is an hour old.</summary>
internal sealed class BrowserCookie(SessionTokens tokens, TimeProvider time)
{
    public const string Name = "fg_session";

    private static readonly TimeSpan RenewAfter = TimeSpan.FromHours(1);

    /// <summary>Gives the browser its session.</summary>
    public void Write(HttpContext http, FairgroundUser user, Guid sessionId)
    {
        var token = new AccessToken(user.Id, sessionId, time.GetUtcNow(), user.DisplayName);
        http.Response.Cookies.Append(Name, tokens.Write(TokenKind.Browser, token), Options(http, Session.Life));
    }

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    /// <summary>What the cookie says, or null where it is no good or its session is over.</summary>
    public async Task<AccessToken?> Read(HttpContext http, string value)
    {
        var now = time.GetUtcNow();
        if (tokens.Read(TokenKind.Browser, value) is not { } token) return null;
        if (now - token.IssuedAt < RenewAfter) return token;
        return await Renew(http, token, now, http.RequestAborted);
    }

    private async Task<AccessToken?> Renew(HttpContext http, AccessToken token, DateTimeOffset now, CancellationToken ct)
    {
        var context = http.RequestServices.GetRequiredService<IdentityContext>();
        var found = await context.Sessions.Where(s => s.Id == token.SessionId)
            .Join(context.Users, s => s.UserId, u => u.Id, (session, user) => new { session, user })
            .AsNoTracking().FirstOrDefaultAsync(ct);
        if (found is null || !found.session.IsAlive(found.user, now))
        {
            Remove(http);
            return null;
        }
        var (expires, place) = (now + Session.Life, ClientAddress.Place(http.Connection.RemoteIpAddress));
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            await context.Sessions.Where(s => s.Id == token.SessionId && s.EndedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.UsedAt, now).SetProperty(s => s.ExpiresAt, expires).SetProperty(s => s.Place, place), ct);
            await transaction.CommitAsync(ct);
        }
        Write(http, found.user, token.SessionId);
        return token with { IssuedAt = now, Name = found.user.DisplayName };
    }

    private static CookieOptions Options(HttpContext http, TimeSpan? life) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        Path = "/",
        MaxAge = life,
    };
}
