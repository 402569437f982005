using System.Net;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Payments.Tests.Payouts;
using Fairground.Sandbox;
using Fairground.Payments.TopUpByItself;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Fairground.Payments.Tests.Gateways.TopUpSteps;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>A charge without its person is made once and never again, whatever is asked, lost, forgotten or changed in between.</summary>
public sealed class AutomaticChargeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind, string> Cases => AutomaticTopUpTests.Cases;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Cases))]
    [Requirement("C-14")]
    public async Task A_charge_that_was_declined_is_not_made_again_by_a_watch_a_notice_or_the_office(DatabaseKind kind, string gateway)
    {
        await using var wallet = await SelfTopping.Start(kind, gateway, TillHost.DeclinedCard);
        var (till, buyer) = wallet;
        using var office = new Buyer(till.Host, isOperator: true);
        await Runs(till);
        var payment = (await wallet.Charge()).PaymentId!.Value;
        Assert.Equal("failed", await buyer.StateOf(payment));
        Assert.Equal(HttpStatusCode.NoContent, (await wallet.IsTurnedOff()).Status);
        // There is money on the card again, and the company has forgotten that it was asked.
        Assert.Single(till.Sandbox.Till.Methods).Declines = false;
        till.Sandbox.Faults.ForgetKeys = true;
        till.Host.Clock.Advance(TimeSpan.FromHours(25));
        await till.WorkerRuns();
        Assert.Equal(HttpStatusCode.NoContent, (await Market.Send(office.Http, HttpMethod.Post, $"payments-in-trouble/{payment}/question", new { })).Status);
        foreach (var play in till.Sandbox.Till.Plays) till.Sandbox.Till.Pretend(play, "declined");
        await till.Sandbox.Notices.Quiet();
        Assert.DoesNotContain(till.Sandbox.Till.Plays, p => p.State == PlayState.Paid);
        // Stripe makes an intent of what it declines, ePay a transaction; PayPal makes nothing.
        Assert.Equal(gateway == "paypal" ? 0 : 1, till.Sandbox.Till.Plays.Count);
        Assert.Equal((0, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14")]
    public async Task A_charge_without_an_answer_is_not_made_again_once_its_key_may_be_forgotten_and_what_was_taken_comes_in(DatabaseKind kind)
    {
        // PayPal's notice names the capture, and its account may not search: nothing else says what became of it.
        await using var wallet = await SelfTopping.Start(kind, "paypal");
        var (till, buyer) = wallet;
        await wallet.RunsUnanswered();
        till.Sandbox.Faults.NoSearch = true;
        await wallet.IsTurnedOff();
        till.Sandbox.Faults.ForgetKeys = true;
        foreach (var hours in new[] { 5, 20 })
        {
            till.Host.Clock.Advance(TimeSpan.FromHours(hours));
            await till.WorkerRuns();
        }
        await Runs(till);
        Assert.Single(till.Sandbox.Till.Plays);
        Assert.Contains("did not answer for a day", Assert.Single(wallet.Told("payments.auto_top_up_failed")).Text, StringComparison.Ordinal);
        Assert.Equal((0, 0), await till.Wallet(buyer));
        // It may come in late, so the month's cap counts it.
        await using (var scope = till.Host.Services.CreateAsyncScope())
        {
            var rules = scope.ServiceProvider.GetRequiredService<RulesContext>();
            var charge = Assert.Single(rules.Charges);
            Assert.Equal(("failed", 1_000L), (charge.State, await AutomaticDesk.SpentIn(rules, charge.SettingId, charge.Month, Ct)));
        }
        till.Sandbox.Faults.HoldNotices = false;
        await till.Sandbox.Notices.Release();
        await till.Sandbox.Notices.Quiet();
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        Assert.Single(till.Sandbox.Till.Plays);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14"), Requirement("C-37")]
    public async Task A_way_of_paying_is_neither_removed_nor_joined_while_it_is_being_charged(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "stripe");
        var (till, buyer) = wallet;
        var path = $"me/wallet/saved-methods/{wallet.Method.GetProperty("methodId").GetString()}";
        await wallet.RunsUnanswered();
        var refused = await Send(buyer, HttpMethod.Delete, path, null);
        Assert.Equal((HttpStatusCode.Conflict, "saved_method.in_use"), (refused.Status, refused.Code));
        Assert.True((await buyer.Gets("me/wallet/automatic-top-ups")).Body.GetProperty("items")[0].GetProperty("isOn").GetBoolean());
        Assert.Contains("payment.under_way", await KeptApart(till.Host, buyer.Id));
        await IsAskedAgain(till);
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        Assert.DoesNotContain("payment.under_way", await KeptApart(till.Host, buyer.Id));
        Assert.Equal(HttpStatusCode.NoContent, (await Send(buyer, HttpMethod.Delete, path, null)).Status);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_company_that_is_away_is_asked_as_its_watch_says_and_not_at_every_turn(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "stripe");
        var (till, buyer) = wallet;
        till.Sandbox.Faults.Outage = true;
        for (var i = 0; i < 4; i++) await Runs(till);
        Assert.Single(till.Host.Log.Kept, l => l.Contains("a charge without the person", StringComparison.Ordinal));
        till.Sandbox.Faults.Outage = false;
        await IsAskedAgain(till);
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task However_many_charges_wait_for_an_answer_the_others_go_on(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "stripe");
        var (till, _) = wallet;
        using var second = new Buyer(till.Host);
        till.Sandbox.Faults.HoldNotices = true;
        till.Sandbox.Faults.Outage = true;
        await Runs(till);
        var waits = await wallet.Charge();
        await using (var scope = till.Host.Services.CreateAsyncScope())
        {
            var rules = scope.ServiceProvider.GetRequiredService<RulesContext>();
            // As if two hundred more were charged at that moment, all in vain.
            var settings = Enumerable.Range(0, 200).Select(_ => new AutomaticTopUp
            {
                Id = Guid.CreateVersion7(), UserId = waits.UserId, Currency = till.Currency, MethodId = waits.MethodId, Below = 1, Amount = 1_000, MonthlyCap = 1_000, NextAt = waits.At, ChangedAt = waits.At,
            }).ToList();
            rules.TopUps.AddRange(settings);
            await rules.SaveChangesAsync(Ct);
            rules.Charges.AddRange(settings.Select(setting => new AutomaticCharge
            {
                Id = Guid.CreateVersion7(), SettingId = setting.Id, UserId = waits.UserId, MethodId = waits.MethodId, Month = waits.Month, Amount = waits.Amount, At = waits.At, State = waits.State, PaymentId = waits.PaymentId,
            }));
            await rules.SaveChangesAsync(Ct);
        }

        till.Sandbox.Faults.Outage = false;
        await TurnsOn(till, second, await Keeps(till, second, TillHost.GoodCard), 500, 1_000, 9_000);
        till.Sandbox.Faults.LoseAnswer("charge");
        await Runs(till);
        // The company never says what became of the first.
        await wallet.Changes(async payments => await payments.Watched.Where(w => w.PaymentId == waits.PaymentId).ExecuteDeleteAsync(Ct));
        await IsAskedAgain(till);
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(second));
        Assert.Single(wallet.Told("payments.auto_top_up_done"));
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task A_market_whose_own_rights_are_gone_turns_nobody_off(DatabaseKind kind, string gateway)
    {
        await using var wallet = await SelfTopping.Start(kind, gateway);
        var (till, buyer) = wallet;
        till.Sandbox.Faults.NoRights = true;
        await Runs(till);
        await IsAskedAgain(till);
        await Runs(till);
        Assert.Empty(wallet.Told("payments.auto_top_up_failed"));
        till.Sandbox.Faults.NoRights = false;
        till.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await IsAskedAgain(till);
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_way_of_paying_or_a_company_that_is_gone_takes_nothing_and_is_told(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "stripe");
        var (till, buyer) = wallet;
        using var other = new Buyer(till.Host);
        till.Sandbox.Faults.Outage = true;
        await Runs(till);
        // As a copy of the data from before would have it: the charge has begun, and the name it is charged by is no more.
        await wallet.LosesItsMethod();
        till.Sandbox.Faults.Outage = false;
        await IsAskedAgain(till);
        await Runs(till);
        Assert.Equal("failed", await buyer.StateOf((await wallet.Charge()).PaymentId!.Value));
        Assert.Single(wallet.Told("payments.auto_top_up_failed"));

        await TurnsOn(till, other, await Keeps(till, other, TillHost.GoodCard), 500, 1_000, 9_000);
        await wallet.Changes(async payments => await payments.Methods.Where(m => m.UserId == other.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.Gateway, "gone"), Ct));
        await Runs(till);
        Assert.Equal("gateway_gone", (await other.Gets("me/wallet/automatic-top-ups")).Body.GetProperty("items")[0].GetProperty("offBy").GetString());
        Assert.Contains(wallet.Told("payments.auto_top_up_failed"), m => m.Text.Contains("not in use here any more", StringComparison.Ordinal));
        Assert.Contains("this market does not use the payment company any more", await other.Http.GetStringAsync(new Uri("/wallet/automatic", UriKind.Relative), Ct), StringComparison.Ordinal);
        Assert.Empty(till.Sandbox.Till.Plays);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14")]
    public async Task Nothing_is_charged_for_who_may_do_nothing_here_and_what_was_changed_a_moment_ago_holds(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "stripe");
        var (till, buyer) = wallet;
        var outside = till.Host.Services.GetRequiredService<Outside>();
        outside.Closed[buyer.Id] = true;
        await Runs(till);
        Assert.Empty(till.Sandbox.Till.Plays);
        outside.Closed.Clear();
        // Its person lowers the sum after it was read, and before it is charged.
        outside.WhileLooking = async () =>
        {
            outside.WhileLooking = null;
            Assert.Equal(HttpStatusCode.NoContent, (await TurnsOn(till, buyer, wallet.Method, 500, 300, 9_000)).Status);
        };
        await Runs(till);
        Assert.Equal((300, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Cases))]
    [Requirement("C-14"), Requirement("C-37")]
    public async Task Who_is_erased_is_charged_no_more_and_the_company_forgets_the_way_of_paying(DatabaseKind kind, string gateway)
    {
        await using var wallet = await SelfTopping.Start(kind, gateway);
        var (till, buyer) = wallet;
        await using (var scope = till.Host.Services.CreateAsyncScope())
        {
            foreach (var data in scope.ServiceProvider.GetServices<IPersonalData>()) await data.Erase([buyer.Id], Ct);
        }
        Assert.True(Assert.Single(till.Sandbox.Till.Methods).IsForgotten);
        await wallet.Changes(async payments => Assert.True(await payments.Methods.AllAsync(m => m.Token == null && m.Label == null, Ct)));
        await Runs(till);
        Assert.Empty(till.Sandbox.Till.Plays);
    }

    [Theory, MemberData(nameof(Cases))]
    [Requirement("C-14"), Requirement("C-37")]
    public async Task Whoever_agreed_at_the_company_and_never_came_back_leaves_nothing_there_once_it_is_removed_or_erased(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        using var other = new Buyer(till.Host);
        var (removed, erased) = (await Agrees(till, buyer, TillHost.GoodCard), await Agrees(till, other, TillHost.GoodCard));
        var path = $"me/wallet/saved-methods/{removed}";
        till.Sandbox.Faults.Outage = true;
        Assert.Equal("payment.gateway_unavailable", (await Send(buyer, HttpMethod.Delete, path, null)).Code);
        till.Sandbox.Faults.Outage = false;
        Assert.Equal(HttpStatusCode.NoContent, (await Send(buyer, HttpMethod.Delete, path, null)).Status);
        Assert.Single(till.Sandbox.Till.Methods, m => m.IsForgotten);
        await using (var scope = till.Host.Services.CreateAsyncScope())
        {
            foreach (var data in scope.ServiceProvider.GetServices<IPersonalData>()) await data.Erase([other.Id], Ct);
        }
        Assert.All(till.Sandbox.Till.Methods, m => Assert.True(m.IsForgotten));
        // What was ended is not finished by whoever comes back late.
        foreach (var (who, id) in new[] { (buyer, removed), (other, erased) }) Assert.Equal("saved_method.not_found", (await Send(who, HttpMethod.Post, $"me/wallet/saved-methods/{id}/completion", new { })).Code);
    }

    internal static async Task<IReadOnlyList<string>> KeptApart(PaymentsHost host, Guid person)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var found = new List<string>();
        foreach (var data in scope.ServiceProvider.GetServices<IPersonalData>()) found.AddRange((await data.KeepsApart(person, Guid.CreateVersion7(), Ct)).Select(r => r.Code));
        return found;
    }
}
