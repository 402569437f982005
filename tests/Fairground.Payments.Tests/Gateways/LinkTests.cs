using System.Net;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>A link that somebody without an account pays, on a device of their own.</summary>
[Requirement("D-07")]
public sealed class LinkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(GatewayTests.All), MemberType = typeof(GatewayTests))]
    public async Task Somebody_without_an_account_pays_into_the_owner_s_wallet_once(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var owner = new Buyer(till.Host);
        var made = await Makes(till, owner, 2_500, "key");
        var again = await Makes(till, owner, 2_500, "key");
        Assert.Equal((HttpStatusCode.Created, true, made.Body.GetRawText()), (made.Status, again.Replayed, again.Body.GetRawText()));
        var token = made.Body.GetProperty("url").GetString()!.Split('/')[^1];
        using var nobody = till.Host.Anonymous();

        var shown = await Answer.Of(await nobody.GetAsync(new Uri($"/api/v1/payment-links/{token}", UriKind.Relative), Ct));
        Assert.Equal(("open", "2500"), (shown.Body.GetProperty("state").GetString(), shown.Body.GetProperty("amount").GetProperty("amount").GetString()));
        Assert.DoesNotContain(owner.Id.ToString(), shown.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(gateway, shown.Body.GetProperty("gateways").EnumerateArray().Select(g => g.GetString()));
        var (first, second) = (await Pays(nobody, token, gateway), await Pays(nobody, token, gateway));
        Assert.Equal((HttpStatusCode.Created, first.Body.GetRawText()), (first.Status, second.Body.GetRawText()));
        var payment = first.Body.GetProperty("paymentId").GetGuid();

        if (gateway == "epay") await till.OpensEpay(nobody, $"/pay/epay/{payment}?link={token}");
        var play = await till.PlayOf(payment);
        var back = await till.OnPage(play, "pay", TillHost.GoodCard);
        Assert.Equal($"/pay/link/{token}", back!.AbsolutePath);
        await till.Sandbox.Notices.Quiet();
        using var thanks = await nobody.GetAsync(back, Ct);
        Assert.Contains("This has been paid", await thanks.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal((2_500, 0), await till.Wallet(owner));
        Assert.Equal("payment_link.paid", (await Pays(nobody, token, gateway)).Code);
        var mine = Assert.Single((await owner.Gets("me/wallet/payment-links")).Body.EnumerateArray());
        Assert.Equal("paid", mine.GetProperty("state").GetString());
        await till.Host.AuditHolds();
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task A_link_is_for_a_week_and_for_whoever_has_all_of_it(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var owner = new Buyer(till.Host);
        using var other = new Buyer(till.Host);
        var token = (await Makes(till, owner, 100, "a")).Body.GetProperty("url").GetString()!.Split('/')[^1];
        using var nobody = till.Host.Anonymous();
        foreach (var wrong in new[] { token[..^1] + (token[^1] == '0' ? '1' : '0'), token[..32], "x", Guid.CreateVersion7().ToString("N") + token[32..] })
        {
            Assert.Equal("payment_link.not_found", (await Pays(nobody, wrong, "stripe")).Code);
            Assert.Equal("payment_link.not_found", (await Answer.Of(await nobody.GetAsync(new Uri($"/api/v1/payment-links/{wrong}", UriKind.Relative), Ct))).Code);
            Assert.Equal(HttpStatusCode.NotFound, (await nobody.GetAsync(new Uri($"/pay/link/{wrong}", UriKind.Relative), Ct)).StatusCode);
        }
        Assert.Empty((await other.Gets("me/wallet/payment-links")).Body.EnumerateArray());
        Assert.Equal("payment.amount_out_of_range", (await Makes(till, owner, 0, "b")).Code);
        // No company here takes this currency; and play money can only be played with by its owner.
        Assert.Equal("payment.gateway_not_offered", (await owner.Posts("me/wallet/payment-links", """{"amount":{"amount":"100","currency":"ISK"}}""", "c")).Code);
        Assert.Equal("payment.gateway_not_offered", (await Pays(nobody, token, "paypal")).Code);
        till.Host.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal("payment_link.expired", (await Pays(nobody, token, "stripe")).Code);
        await till.Host.AuditHolds();
    }

    private static Task<Answer> Makes(TillHost till, Buyer owner, long minor, string key) => owner.Posts("me/wallet/payment-links", $$$"""{"amount":{"amount":"{{{minor}}}","currency":"{{{till.Currency}}}"}}""", key);

    private static async Task<Answer> Pays(HttpClient nobody, string token, string gateway) => await Answer.Of(await nobody.PostAsync(
        new Uri($"/api/v1/payment-links/{token}/payments", UriKind.Relative), new StringContent($$"""{"gateway":"{{gateway}}"}""", System.Text.Encoding.UTF8, "application/json"), Ct));
}
