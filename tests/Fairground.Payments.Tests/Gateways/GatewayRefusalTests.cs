using System.Net;
using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.KeepPersonalData;
using Fairground.Sandbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>What is refused about gateways and their notices, and settings that a server does not start with.</summary>
public sealed class GatewayRefusalTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task A_gateway_that_does_not_know_us_takes_nothing_and_nothing_is_lost_by_it(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe", ("FAIRGROUND_STRIPE_KEY", "sk_of_somebody_else"));
        using var buyer = new Buyer(till.Host);
        var refused = await till.Starts(buyer, 500);
        Assert.Equal((HttpStatusCode.BadGateway, "payment.gateway_refused"), (refused.Status, refused.Code));
        var other = await buyer.Posts("me/wallet/top-ups", """{"amount":{"amount":"500","currency":"KZT"},"gateway":"paypal"}""", "k");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "payment.gateway_not_offered"), (other.Status, other.Code));
        Assert.Equal(["epay", "stripe"], (await buyer.Gets("me/wallet/gateways")).Body.EnumerateArray().Select(g => g.GetProperty("gateway").GetString()));
        Assert.Equal(["stripe", "paypal"], (await buyer.Gets("me/wallet/gateways?currency=USD")).Body.EnumerateArray().Select(g => g.GetProperty("gateway").GetString()));
        Assert.Equal("payment.currency_unknown", (await buyer.Gets("me/wallet/gateways?currency=XXX")).Code);
        Assert.DoesNotContain(till.Host.Log.Kept, line => line.Contains("sk_of_somebody_else", StringComparison.Ordinal));
        await till.Host.AuditHolds();
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task A_genuine_notice_that_says_nothing_is_unreadable_and_one_about_something_else_is_parked(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        Assert.Equal(400, await till.Sandbox.Notices.Deliver(Signed(till, "[]")));
        Assert.Equal(400, await till.Sandbox.Notices.Deliver(Signed(till, "not json")));
        Assert.Equal(200, await till.Sandbox.Notices.Deliver(Signed(till, """{"id":"evt_1","type":"plan.created","data":{"object":{"object":"plan"}}}""")));
        Assert.Equal(200, await till.Sandbox.Notices.Deliver(Signed(till, """{"id":"evt_2","type":"charge.refunded","data":{"object":{"id":"ch_1","metadata":{"payment_id":"01a21d0d-b507-7000-a31b-6dc2196efb58"}}}}""")));
        await using var scope = till.Host.Services.CreateAsyncScope();
        Assert.All(scope.ServiceProvider.GetRequiredService<PaymentsContext>().Notices, n => Assert.Equal("parked", n.Outcome));
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Nobody_is_erased_or_joined_with_another_while_money_is_owed(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        var (_, play) = await till.Pays(buyer, 500);
        await till.Host.Services.GetRequiredService<GroupCommitter>().Submit<WalletMoved>(MoveWallet.Now(buyer.Id, Guid.CreateVersion7(), "KZT"));
        till.Sandbox.Till.Dispute(play, PlayDispute.Lost);
        await till.Sandbox.Notices.Quiet();
        await using var scope = till.Host.Services.CreateAsyncScope();
        var data = scope.ServiceProvider.GetServices<IPersonalData>().OfType<PaymentsData>().Single();
        Assert.Equal(["wallet.indebted"], (await data.HoldsBack([buyer.Id], Ct)).Select(r => r.Code));
        Assert.Equal(["wallet.indebted"], (await data.KeepsApart(buyer.Id, Guid.CreateVersion7(), Ct)).Select(r => r.Code));
    }

    [Theory]
    [InlineData("FAIRGROUND_STRIPE_WEBHOOK_SECRET", ""), InlineData("FAIRGROUND_STRIPE_URL", "http://stripe.example.com"), InlineData("FAIRGROUND_PAYPAL_WEBHOOK_ID", ""), InlineData("FAIRGROUND_EPAY_TERMINAL", "")]
    [InlineData("FAIRGROUND_REFUND_FEE_PERCENT", "21"), InlineData("FAIRGROUND_REFUND_FEE_PERCENT", "1.234"), InlineData("FAIRGROUND_REFUND_FEE_PERCENT", "-1")]
    public void A_setting_that_would_let_money_go_astray_keeps_the_server_from_starting(string name, string value)
    {
        var settings = SandboxServer.Settings(new Uri("http://127.0.0.1:1")).Where(s => s.Name != name).Append((Name: name, Value: value)).Select(s => KeyValuePair.Create(s.Name, (string?)s.Value));
        var error = Assert.Throws<Kernel.SettingException>(() => new PaymentsModule().AddServices(new ServiceCollection(), new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static PlayNotice Signed(TillHost till, string body) => new("stripe", "", "", new Uri(till.Host.Address, "/api/v1/gateways/stripe/notices"), body, () =>
    {
        var at = till.Host.Clock.GetUtcNow().ToUnixTimeSeconds();
        return [("Stripe-Signature", $"t={at},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Notices.StripeSecret), Encoding.UTF8.GetBytes($"{at}.{body}")))}")];
    });
}
