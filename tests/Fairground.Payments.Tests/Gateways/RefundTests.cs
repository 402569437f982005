using System.Net;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.KeepPersonalData;
using Fairground.Payments.RefundPayment;
using Fairground.Sandbox;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>Money back the way it came, through each gateway against the sandbox.</summary>
[Requirement("C-13")]
public sealed class RefundTests
{
    private static readonly (string, string) Fee = ("FAIRGROUND_REFUND_FEE_PERCENT", "1.5");

    public static TheoryData<DatabaseKind, string> All => GatewayTests.All;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(All))]
    public async Task A_part_and_then_the_rest_go_back_once_each_with_the_fee_that_was_shown_before(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway, Fee);
        using var buyer = new Buyer(till.Host);
        till.Sandbox.Faults.Copies = 3;
        var (id, play) = await till.Pays(buyer, 1_000);
        var terms = (await buyer.Gets($"payments/{id}/refunds")).Body;
        Assert.Equal(("1000", "1.5", "15"), (terms.GetProperty("most").GetProperty("amount").GetString(), terms.GetProperty("feePercent").GetString(), terms.GetProperty("feeOfMost").GetProperty("amount").GetString()));

        var part = await Asks(till, buyer, id, 400, "one");
        Assert.Equal((HttpStatusCode.Created, "paid", "6", "394"), (part.Status, part.Body.GetProperty("state").GetString(), Minor(part, "fee"), Minor(part, "paidBack")));
        var again = await Asks(till, buyer, id, 400, "one");
        Assert.Equal((true, part.Body.GetRawText()), (again.Replayed, again.Body.GetRawText()));
        await till.Sandbox.Notices.Quiet();
        Assert.Equal((394, "partly-refunded"), (play.Refunded, (await TillHost.Stands(buyer, id)).Stage));
        Assert.Equal((600, 0), await till.Wallet(buyer));

        var rest = await Asks(till, buyer, id, null);
        Assert.Equal((HttpStatusCode.Created, "600", "591"), (rest.Status, Minor(rest, "amount"), Minor(rest, "paidBack")));
        await till.Sandbox.Notices.Quiet();
        Assert.Equal(985, play.Refunded);
        Assert.Equal((0, 0), await till.Wallet(buyer));
        Assert.Equal("succeeded", (await TillHost.Stands(buyer, id)).State);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_refund_whose_answer_was_lost_is_paid_once(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var (id, play) = await till.Pays(buyer, 1_000);
        till.Sandbox.Faults.LoseAnswer("refund");
        // A notice may be quicker than the next question; here nothing is known but that the answer was lost.
        await till.Sandbox.Notices.Quiet();
        till.Sandbox.Faults.HoldNotices = true;
        var told = till.Sandbox.Notices.All.Count;
        Assert.Equal("asked", (await Asks(till, buyer, id, 400)).Body.GetProperty("state").GetString());
        Assert.Equal("refund.under_way", (await Asks(till, buyer, id, 100)).Code);
        await till.Restart();
        using var later = new Buyer(till.Host, id: buyer.Id);
        await Worker(till);
        var refund = Assert.Single((await later.Gets($"payments/{id}/refunds")).Body.GetProperty("refunds").EnumerateArray());
        Assert.Equal("paid", refund.GetProperty("state").GetString());
        foreach (var held in till.Sandbox.Notices.All.Skip(told)) Assert.Equal(200, await till.Sandbox.Notices.Deliver(held));
        Assert.Equal(400, Assert.Single(play.Refunds).Amount);
        Assert.Equal((600, 0), await till.Wallet(later));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task Eight_nodes_that_ask_at_once_pay_it_once(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var (id, play) = await till.Pays(buyer, 1_000);
        await till.Sandbox.Notices.Quiet();
        till.Sandbox.Faults.Outage = true;
        Assert.Equal("asked", (await Asks(till, buyer, id, 400)).Body.GetProperty("state").GetString());
        till.Sandbox.Faults.Outage = false;
        // Its first question may not be over.
        await PushDue(till);
        Assert.Empty(play.Refunds);
        ((SettableClock)till.Host.Services.GetRequiredService<TimeProvider>()).Advance(TimeSpan.FromMinutes(2));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PushDue(till), Ct)));
        Assert.Equal(400, Assert.Single(play.Refunds).Amount);
        Assert.Equal("paid", await StateOfRefund(buyer, id));
        await till.Sandbox.Notices.Quiet();
        Assert.Equal((600, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task What_the_company_will_not_pay_waits_for_a_person_who_decides(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway, Fee);
        using var buyer = new Buyer(till.Host);
        using var office = new Buyer(till.Host, isOperator: true);
        var (id, play) = await till.Pays(buyer, 1_000);
        till.Sandbox.Faults.RejectRefunds = true;
        foreach (var decision in new[] { "return", "retry", "paid" })
        {
            var waits = await Asks(till, buyer, id, 200);
            Assert.Equal((HttpStatusCode.Created, "waits"), (waits.Status, waits.Body.GetProperty("state").GetString()));
            Assert.NotEqual("", waits.Body.GetProperty("reason").GetString());
            await till.Host.AuditHolds();
            var listed = Assert.Single((await office.Gets("waiting-refunds")).Body.EnumerateArray());
            var refund = listed.GetProperty("refundId").GetGuid();
            var before = await till.Wallet(buyer);
            // Asked again in vain, it goes on waiting.
            Assert.Equal("waits", (await office.Posts($"waiting-refunds/{refund}/decision", """{"decision":"retry"}""", null)).Body.GetProperty("state").GetString());
            till.Sandbox.Faults.RejectRefunds = decision != "retry";
            var decided = await office.Posts($"waiting-refunds/{refund}/decision", $$"""{"decision":"{{decision}}"}""", null);
            Assert.Equal(decision == "return" ? "returned" : "paid", decided.Body.GetProperty("state").GetString());
            Assert.Equal(decision == "return" ? before.Net + 200 : before.Net, (await till.Wallet(buyer)).Net);
            Assert.Equal("refund.not_waiting", (await office.Posts($"waiting-refunds/{refund}/decision", """{"decision":"return"}""", null)).Code);
            till.Sandbox.Faults.RejectRefunds = true;
        }
        Assert.Equal(197, play.Refunded);
        Assert.Equal("refund.not_found", (await office.Posts($"waiting-refunds/{Guid.CreateVersion7()}/decision", """{"decision":"return"}""", null)).Code);
        Assert.Equal("request.invalid", (await office.Posts($"waiting-refunds/{Guid.CreateVersion7()}/decision", """{"decision":"perhaps"}""", null)).Code);
        Assert.Equal("access.forbidden", (await buyer.Gets("waiting-refunds")).Code);
        await till.Host.AuditHolds();
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task A_refund_that_a_bank_sends_back_after_all_waits_and_is_no_chargeback(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        till.Sandbox.Faults.SlowRefunds = true;
        var (id, play) = await till.Pays(buyer, 1_000);
        Assert.Equal("asked", (await Asks(till, buyer, id, 300)).Body.GetProperty("state").GetString());
        await till.Sandbox.Notices.Quiet();
        var refund = Assert.Single(play.Refunds);
        refund.Pending = false;
        till.Host.Clock.Advance(TimeSpan.FromMinutes(5));
        await Worker(till);
        Assert.Equal("paid", await StateOfRefund(buyer, id));
        till.Sandbox.Till.FailRefund(play, refund);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal("waits", await StateOfRefund(buyer, id));
        Assert.Equal((700, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task What_cannot_go_back_is_refused_and_says_why(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe", Fee);
        using var buyer = new Buyer(till.Host);
        using var stranger = new Buyer(till.Host);
        var (unpaid, _) = await till.Begins(buyer, 500);
        Assert.Equal("refund.nothing_came_in", (await Asks(till, buyer, unpaid, 100)).Code);
        var (id, play) = await till.Pays(buyer, 1_000);
        Assert.Equal("payment.not_found", (await Asks(till, stranger, id, 100)).Code);
        Assert.Equal("payment.not_found", (await stranger.Gets($"payments/{id}/refunds")).Code);
        var much = await Asks(till, buyer, id, 1_001);
        Assert.Equal(("refund.too_much", "1000"), (much.Code, much.Body.GetProperty("most").GetProperty("amount").GetString()));
        Assert.Equal("refund.too_little", (await Asks(till, buyer, id, 0)).Code);
        Assert.Equal("idempotency.key_missing", (await buyer.Posts($"payments/{id}/refunds", "{}", null)).Code);
        Assert.Equal("request.invalid", (await buyer.Posts($"payments/{id}/refunds", """{"amount":{"amount":"1","currency":"USD"}}""", "usd")).Code);

        await till.Host.Services.GetRequiredService<GroupCommitter>().Submit<WalletMoved>(MoveWallet.Now(buyer.Id, stranger.Id, "KZT"));
        Assert.Equal("refund.spent", (await Asks(till, buyer, id, 1_000)).Code);
        till.Sandbox.Till.Dispute(play, PlayDispute.Open);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal("refund.disputed", (await Asks(till, buyer, id, 100)).Code);
        await till.Host.AuditHolds();
    }

    private static Task<Answer> Asks(TillHost till, Buyer buyer, Guid payment, long? minor, string? key = null) => buyer.Posts(
        $"payments/{payment}/refunds", minor is null ? "{}" : $$$"""{"amount":{"amount":"{{{minor}}}","currency":"{{{till.Currency}}}"}}""", key ?? Guid.CreateVersion7().ToString());

    private static string? Minor(Answer answer, string name) => answer.Body.GetProperty(name).GetProperty("amount").GetString();

    private static async Task<string?> StateOfRefund(Buyer buyer, Guid payment) => Assert.Single((await buyer.Gets($"payments/{payment}/refunds")).Body.GetProperty("refunds").EnumerateArray()).GetProperty("state").GetString();

    private static async Task Worker(TillHost till)
    {
        // Whoever asked last may be asking still, for as long as that can take.
        ((SettableClock)till.Host.Services.GetRequiredService<TimeProvider>()).Advance(TimeSpan.FromMinutes(2));
        await PushDue(till);
    }

    private static async Task PushDue(TillHost till)
    {
        await using var scope = till.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RefundDesk>().PushDue(100, Ct);
    }
}
