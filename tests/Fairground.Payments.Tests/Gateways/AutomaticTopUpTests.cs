using System.Net;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Payments.Tests.Payouts;
using Fairground.Payments.TopUpByItself;
using Fairground.Sandbox;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Fairground.Payments.Tests.Gateways.TopUpSteps;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>A wallet that tops itself up from a way of paying that a company keeps, both over HTTP.</summary>
public sealed class AutomaticTopUpTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind, string> Cases { get; } = new() { { DatabaseKind.Sqlite, "stripe" }, { DatabaseKind.Sqlite, "paypal" }, { DatabaseKind.Sqlite, "epay" }, { DatabaseKind.Postgres, "stripe" }, { DatabaseKind.Postgres, "paypal" }, { DatabaseKind.Postgres, "epay" } };

    [Theory, MemberData(nameof(Cases))]
    [Requirement("C-14")]
    public async Task A_wallet_that_falls_below_is_topped_up_once_each_time_and_never_beyond_the_month_s_sum(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var method = await Keeps(till, buyer, TillHost.GoodCard);
        Assert.Equal(gateway switch { "stripe" => "Visa •••• 4242", "epay" => "•••• 4242", _ => "PayPal" }, method.GetProperty("label").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await TurnsOn(till, buyer, method, 500, 1_000, 2_000)).Status);

        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        await Spends(till, buyer, 800);
        await Runs(till);
        Assert.Equal((1_200, 0), await till.Wallet(buyer));
        await Spends(till, buyer, 1_200);
        await Runs(till);
        // 2,000 were taken this month.
        Assert.Equal((0, 0), await till.Wallet(buyer));
        var told = till.Host.Services.GetRequiredService<Outside>().Told("payments.auto_top_up_done");
        Assert.Equal(2, told.Count);
        till.Host.Clock.Advance(TimeSpan.FromDays(31));
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();

        Assert.Equal(HttpStatusCode.NoContent, (await Send(buyer, HttpMethod.Delete, $"me/wallet/saved-methods/{method.GetProperty("methodId").GetString()}", null)).Status);
        Assert.True(Assert.Single(till.Sandbox.Till.Methods).IsForgotten);
        Assert.False((await buyer.Gets("me/wallet/automatic-top-ups")).Body.GetProperty("items")[0].GetProperty("isOn").GetBoolean());
    }

    [Theory, MemberData(nameof(Cases))]
    [Requirement("C-14")]
    public async Task The_answer_to_a_charge_may_be_lost_and_the_server_may_die_the_person_is_charged_once(DatabaseKind kind, string gateway)
    {
        await using var wallet = await SelfTopping.Start(kind, gateway);
        var (till, buyer) = wallet;
        await wallet.RunsUnanswered();
        await till.Restart();
        using var again = new Buyer(till.Host, id: buyer.Id);
        await IsAskedAgain(till);
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(again));
        Assert.Single(till.Sandbox.Till.Plays, p => p.State == PlayState.Paid);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task After_three_charges_that_are_declined_it_is_off_and_each_was_told(DatabaseKind kind, string gateway)
    {
        await using var wallet = await SelfTopping.Start(kind, gateway, TillHost.DeclinedCard);
        var (till, buyer) = wallet;
        for (var i = 1; i <= 4; i++)
        {
            await Runs(till);
            till.Host.Clock.Advance(TimeSpan.FromHours(7));
        }
        var setting = (await buyer.Gets("me/wallet/automatic-top-ups")).Body.GetProperty("items")[0];
        Assert.Equal((false, "declined"), (setting.GetProperty("isOn").GetBoolean(), setting.GetProperty("offBy").GetString()));
        Assert.Equal((0, 0), await till.Wallet(buyer));
        Assert.Equal(3, wallet.Told("payments.auto_top_up_failed").Count);
        await till.Host.AuditHolds();
    }

    [Fact]
    public async Task Turning_it_on_needs_a_recent_sign_in_a_kept_way_of_paying_and_sums_that_make_sense()
    {
        await using var till = await TillHost.Start(DatabaseKind.Sqlite, "stripe");
        using var buyer = new Buyer(till.Host);
        using var other = new Buyer(till.Host);
        var stale = till.Host.Services.GetRequiredService<Outside>().Stale;
        stale[buyer.Id] = true;
        Assert.Equal("access.confirm_identity", (await Send(buyer, HttpMethod.Post, "me/wallet/saved-methods", new { gateway = "stripe" })).Code);
        Assert.Equal("access.confirm_identity", (await Send(buyer, HttpMethod.Put, "me/wallet/automatic-top-ups", new { methodId = Guid.CreateVersion7(), below = Sum(1), amount = Sum(1), monthlyCap = Sum(1) })).Code);
        stale.Clear();
        Assert.Equal("saved_method.not_offered", (await Send(buyer, HttpMethod.Post, "me/wallet/saved-methods", new { gateway = "epay", currency = "USD" })).Code);
        Assert.Equal("payment.currency_unknown", (await Send(buyer, HttpMethod.Post, "me/wallet/saved-methods", new { currency = "XYZ" })).Code);
        var begun = await Send(buyer, HttpMethod.Post, "me/wallet/saved-methods", new { gateway = "stripe" });
        var id = begun.Body.GetProperty("methodId").GetString();
        Assert.Equal("saved_method.not_ready", (await Send(buyer, HttpMethod.Post, $"me/wallet/saved-methods/{id}/completion", new { })).Code);
        Assert.Equal("saved_method.not_found", (await Send(other, HttpMethod.Post, $"me/wallet/saved-methods/{id}/completion", new { })).Code);
        var method = await Keeps(till, buyer, TillHost.GoodCard);
        Assert.Equal("saved_method.not_found", (await TurnsOn(till, other, method, 1, 1, 1)).Code);
        Assert.Equal("auto_top_up.invalid", (await TurnsOn(till, buyer, method, 1, 2, 1)).Code);
        Assert.Equal("auto_top_up.invalid", (await TurnsOn(till, buyer, method, 0, 1, 1)).Code);
        Assert.Equal("auto_top_up.not_found", (await Send(buyer, HttpMethod.Delete, "me/wallet/automatic-top-ups/KZT", null)).Code);
        Assert.Equal("saved_method.not_found", (await Send(other, HttpMethod.Delete, $"me/wallet/saved-methods/{id}", null)).Code);
        for (var i = 1; i < 10; i++) await Keeps(till, buyer, TillHost.GoodCard);
        Assert.Equal("saved_method.too_many", (await Send(buyer, HttpMethod.Post, "me/wallet/saved-methods", new { gateway = "stripe" })).Code);
    }
}
