using System.Net;
using System.Text;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.CollectDebt;
using Fairground.Payments.KeepPersonalData;
using Fairground.Sandbox;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>Payments through each gateway against the sandbox, both over HTTP, on both engines: what goes well, and everything that can go wrong.</summary>
[Requirement("C-13")]
public sealed class GatewayTests
{
    public static TheoryData<DatabaseKind, string> All
    {
        get
        {
            var all = new TheoryData<DatabaseKind, string>();
            foreach (var kind in new[] { DatabaseKind.Sqlite, DatabaseKind.Postgres })
            {
                foreach (var gateway in new[] { "stripe", "paypal", "epay" }) all.Add(kind, gateway);
            }
            return all;
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Money_paid_on_the_company_s_page_is_in_the_wallet_once(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        till.Sandbox.Faults.Copies = 5;
        var (id, play) = await till.Begins(buyer, 500_000);
        Assert.Equal(("pending", "pending"), await TillHost.Stands(buyer, id));
        Assert.Equal((0, 0), await till.Wallet(buyer));

        var back = await till.OnPage(play, "pay", TillHost.GoodCard);
        Assert.Equal($"/wallet/payments/{id}", back!.AbsolutePath);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal("succeeded", (await TillHost.Stands(buyer, id)).State);
        Assert.Equal((500_000, 0), await till.Wallet(buyer));
        Assert.Equal("payments.top_up", Assert.Single(await buyer.Transfers(till.Currency)).GetProperty("movement").GetString());
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_card_that_the_bank_asks_about_goes_through_and_a_declined_one_brings_nothing(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var (asked, _) = await till.Pays(buyer, 700, TillHost.AskedCard);
        Assert.Equal("succeeded", (await TillHost.Stands(buyer, asked)).State);
        var (declined, play) = await till.Pays(buyer, 900, TillHost.DeclinedCard);
        Assert.Equal(gateway == "epay" ? ("failed", "failed") : ("pending", "pending"), await TillHost.Stands(buyer, declined));
        Assert.Equal((700, 0), await till.Wallet(buyer));
        // Where the company's page is still open, another card may do.
        if (gateway != "epay")
        {
            await till.OnPage(play, "pay", TillHost.GoodCard);
            await till.Sandbox.Notices.Quiet();
            Assert.Equal((1_600, 0), await till.Wallet(buyer));
        }
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task What_a_notice_says_is_read_back_before_anything_is_credited(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var (id, play) = await till.Begins(buyer, 500);
        till.Sandbox.Till.Pretend(play, "paid");
        await till.Sandbox.Notices.Quiet();
        Assert.Equal("pending", (await TillHost.Stands(buyer, id)).State);
        Assert.Equal((0, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_notice_that_nobody_of_the_company_s_sent_is_turned_away(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var (id, play) = await till.Begins(buyer, 500);
        till.Sandbox.Faults.HoldNotices = true;
        till.Sandbox.Faults.WrongSignature = true;
        till.Sandbox.Till.Pay(play);
        var forged = till.Sandbox.Notices.All[^1];
        Assert.Equal(401, await till.Sandbox.Notices.Deliver(forged));
        Assert.Equal(401, await till.Sandbox.Notices.Deliver(forged with { Headers = () => [] }));
        Assert.Equal("pending", (await TillHost.Stands(buyer, id)).State);
        using var nobody = till.Host.Anonymous();
        var unknown = await Answer.Of(await nobody.PostAsync(new Uri("/api/v1/gateways/other/notices", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken));
        Assert.Equal((HttpStatusCode.NotFound, "payment.gateway_unknown"), (unknown.Status, unknown.Code));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task Another_amount_than_was_asked_for_is_not_credited(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        till.Sandbox.Faults.WrongAmount = true;
        var (id, _) = await till.Pays(buyer, 500);
        Assert.Equal("pending", (await TillHost.Stands(buyer, id)).State);
        Assert.Equal((0, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_notice_that_cannot_be_followed_while_the_company_is_away_is_kept_and_followed_later(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var (id, play) = await till.Begins(buyer, 500);
        till.Sandbox.Faults.HoldNotices = true;
        till.Sandbox.Till.Pay(play);
        var notice = till.Sandbox.Notices.All[^1];
        till.Sandbox.Faults.Outage = true;
        // PayPal has to be asked even whether a notice is its own; it sends it again.
        Assert.Equal(gateway == "paypal" ? 503 : 200, await till.Sandbox.Notices.Deliver(notice));
        Assert.Equal((0, 0), await till.Wallet(buyer));
        var refused = await till.Starts(buyer, 100);
        if (gateway != "epay") Assert.Equal((HttpStatusCode.ServiceUnavailable, "payment.gateway_unavailable"), (refused.Status, refused.Code));

        till.Sandbox.Faults.Outage = false;
        if (gateway == "paypal") Assert.Equal(200, await till.Sandbox.Notices.Deliver(notice));
        till.Host.Clock.Advance(TimeSpan.FromMinutes(1));
        await till.WorkerRuns();
        Assert.Equal("succeeded", (await TillHost.Stands(buyer, id)).State);
        Assert.Equal((500, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_server_that_dies_before_it_hears_of_the_payment_finds_out_by_asking(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var (id, play) = await till.Begins(buyer, 500);
        till.Sandbox.Faults.HoldNotices = true;
        till.Sandbox.Till.Pay(play);
        await till.Restart();
        using var again = new Buyer(till.Host, id: buyer.Id);
        till.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await till.WorkerRuns();
        Assert.Equal("succeeded", (await TillHost.Stands(again, id)).State);
        Assert.Equal((500, 0), await till.Wallet(again));

        // The notices that were under way all the time change nothing any more.
        foreach (var notice in till.Sandbox.Notices.All) Assert.Equal(200, await till.Sandbox.Notices.Deliver(notice));
        Assert.Equal((500, 0), await till.Wallet(again));
        await till.Host.AuditHolds();
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "stripe"), InlineData(DatabaseKind.Postgres, "stripe"), InlineData(DatabaseKind.Sqlite, "paypal"), InlineData(DatabaseKind.Postgres, "paypal")]
    public async Task A_start_whose_answer_was_lost_is_one_payment_when_it_is_asked_for_again(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        till.Sandbox.Faults.LoseAnswer("start");
        var lost = await till.Starts(buyer, 500, "key");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "payment.gateway_unavailable"), (lost.Status, lost.Code));
        var found = await till.Starts(buyer, 500, "key");
        Assert.Equal((HttpStatusCode.Created, true), (found.Status, found.Replayed));
        Assert.Single(till.Sandbox.Till.Plays);

        // Nobody asks again, and the server dies: the watch finds the payment where it was left.
        till.Sandbox.Faults.LoseAnswer("start");
        await till.Starts(buyer, 700);
        await till.Restart();
        till.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await till.WorkerRuns();
        Assert.Equal(2, till.Sandbox.Till.Plays.Count);
        foreach (var play in till.Sandbox.Till.Plays) till.Sandbox.Till.Pay(play);
        await till.Sandbox.Notices.Quiet();
        using var again = new Buyer(till.Host, id: buyer.Id);
        Assert.Equal((1_200, 0), await till.Wallet(again));
        await till.Host.AuditHolds();
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task A_capture_whose_answer_was_lost_takes_the_money_once(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "paypal");
        using var buyer = new Buyer(till.Host);
        var (id, play) = await till.Begins(buyer, 500);
        till.Sandbox.Faults.LoseAnswer("capture");
        till.Sandbox.Till.Pay(play);
        await till.Sandbox.Notices.Quiet();
        till.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await till.WorkerRuns();
        Assert.Equal("succeeded", (await TillHost.Stands(buyer, id)).State);
        Assert.Equal((500, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_payment_lapses_only_once_the_company_was_asked_and_money_that_comes_after_all_is_taken_in(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var (paid, first) = await till.Begins(buyer, 500);
        var (late, second) = await till.Begins(buyer, 700);
        till.Sandbox.Faults.HoldNotices = true;
        till.Sandbox.Till.Pay(first);
        till.Host.Clock.Advance(TimeSpan.FromHours(25));
        await till.WorkerRuns();
        Assert.Equal("succeeded", (await TillHost.Stands(buyer, paid)).State);
        Assert.Equal(("expired", "expired"), await TillHost.Stands(buyer, late));
        await till.Host.AuditHolds();

        till.Sandbox.Till.Pay(second);
        till.Host.Clock.Advance(TimeSpan.FromHours(13));
        await till.WorkerRuns();
        Assert.Equal("succeeded", (await TillHost.Stands(buyer, late)).State);
        Assert.Equal((1_200, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "stripe"), InlineData(DatabaseKind.Postgres, "stripe"), InlineData(DatabaseKind.Sqlite, "paypal"), InlineData(DatabaseKind.Postgres, "paypal")]
    public async Task A_chargeback_of_money_that_is_spent_becomes_a_debt_which_later_money_pays_off(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        var (id, play) = await till.Pays(buyer, 1_000);
        var ledger = till.Host.Services.GetRequiredService<GroupCommitter>();
        var elsewhere = Guid.CreateVersion7();
        await ledger.Submit<WalletMoved>(MoveWallet.Now(buyer.Id, elsewhere, till.Currency));
        Assert.Equal((0, 0), await till.Wallet(buyer));

        till.Sandbox.Till.Dispute(play, PlayDispute.Open);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal(("succeeded", "disputed"), await TillHost.Stands(buyer, id));
        Assert.Equal((-1_000, 1_000), await till.Wallet(buyer));
        await till.Host.AuditHolds();

        await till.Pays(buyer, 300);
        Assert.Equal((-700, 700), await till.Wallet(buyer));
        // Money that comes in by another way is taken at the worker's next turn.
        await ledger.Submit<WalletMoved>(MoveWallet.Now(elsewhere, buyer.Id, till.Currency));
        Assert.Equal(1, await till.Host.Services.GetRequiredService<DebtCollector>().CollectAll(TestContext.Current.CancellationToken));
        Assert.Equal((300, 0), await till.Wallet(buyer));

        till.Sandbox.Till.Dispute(play, PlayDispute.Won);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal("succeeded", (await TillHost.Stands(buyer, id)).State);
        Assert.Equal((1_300, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "stripe"), InlineData(DatabaseKind.Postgres, "stripe"), InlineData(DatabaseKind.Sqlite, "paypal"), InlineData(DatabaseKind.Postgres, "paypal")]
    public async Task Every_order_of_the_notices_of_a_long_life_ends_alike(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        till.Sandbox.Faults.HoldNotices = true;
        foreach (var order in Orders([0, 1, 2, 3]))
        {
            using var buyer = new Buyer(till.Host);
            var (id, play) = await till.Begins(buyer, 1_000);
            var before = till.Sandbox.Notices.All.Count;
            till.Sandbox.Till.Pay(play);
            till.Sandbox.Till.Capture(play);
            till.Sandbox.Till.Refund(play, "at the company's own desk", 400);
            till.Sandbox.Till.Dispute(play, PlayDispute.Open);
            if (gateway == "stripe") till.Sandbox.Till.Dispute(play, PlayDispute.Lost);
            var notices = till.Sandbox.Notices.All.Skip(before).ToList();
            notices = [.. notices.Where(n => n.What != "approved").Take(4)];
            while (notices.Count < 4) notices.Add(notices[^1]);
            foreach (var i in order)
            {
                Assert.Equal(200, await till.Sandbox.Notices.Deliver(notices[i]));
                Assert.Equal(200, await till.Sandbox.Notices.Deliver(notices[order[0]]));
            }
            Assert.Equal(gateway == "stripe" ? "charged-back" : "disputed", (await TillHost.Stands(buyer, id)).Stage);
            Assert.Equal((0, 0), await till.Wallet(buyer));
        }
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_card_s_number_never_reaches_the_database_or_the_log(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway);
        using var buyer = new Buyer(till.Host);
        await till.Pays(buyer, 500);
        await till.Pays(buyer, 700, TillHost.AskedCard);
        await till.Pays(buyer, 900, TillHost.DeclinedCard);
        string[] numbers = [.. new[] { TillHost.GoodCard, TillHost.AskedCard, TillHost.DeclinedCard }.SelectMany(c => new[] { c, c.Replace(" ", "", StringComparison.Ordinal) })];
        var kept = await Everything.In(till.Host.Database);
        Assert.Contains(till.Sandbox.Till.Plays.First().Id, kept);
        Assert.DoesNotContain(kept.Concat(till.Host.Log.Kept), text => numbers.Any(n => text.Contains(n, StringComparison.Ordinal)));
        string[] secrets = ["sk_sandbox", "sandbox-secret", Notices.StripeSecret];
        Assert.DoesNotContain(kept.Concat(till.Host.Log.Kept), text => secrets.Any(n => text.Contains(n, StringComparison.Ordinal)));
    }

    private static IEnumerable<int[]> Orders(int[] all)
    {
        if (all.Length <= 1)
        {
            yield return all;
            yield break;
        }
        for (var i = 0; i < all.Length; i++)
        {
            foreach (var rest in Orders([.. all[..i], .. all[(i + 1)..]])) yield return [all[i], .. rest];
        }
    }
}
