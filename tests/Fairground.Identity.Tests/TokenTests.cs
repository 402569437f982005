using System.Net;
using Fairground.Identity.CheckRequest;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

public sealed class TokenTests
{
    private const string Base64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    [Fact]
    public async Task A_token_with_any_bit_changed_is_refused()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        var tokens = host.Services.GetRequiredService<SessionTokens>();
        foreach (var name in new[] { "", "A", "Ai", "Aig", "Айгуль", new string('名', 80) })
        {
            var access = tokens.Write(TokenKind.Access, new AccessToken(Ids.New(), Ids.New(), host.Clock.Now, name));
            Assert.NotNull(tokens.Read(TokenKind.Access, access));
            foreach (var changed in Changed(access)) Assert.Null(tokens.Read(TokenKind.Access, changed));
        }
        var refresh = tokens.Write(new RefreshToken(Ids.New(), 7));
        Assert.NotNull(tokens.ReadRefresh(refresh));
        foreach (var changed in Changed(refresh)) Assert.Null(tokens.ReadRefresh(changed));
    }

    [Fact]
    public async Task A_token_says_what_was_written()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        var tokens = host.Services.GetRequiredService<SessionTokens>();
        var token = new AccessToken(Ids.New(), Ids.New(), host.Clock.Now, "Айгуль");
        Assert.Equal(token, tokens.Read(TokenKind.Browser, tokens.Write(TokenKind.Browser, token)));
        var refresh = new RefreshToken(Ids.New(), 7);
        Assert.Equal(refresh, tokens.ReadRefresh(tokens.Write(refresh)));
    }

    [Fact]
    public async Task One_kind_of_token_is_not_taken_for_another()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        var session = await host.Registers("a@example.com");
        var tokens = host.Services.GetRequiredService<SessionTokens>();
        var browser = tokens.Write(TokenKind.Browser, new AccessToken(Guid.Parse(session.Text("userId")), Ids.New(), host.Clock.Now, "A"));
        (await host.Get("me", browser)).IsRefused(401, "access.not_signed_in");
        (await host.Get("me", session.Text("refreshToken"))).IsRefused(401, "access.not_signed_in");
        (await host.Post("sessions/refresh", new { refreshToken = session.Text("accessToken") })).IsRefused(401, "people.refresh_invalid");
        (await host.Send(HttpMethod.Get, "me", null, null, $"fg_session={session.Text("accessToken")}")).IsRefused(401, "access.not_signed_in");
        (await host.Send(HttpMethod.Get, "me", null, null, $"fg_session={browser}")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_cookie_is_renewed_from_its_session_and_ends_with_it()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        var session = await host.Registers("a@example.com");
        var tokens = host.Services.GetRequiredService<SessionTokens>();
        var sessionId = tokens.Read(TokenKind.Access, session.Text("accessToken"))!.SessionId;
        var cookie = "fg_session=" + tokens.Write(TokenKind.Browser, new AccessToken(Guid.Parse(session.Text("userId")), sessionId, host.Clock.Now, "A"));
        Assert.False((await host.Send(HttpMethod.Get, "me", null, null, cookie)).Headers.Contains("Set-Cookie"));
        host.Clock.Pass(TimeSpan.FromDays(3));
        var renewed = (await host.Send(HttpMethod.Get, "me", null, null, cookie)).Is(HttpStatusCode.OK).Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", renewed, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", renewed, StringComparison.OrdinalIgnoreCase);
        var next = renewed.Split(';')[0];
        Assert.NotEqual(cookie, next);
        (await host.Send(HttpMethod.Delete, "sessions/current", null, null, next)).Is(HttpStatusCode.NoContent);
        (await host.Send(HttpMethod.Get, "me", null, null, next)).IsRefused(401, "access.not_signed_in");
        (await host.Send(HttpMethod.Get, "me", null, null, cookie)).IsRefused(401, "access.not_signed_in");
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64 at all, and long enough to be one thing or another")]
    public async Task Nonsense_is_no_token(string text)
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        var tokens = host.Services.GetRequiredService<SessionTokens>();
        Assert.Null(tokens.Read(TokenKind.Access, text));
        Assert.Null(tokens.ReadRefresh(text));
        Assert.Null(tokens.Read(TokenKind.Access, new string('A', 10_000)));
    }

    private static IEnumerable<string> Changed(string token)
    {
        for (var i = 0; i < token.Length; i++)
        {
            var value = Base64Url.IndexOf(token[i], StringComparison.Ordinal);
            for (var bit = 0; bit < 6; bit++) yield return token[..i] + Base64Url[value ^ (1 << bit)] + token[(i + 1)..];
        }
        yield return token + " ";
        yield return token[..^4];
        yield return token + "AAAA";
        yield return token + "=";
        yield return token[..4] + " \n\t " + token[4..];
    }
}
