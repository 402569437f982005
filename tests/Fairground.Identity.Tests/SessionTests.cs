using System.Net;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.ConfirmIdentity;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-01")]
public sealed class SessionTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_unknown_contact_is_answered_like_a_wrong_password(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("a@example.com");
        var wrong = (await host.SignsIn("a@example.com", "not the password")).IsRefused(401, "people.sign_in_failed");
        var unknown = (await host.SignsIn("b@example.com", "not the password")).IsRefused(401, "people.sign_in_failed");
        var nonsense = (await host.SignsIn("nonsense", "not the password")).IsRefused(401, "people.sign_in_failed");
        Assert.Equal(wrong.Body!.ToJsonString(), unknown.Body!.ToJsonString());
        Assert.Equal(wrong.Body.ToJsonString(), nonsense.Body!.ToJsonString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Five_wrong_passwords_lock_for_five_minutes_whether_the_contact_is_known_or_not(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("known@example.com");
        foreach (var contact in new[] { "known@example.com", "unknown@example.com" })
        {
            for (var i = 0; i < 5; i++) (await host.SignsIn(contact, "not the password")).IsRefused(401, "people.sign_in_failed");
            (await host.SignsIn(contact)).IsRefused(429, "people.locked_out");
        }
        host.Clock.Pass(TimeSpan.FromMinutes(5));
        (await host.SignsIn("known@example.com")).Is(HttpStatusCode.Created);
        (await host.SignsIn("unknown@example.com")).IsRefused(401, "people.sign_in_failed");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Passwords_guessed_all_at_once_are_counted(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("a@example.com");
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => host.SignsIn("a@example.com", "not the password")));
        Assert.Equal(5, answers.Count(a => a.Code == "people.sign_in_failed"));
        Assert.Equal(25, answers.Count(a => a.Code == "people.locked_out"));
        (await host.SignsIn("a@example.com")).IsRefused(429, "people.locked_out");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_right_password_clears_the_count(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await host.Registers("a@example.com");
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++) (await host.SignsIn("a@example.com", "not the password")).IsRefused(401, "people.sign_in_failed");
            (await host.SignsIn("a@example.com")).Is(HttpStatusCode.Created);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_refresh_token_works_once_and_its_reuse_ends_the_session(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var first = await host.Registers("a@example.com");
        var second = (await host.Post("sessions/refresh", new { refreshToken = first.Text("refreshToken") })).Is(HttpStatusCode.Created);
        (await host.Get("me", second.Text("accessToken"))).Is(HttpStatusCode.OK);
        (await host.Post("sessions/refresh", new { refreshToken = first.Text("refreshToken") })).IsRefused(401, "people.refresh_reused");
        (await host.Get("me", second.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        (await host.Post("sessions/refresh", new { refreshToken = second.Text("refreshToken") })).IsRefused(401, "people.refresh_invalid");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_one_refresh_token_used_many_times_at_once_one_wins(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var first = await host.Registers("a@example.com");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Post("sessions/refresh", new { refreshToken = first.Text("refreshToken") })));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_access_token_lives_twelve_hours_and_the_refresh_token_buys_the_next(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var session = await host.Registers("a@example.com");
        Assert.Equal(host.Clock.Now.AddHours(12), session.Body!["expiresAt"]!.GetValue<DateTimeOffset>());
        host.Clock.Pass(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        (await host.Get("me", session.Text("accessToken"))).Is(HttpStatusCode.OK);
        host.Clock.Pass(TimeSpan.FromSeconds(1));
        (await host.Get("me", session.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        var next = (await host.Post("sessions/refresh", new { refreshToken = session.Text("refreshToken") })).Is(HttpStatusCode.Created);
        (await host.Get("me", next.Text("accessToken"))).Is(HttpStatusCode.OK);
        host.Clock.Pass(TimeSpan.FromDays(30));
        (await host.Post("sessions/refresh", new { refreshToken = next.Text("refreshToken") })).IsRefused(401, "people.refresh_invalid");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Signing_out_ends_this_session_only(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var phone = await host.Registers("a@example.com");
        var desk = await host.SignsIn("a@example.com");
        (await host.Delete("sessions/current", phone.Text("accessToken"))).Is(HttpStatusCode.NoContent);
        (await host.Get("me", phone.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        var list = (await host.Get("me/sessions", desk.Text("accessToken"))).Is(HttpStatusCode.OK);
        Assert.True(Assert.Single(list.Body!["items"]!.AsArray())!["current"]!.GetValue<bool>());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Signing_out_everywhere_counts_at_once_here_and_soon_on_another_node(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await using var other = await host.StartNode();
        var phone = await host.Registers("a@example.com");
        var desk = await other.SignsIn("a@example.com");
        (await other.Get("me", phone.Text("accessToken"))).Is(HttpStatusCode.OK);
        (await host.Delete("me/sessions", desk.Text("accessToken"))).Is(HttpStatusCode.NoContent);
        foreach (var session in new[] { phone, desk })
        {
            (await host.Get("me", session.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
            (await host.Post("sessions/refresh", new { refreshToken = session.Text("refreshToken") })).IsRefused(401, "people.refresh_invalid");
        }
        await other.Services.GetRequiredService<EndedSessions>().Refresh(host.Clock.Now, CancellationToken.None);
        (await other.Get("me", phone.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        (await host.SignsIn("a@example.com")).Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_node_that_starts_knows_the_sessions_that_ended_before(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var session = await host.Registers("a@example.com");
        (await host.Delete("me/sessions", session.Text("accessToken"))).Is(HttpStatusCode.NoContent);
        host.Clock.Pass(TimeSpan.FromHours(11));
        await using var late = await host.StartNode();
        (await late.Get("me", session.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_person_sees_where_they_are_signed_in_and_ends_one_session(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var phone = await host.Registers("a@example.com");
        var desk = (await host.SignsIn("a@example.com")).Text("accessToken");
        var stranger = (await host.Registers("b@example.com")).Text("accessToken");
        var items = (await host.Get("me/sessions", desk)).Body!["items"]!.AsArray();
        Assert.Equal(["password", "registration"], items.Select(s => s!["method"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.All(items, s => Assert.Equal("127.0.0.*", s!["place"]!.GetValue<string>()));
        var other = items.Single(s => !s!["current"]!.GetValue<bool>())!["sessionId"]!.GetValue<string>();
        (await host.Delete($"me/sessions/{other}", stranger)).IsRefused(404, "people.session_not_found");
        (await host.Delete($"me/sessions/{other}", desk)).Is(HttpStatusCode.NoContent);
        (await host.Get("me", phone.Text("accessToken"))).IsRefused(401, "access.not_signed_in");
        (await host.Delete($"me/sessions/{other}", desk)).IsRefused(404, "people.session_not_found");
        (await host.Get("me", desk)).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null, "198.51.100.7", "127.0.0.*")]
    [InlineData("10.0.0.0/8", "198.51.100.7", "127.0.0.*")]
    [InlineData("127.0.0.1", "198.51.100.7", "198.51.100.*")]
    [InlineData("127.0.0.0/8, 203.0.113.1", "192.0.2.66, 198.51.100.7, 203.0.113.1", "198.51.100.*")]
    public async Task What_is_said_of_the_caller_s_address_is_believed_from_trusted_proxies_only(string? trusted, string said, string place)
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite, trusted is null ? [] : [(TrustedProxies.Setting, trusted)]);
        await host.Registers("a@example.com");
        var session = (await host.Send(HttpMethod.Post, "sessions", new { contact = "a@example.com", password = IdentityHost.Password }, forwardedFor: said)).Is(HttpStatusCode.Created);
        Assert.Equal(place, (await host.Get("me/sessions", session.Text("accessToken"))).Body!["items"]!.AsArray().Single(s => s!["current"]!.GetValue<bool>())!["place"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_proxy_that_is_no_address_is_named_at_the_start() =>
        Assert.Contains(TrustedProxies.Setting, (await Assert.ThrowsAsync<SettingException>(() => IdentityHost.Start(DatabaseKind.Sqlite, (TrustedProxies.Setting, "my-proxy")))).Message, StringComparison.Ordinal);

    [Fact]
    public void What_matters_is_open_for_ten_minutes_after_a_proof_and_not_while_it_is_held()
    {
        var now = new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
        string? Decide(DateTimeOffset? strongAt, DateTimeOffset? heldUntil) => RecentSignIn.Decide(strongAt, heldUntil, now)?.Code;
        Assert.Null(Decide(now, null));
        Assert.Null(Decide(now.AddMinutes(-10).AddSeconds(1), now));
        Assert.Equal("access.confirm_identity", Decide(now.AddMinutes(-10), null));
        Assert.Equal("access.confirm_identity", Decide(null, null));
        Assert.Equal("access.held", Decide(now, now.AddSeconds(1)));
    }

    [Fact]
    [Requirement("C-34")]
    public async Task A_person_changes_their_own_name()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        var session = await host.Registers("a@example.com");
        (await host.Send(HttpMethod.Patch, "me", new { displayName = "" }, session.Text("accessToken"))).IsRefused(422, "people.name_invalid");
        var renamed = (await host.Send(HttpMethod.Patch, "me", new { displayName = "Dana" }, session.Text("accessToken"))).Is(HttpStatusCode.OK);
        Assert.Equal("Dana", renamed.Text("displayName"));
    }

    [Fact]
    public async Task Without_a_session_the_api_says_so_and_a_page_leads_to_sign_in()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite);
        var api = (await host.Get("me")).IsRefused(401, "access.not_signed_in");
        Assert.Equal("Bearer", api.Headers.WwwAuthenticate.ToString());
        var page = (await host.Get("/a-page?x=1&y=/")).Is(HttpStatusCode.Redirect);
        Assert.Equal("/sign-in?returnUrl=%2Fa-page%3Fx%3D1%26y%3D%2F", page.Headers.Location!.ToString());
        var buyer = await host.Registers("a@example.com");
        (await host.Get("office", buyer.Text("accessToken"))).IsRefused(403, "access.forbidden");
        (await host.Get("/a-page", buyer.Text("accessToken"))).Is(HttpStatusCode.Forbidden);
    }
}
