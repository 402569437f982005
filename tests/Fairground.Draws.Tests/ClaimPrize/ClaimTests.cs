using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Draws.Tests.ClaimPrize;

/// <summary>The code of a winner and its redemption at the counter.</summary>
public sealed class ClaimTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-29"), Requirement("C-30"), Requirement("C-31")]
    public async Task A_prize_is_handed_over_once_and_who_where_and_when_are_kept(DatabaseKind kind)
    {
        await using var host = await (await ClaimHost.Start(kind)).WithLot();
        var code = await Code(host);
        Assert.Equal("Tulpar, Abay 10, Almaty", code.GetProperty("collectAt").GetString());
        Assert.Equal(host.Time.GetUtcNow().AddMinutes(5), code.GetProperty("expiresAt").GetDateTimeOffset());

        var first = await Redeem(host, ClaimHost.Staff, Token(code));
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(host.WinId, first.Body.GetProperty("winId").GetGuid());
        Assert.Equal("Kettle", first.Body.GetProperty("title").GetString());
        Assert.Equal("4KQ7M2XW9PAB", first.Body.GetProperty("number").GetString());
        Assert.Equal("Aigerim", first.Body.GetProperty("winner").GetString());
        var win = await host.Stored();
        Assert.Equal((WinState.Claimed, ClaimHost.Staff, "Tulpar, Abay 10, Almaty", host.Time.GetUtcNow()), (win.State, win.EndedBy, win.EndedWhere, win.EndedAt));

        var second = await Redeem(host, ClaimHost.Staff, Token(code));
        Refused(second, HttpStatusCode.Conflict, "claim.already_redeemed");
        Assert.Equal("Dana", second.Body.GetProperty("redeemedBy").GetString());
        Assert.Equal(host.Time.GetUtcNow(), second.Body.GetProperty("redeemedAt").GetDateTimeOffset());
        Refused(await Ask(host, ClaimHost.Winner), HttpStatusCode.Conflict, "claim.already_redeemed");
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-31")]
    public async Task Of_fifty_scans_at_once_exactly_one_hands_over(DatabaseKind kind)
    {
        await using var host = await (await ClaimHost.Start(kind)).WithLot();
        var token = Token(await Code(host));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Redeem(host, ClaimHost.Staff, token)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Refused(a, HttpStatusCode.Conflict, "claim.already_redeemed"));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_code_ends_after_five_minutes_and_a_fresh_one_works(DatabaseKind kind)
    {
        await using var host = await (await ClaimHost.Start(kind)).WithLot();
        var token = Token(await Code(host));
        host.Time.Advance(TimeSpan.FromMinutes(5));
        Refused(await Redeem(host, ClaimHost.Staff, token), HttpStatusCode.Conflict, "claim.token_expired");
        Assert.Equal(HttpStatusCode.OK, (await Redeem(host, ClaimHost.Staff, Token(await Code(host)))).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-29")]
    public async Task Only_the_winner_gets_a_code(DatabaseKind kind)
    {
        await using var host = await (await ClaimHost.Start(kind)).WithLot();
        foreach (var other in new[] { ClaimHost.Reserve, ClaimHost.Staff }) Refused(await Ask(host, other), HttpStatusCode.NotFound, "win.not_found");
        using var reserve = host.As(ClaimHost.Reserve);
        Refused(await Read(await reserve.GetAsync($"/api/v1/me/wins/{host.ReserveWinId}/claim-code", Ct)), HttpStatusCode.NotFound, "win.not_found");
        using var @operator = host.As(ClaimHost.StaffElsewhere, isOperator: true);
        Refused(await Read(await @operator.GetAsync($"/api/v1/me/wins/{host.WinId}/claim-code", Ct)), HttpStatusCode.NotFound, "win.not_found");
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Before_the_draw_there_is_no_code(DatabaseKind kind)
    {
        await using var host = await (await ClaimHost.Start(kind)).WithLot(drawn: false);
        Refused(await Ask(host, ClaimHost.Winner), HttpStatusCode.NotFound, "win.not_found");
        // Even a code with a right seal is none where nothing was drawn.
        var token = host.Services.GetRequiredService<ClaimToken>().Write(host.WinId, ClaimHost.Winner, host.Time.GetUtcNow().AddMinutes(5));
        Refused(await Redeem(host, ClaimHost.Staff, token), HttpStatusCode.UnprocessableEntity, "claim.token_invalid");
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-31")]
    public async Task Nobody_but_the_staff_of_the_shop_and_an_operator_redeems(DatabaseKind kind)
    {
        await using var host = await (await ClaimHost.Start(kind)).WithLot();
        var token = Token(await Code(host));
        foreach (var other in new[] { ClaimHost.StaffElsewhere, ClaimHost.Winner, ClaimHost.Reserve })
            Refused(await Redeem(host, other, token), HttpStatusCode.Forbidden, "access.forbidden");
        Refused(await Redeem(host, ClaimHost.Winner, "nonsense"), HttpStatusCode.Forbidden, "access.forbidden");
        using var nobody = new HttpClient { BaseAddress = host.As(ClaimHost.Staff).BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsJsonAsync("/api/v1/claims", new { token }, Ct)).StatusCode);
        Assert.Equal(WinState.Drawn, (await host.Stored()).State);
        using var @operator = host.As(ClaimHost.StaffElsewhere, isOperator: true);
        Assert.Equal(HttpStatusCode.OK, (await @operator.PostAsJsonAsync("/api/v1/claims", new { token }, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_code_with_any_character_changed_is_refused()
    {
        await using var host = await (await ClaimHost.Start(DatabaseKind.Sqlite)).WithLot();
        var token = Token(await Code(host));
        for (var i = 0; i < token.Length; i++)
        {
            var other = token[i] == 'Z' ? 'Y' : 'Z';
            Refused(await Redeem(host, ClaimHost.Staff, token[..i] + other + token[(i + 1)..]), HttpStatusCode.UnprocessableEntity, "claim.token_invalid");
        }
        foreach (var wrong in new[] { "", " ", token[..^1], token + "0", "https://example.com", token + token, new string('0', token.Length), null })
            Refused(await Redeem(host, ClaimHost.Staff, wrong), HttpStatusCode.UnprocessableEntity, "claim.token_invalid");
        Assert.Equal(WinState.Drawn, (await host.Stored()).State);
    }

    [Fact]
    public async Task A_code_typed_in_small_letters_with_spaces_works()
    {
        await using var host = await (await ClaimHost.Start(DatabaseKind.Sqlite)).WithLot();
        var token = Token(await Code(host));
        Assert.InRange(token.Length, 1, 60);
        var typed = ClaimToken.Grouped(token).Replace('0', 'o').ToLowerInvariant().Replace('1', 'l');
        Assert.Equal(HttpStatusCode.OK, (await Redeem(host, ClaimHost.Staff, $"  {typed} ")).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task After_the_deadline_nothing_is_handed_over(DatabaseKind kind)
    {
        await using var host = await (await ClaimHost.Start(kind)).WithLot();
        await host.WithEveryMessageSent();
        host.Time.Advance(TimeSpan.FromDays(14) - TimeSpan.FromMinutes(1));
        var token = Token(await Code(host));
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Refused(await Redeem(host, ClaimHost.Staff, token), HttpStatusCode.Conflict, "claim.too_late");
        Refused(await Ask(host, ClaimHost.Winner), HttpStatusCode.Conflict, "claim.too_late");
    }

    [Fact]
    public async Task A_prize_in_cash_has_nothing_to_hand_over()
    {
        await using var host = await (await ClaimHost.Start(DatabaseKind.Sqlite)).WithLot(cash: true);
        Refused(await Ask(host, ClaimHost.Winner), HttpStatusCode.Conflict, "claim.paid_in_cash");
        var token = host.Services.GetRequiredService<ClaimToken>().Write(host.WinId, ClaimHost.Winner, host.Time.GetUtcNow().AddMinutes(5));
        Refused(await Redeem(host, ClaimHost.Staff, token), HttpStatusCode.Conflict, "claim.paid_in_cash");
    }

    [Theory]
    [InlineData((int)WinState.Candidate, "claim.not_paid")]
    [InlineData((int)WinState.NotDelivered, "claim.paid_back")]
    public async Task What_is_not_paid_for_or_was_paid_back_is_not_handed_over(int state, string code)
    {
        await using var host = await (await ClaimHost.Start(DatabaseKind.Sqlite)).WithLot();
        var token = Token(await Code(host));
        await host.WithWinAs((WinState)state);
        Refused(await Redeem(host, ClaimHost.Staff, token), HttpStatusCode.Conflict, code);
        Refused(await Ask(host, ClaimHost.Winner), HttpStatusCode.Conflict, code);
        Assert.Equal((WinState)state, (await host.Stored()).State);
    }

    [Fact]
    [Requirement("C-29")]
    public async Task The_code_comes_as_a_picture_to_those_who_ask_for_one()
    {
        await using var host = await (await ClaimHost.Start(DatabaseKind.Sqlite)).WithLot();
        using var winner = host.As(ClaimHost.Winner);
        winner.DefaultRequestHeaders.Add("Accept", "image/png");
        using var answer = await winner.GetAsync($"/api/v1/me/wins/{host.WinId}/claim-code", Ct);
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await answer.Content.ReadAsByteArrayAsync(Ct))[..4]);
        using var reserve = host.As(ClaimHost.Reserve);
        Assert.Equal(HttpStatusCode.NotFound, (await reserve.GetAsync($"/me/wins/{host.WinId}/code.png", Ct)).StatusCode);
    }

    private static async Task<JsonElement> Code(ClaimHost host)
    {
        var answer = await Ask(host, ClaimHost.Winner);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body;
    }

    private static string Token(JsonElement code) => code.GetProperty("token").GetString()!;

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Ask(ClaimHost host, Guid user)
    {
        using var client = host.As(user);
        return await Read(await client.GetAsync($"/api/v1/me/wins/{host.WinId}/claim-code", Ct));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Redeem(ClaimHost host, Guid user, string? token)
    {
        using var client = host.As(user);
        return await Read(await client.PostAsJsonAsync("/api/v1/claims", new { token }, Ct));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Read(HttpResponseMessage answer)
    {
        using (answer) return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Ct));
    }

    private static void Refused((HttpStatusCode Status, JsonElement Body) answer, HttpStatusCode status, string code) =>
        Assert.Equal((status, code), (answer.Status, answer.Body.GetProperty("code").GetString()));
}
