using System.Net;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.BuyByRule;
using Fairground.Payments.PayTheRest;
using Fairground.Payments.Tests.Gateways;
using Fairground.Payments.Tests.Payouts;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests;

/// <summary>Orders that are given up, paid, repeated and overtaken; rules that are made twice at once. The lots are played.</summary>
public sealed class OrderTests
{
    private static readonly (string, string) Demo = ("FAIRGROUND_DEMO_GATEWAY", "1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-10"), Requirement("C-13")]
    public async Task An_order_that_was_given_up_is_not_bought_and_one_that_is_paid_is_not_given_up(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        var lot = Opens(host);
        using var buyer = new Buyer(host);
        await buyer.HasToppedUp(400);
        var (order, payment) = await Orders(buyer, lot);
        Assert.Equal((HttpStatusCode.NoContent, "lapsed"), ((await GivesUp(buyer, order)).Status, await State(buyer, order)));
        Assert.Equal("order.ended", (await GivesUp(buyer, order)).Code);
        await buyer.Completes(payment);
        await Runs(host);
        Assert.Equal((1_000, "lapsed"), (await buyer.Balance(), await State(buyer, order)));
        Assert.Empty(host.Services.GetRequiredService<Outside>().Bought);

        using var other = new Buyer(host);
        var (paid, its) = await Orders(other, lot);
        await other.Completes(its);
        Assert.Equal("order.ended", (await GivesUp(other, paid)).Code);
        Assert.Equal("waiting", await State(other, paid));
        Assert.Contains("payment.under_way", await AutomaticChargeTests.KeptApart(host, other.Id));
        await Runs(host);
        Assert.Equal("bought", await State(other, paid));
        Assert.Equal([other.Id], host.Services.GetRequiredService<Outside>().Bought.Values);
        Assert.Empty(await AutomaticChargeTests.KeptApart(host, other.Id));
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-10")]
    public async Task An_order_that_is_given_up_between_reading_and_buying_is_not_bought(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        var lot = Opens(host);
        using var first = new Buyer(host);
        using var second = new Buyer(host);
        var (a, paid) = await Orders(first, lot);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var (b, unpaid) = await Orders(second, lot);
        await first.Completes(paid);
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        var outside = host.Services.GetRequiredService<Outside>();
        // Both are due; while the first is bought the second is given up, and paid after all.
        outside.WhileBuying = async () =>
        {
            outside.WhileBuying = null;
            Assert.Equal(HttpStatusCode.NoContent, (await GivesUp(second, b)).Status);
            Assert.Equal(HttpStatusCode.OK, (await second.Completes(unpaid)).Status);
        };
        await Runs(host);
        Assert.Equal(("bought", "lapsed"), (await State(first, a), await State(second, b)));
        Assert.Equal([first.Id], outside.Bought.Values);
        Assert.Equal(1_000, await second.Balance());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-10")]
    public async Task Who_pays_in_the_moment_of_the_lapse_hears_of_the_purchase_or_of_the_lapse_and_never_of_both(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        var (lot, outside) = (Opens(host), host.Services.GetRequiredService<Outside>());
        // Paid after the payment was looked at, and before it was decided that the order lapses.
        using var early = new Buyer(host);
        var (a, paid) = await Orders(early, lot);
        await early.Completes(paid);
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var read = await scope.ServiceProvider.GetRequiredService<PaymentsContext>().Orders.AsNoTracking().SingleAsync(o => o.Id == a, Ct);
            Assert.Equal(OrderState.Waiting, (await scope.ServiceProvider.GetRequiredService<GroupCommitter>().Submit<OrderTurned>(EndOrder.Lapse(read))).Value.State);
        }
        await Runs(host);
        // Paid while it is looked up whom to tell.
        using var late = new Buyer(host);
        var (b, unpaid) = await Orders(late, lot);
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        outside.WhileLooking = async () =>
        {
            outside.WhileLooking = null;
            await late.Completes(unpaid);
        };
        for (var i = 0; i < 2; i++) await Runs(host);
        await Eventually.Holds(async () => outside.WhileLooking is null && await late.Balance() == 1_000 && outside.Told("payments.order_lapsed").Count > 0, TimeSpan.FromSeconds(10), "the lapse was told");
        Assert.Equal(("bought", "lapsed"), (await State(early, a), await State(late, b)));
        Assert.Equal((early.Id, late.Id), (outside.Sent.Values.Single(m => m.Words.Template == "payments.order_bought").UserId!.Value, outside.Sent.Values.Single(m => m.Words.Template == "payments.order_lapsed").UserId!.Value));
        Assert.Contains("did not come in time", Assert.Single(outside.Told("payments.order_lapsed")).Text, StringComparison.Ordinal);

        // Who gives up need not be told, nor told again what is decided.
        using var gone = new Buyer(host);
        var (c, _) = await Orders(gone, lot);
        Assert.Equal(HttpStatusCode.NoContent, (await GivesUp(gone, c)).Status);
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        await Runs(host);
        // Every event of it has left.
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        await host.AuditHolds();
        Assert.Single(outside.Told("payments.order_lapsed"));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-10")]
    public async Task An_order_that_is_sent_again_after_the_lot_closed_gets_its_first_answer_by_call_and_by_page(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        var lot = Opens(host);
        using var buyer = new Buyer(host);
        using var other = new Buyer(host);
        var begun = await Market.Send(buyer.Http, HttpMethod.Post, "me/purchase-orders", new { lotId = lot, quantity = 1 }, "k");
        var form = await PageForm.Of(other.Http, $"/wallet/orders/new?lot={lot}&quantity=1", "order");
        using var shown = await form.Post(other.Http);
        Assert.Equal(HttpStatusCode.Found, shown.StatusCode);
        var outside = host.Services.GetRequiredService<Outside>();
        outside.Lots[lot] = outside.Lots[lot] with { IsOpen = false };

        var again = await Market.Send(buyer.Http, HttpMethod.Post, "me/purchase-orders", new { lotId = lot, quantity = 1 }, "k");
        Assert.Equal((HttpStatusCode.Created, true, begun.Body.GetProperty("orderId").GetGuid()), (again.Status, again.Replayed, again.Body.GetProperty("orderId").GetGuid()));
        using var shownAgain = await form.Post(other.Http);
        Assert.Equal((HttpStatusCode.Found, shown.Headers.Location), (shownAgain.StatusCode, shownAgain.Headers.Location));
        Assert.Equal("order.lot_closed", (await Market.Send(buyer.Http, HttpMethod.Post, "me/purchase-orders", new { lotId = lot, quantity = 1 }, "new")).Code);
        using var closed = await other.Http.GetAsync(new Uri($"/wallet/orders/new?lot={lot}&quantity=1", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.Conflict, closed.StatusCode);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-12")]
    public async Task One_key_makes_one_rule_also_where_the_calls_come_at_once(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        for (var round = 0; round < 5; round++)
        {
            var key = $"k{round}";
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Makes(buyer, key, 1)));
            Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.Status));
            Assert.Single(answers.Select(a => a.Body.GetProperty("ruleId").GetGuid()).Distinct());
            Assert.Single(answers, a => !a.Replayed);
        }
        Assert.Equal(5, (await buyer.Gets("me/purchase-rules")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal("idempotency.key_reused", (await Makes(buyer, "k0", 2)).Code);
        // The same key of another person is another.
        using var other = new Buyer(host);
        Assert.False((await Makes(other, "k0", 1)).Replayed);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-37")]
    public async Task Accounts_are_not_joined_while_a_rule_of_the_one_is_buying(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var rule = (await Makes(buyer, "k", 1)).Body.GetProperty("ruleId").GetGuid();
        await using var scope = host.Services.CreateAsyncScope();
        var rules = scope.ServiceProvider.GetRequiredService<RulesContext>();
        var run = new RuleRun { Id = Guid.CreateVersion7(), RuleId = rule, UserId = buyer.Id, LotId = Guid.CreateVersion7(), Title = "Kettle", At = host.Clock.GetUtcNow(), Month = 1, Amount = 10, State = RuleRunState.Trying };
        rules.Runs.Add(run);
        await rules.SaveChangesAsync(Ct);
        Assert.Equal(["payment.under_way"], await AutomaticChargeTests.KeptApart(host, buyer.Id));
        await rules.Runs.ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RuleRunState.NotBought).SetProperty(r => r.Reason, "lot.sold_out"), Ct);
        Assert.Empty(await AutomaticChargeTests.KeptApart(host, buyer.Id));
    }

    /// <summary>A lot whose certificate costs 1,000, in a place where it may be sold.</summary>
    internal static Guid Opens(PaymentsHost host)
    {
        var (outside, lot) = (host.Services.GetRequiredService<Outside>(), Guid.CreateVersion7());
        outside.Place = new Jurisdiction(
            new JurisdictionPack("kz", 1, "Kazakhstan", "2026-11-27", 300, null, new Dictionary<string, ModeRule> { [SaleModes.Certificates] = new(ModeAnswer.Open, "") }, new AgeRule(18, AgeDemand.None), new DrawRule(null, null, null), new LimitRule(1, 1, 1, 6), new SignalRule(1, 1, 0, 5, 1, 1), new DataRule(1, ""), null, []), null);
        outside.Lots[lot] = new CertificateOffer(lot, Guid.CreateVersion7(), Guid.CreateVersion7(), "Kettle", new Money(1_000, Currency.Of("KZT")), true, 10);
        return lot;
    }

    private static async Task<(Guid Order, Guid Payment)> Orders(Buyer buyer, Guid lot)
    {
        var begun = await Market.Send(buyer.Http, HttpMethod.Post, "me/purchase-orders", new { lotId = lot, quantity = 1 }, Guid.CreateVersion7().ToString());
        Assert.Equal(HttpStatusCode.Created, begun.Status);
        return (begun.Body.GetProperty("orderId").GetGuid(), begun.Body.GetProperty("paymentId").GetGuid());
    }

    private static Task<Answer> GivesUp(Buyer buyer, Guid order) => Market.Send(buyer.Http, HttpMethod.Delete, $"me/purchase-orders/{order}", null);

    private static async Task<string> State(Buyer buyer, Guid order) => (await buyer.Gets($"me/purchase-orders/{order}")).Body.GetProperty("state").GetString()!;

    private static Task<Answer> Makes(Buyer buyer, string key, int quantity) => Market.Send(
        buyer.Http, HttpMethod.Post, "me/purchase-rules",
        new { scope = "any", quantity, priceCeiling = new { amount = "100", currency = "KZT" }, monthlyBudget = new { amount = "1000", currency = "KZT" } }, key);

    private static async Task Runs(PaymentsHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<OrderRunner>().RunDue(Ct);
    }
}
