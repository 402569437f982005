using System.Net;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Payments.Tests.Payouts;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>Every form of the pages for rules, topping up by itself, orders, cash and payments in trouble, with scripts off: it goes through with its token, and not without.</summary>
public sealed class FormTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-12")]
    public async Task A_rule_is_made_paused_and_ended_on_its_page(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, ("FAIRGROUND_DEMO_GATEWAY", "1"));
        using var buyer = new Buyer(host);
        await (await PageForm.Of(buyer.Http, "/wallet/rules", "new")).GoesThrough(buyer.Http, "/wallet/rules", ("about", "any"), ("quantity", "2"), ("ceiling", "10"), ("budget", "100"));
        var rule = (await buyer.Gets("me/purchase-rules")).Body.GetProperty("items")[0].GetProperty("ruleId").GetGuid();
        foreach (var (what, state) in new[] { ("pause", "paused"), ("resume", "active"), ("end", "ended") })
        {
            await (await PageForm.Of(buyer.Http, "/wallet/rules", $"rule-{rule:N}")).GoesThrough(buyer.Http, "/wallet/rules", ("what", what));
            Assert.Equal(state, (await buyer.Gets("me/purchase-rules")).Body.GetProperty("items")[0].GetProperty("state").GetString());
        }
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14")]
    public async Task Topping_up_by_itself_is_turned_on_and_off_and_its_way_of_paying_kept_and_removed_on_its_page(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        using (var kept = await (await PageForm.Of(buyer.Http, "/wallet/automatic", "keep-stripe-KZT")).Post(buyer.Http))
        {
            Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
            Assert.Contains($"href=\"{till.Sandbox.Address}stripe/methods/", await kept.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }
        var method = Guid.Parse((await TopUpSteps.Keeps(till, buyer, TillHost.GoodCard)).GetProperty("methodId").GetString()!);
        await (await PageForm.Of(buyer.Http, "/wallet/automatic", "on")).GoesThrough(buyer.Http, "/wallet/automatic", ("method", $"{method}"), ("below", "5"), ("amount", "10"), ("cap", "100"));
        var on = (await buyer.Gets("me/wallet/automatic-top-ups")).Body.GetProperty("items")[0];
        Assert.Equal((true, "500", "1000", "10000"), (on.GetProperty("isOn").GetBoolean(), Amount("below"), Amount("amount"), Amount("monthlyCap")));
        await (await PageForm.Of(buyer.Http, "/wallet/automatic", "off-KZT")).GoesThrough(buyer.Http, "/wallet/automatic");
        Assert.False((await buyer.Gets("me/wallet/automatic-top-ups")).Body.GetProperty("items")[0].GetProperty("isOn").GetBoolean());
        await (await PageForm.Of(buyer.Http, "/wallet/automatic", $"remove-{method:N}")).GoesThrough(buyer.Http, "/wallet/automatic");
        Assert.Equal(0, (await buyer.Gets("me/wallet/saved-methods")).Body.GetProperty("items").GetArrayLength());

        string Amount(string name) => on.GetProperty(name).GetProperty("amount").GetString()!;
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-10")]
    public async Task An_order_is_begun_and_given_up_on_its_pages(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, ("FAIRGROUND_DEMO_GATEWAY", "1"));
        var lot = OrderTests.Opens(host);
        using var buyer = new Buyer(host);
        await (await PageForm.Of(buyer.Http, $"/wallet/orders/new?lot={lot}&quantity=2", "order")).GoesThrough(buyer.Http, "/pay/");
        await using var scope = host.Services.CreateAsyncScope();
        var order = Assert.Single(scope.ServiceProvider.GetRequiredService<PaymentsContext>().Orders);
        Assert.Equal((2_000, OrderState.Waiting), (order.Total, order.State));
        await (await PageForm.Of(buyer.Http, $"/wallet/orders/{order.Id}", "give-up")).GoesThrough(buyer.Http, $"/wallet/orders/{order.Id}");
        Assert.Equal("lapsed", (await buyer.Gets($"me/purchase-orders/{order.Id}")).Body.GetProperty("state").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-13"), Requirement("C-14")]
    public async Task A_code_is_shown_on_the_page_for_cash_and_taken_on_the_page_of_the_till(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, ("FAIRGROUND_TILL_CASH", "1"));
        var shop = await market.Shop("Kettles and Co");
        using var buyer = new Buyer(market.Host);
        using var shown = await (await PageForm.Of(buyer.Http, "/wallet/cash", "code")).Post(buyer.Http, ("what", "in"));
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        var code = System.Text.RegularExpressions.Regex.Match(await shown.Content.ReadAsStringAsync(Ct), @"\b(\d{4} \d{4})\b").Value;
        await (await PageForm.Of(shop.Owner, "/shop/till", "till")).GoesThrough(shop.Owner, $"/shop/till?shop={shop.Id}", ("code", code), ("amount", "12,50"));
        Assert.Equal(1_250, await buyer.Balance());
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-08")]
    public async Task A_payment_in_trouble_is_asked_about_let_go_and_done_with_on_its_page(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        using var office = new Buyer(till.Host, isOperator: true);
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++) ids.Add((await till.Begins(buyer, 900 + i)).Id);
        till.Sandbox.Faults.Outage = true;
        till.Host.Clock.Advance(TimeSpan.FromHours(26));
        await till.WorkerRuns();
        await (await Form(ids[0])).GoesThrough(office.Http, "/office/payments", ("what", "go"));
        Assert.Equal("expired", await buyer.StateOf(ids[0]));
        await (await Form(ids[1])).GoesThrough(office.Http, "/office/payments", ("what", "done"), ("note", "Called them"));
        Assert.Equal(1, (await office.Gets("payments-in-trouble")).Body.GetProperty("items").GetArrayLength());
        till.Sandbox.Faults.Outage = false;
        till.Sandbox.Till.Expire(await till.PlayOf(ids[2]));
        await till.Sandbox.Notices.Quiet();
        Assert.Equal(0, (await office.Gets("payments-in-trouble")).Body.GetProperty("items").GetArrayLength());

        Task<PageForm> Form(Guid id) => PageForm.Of(office.Http, "/office/payments", $"trouble-stuck-{id:N}");
    }
}
