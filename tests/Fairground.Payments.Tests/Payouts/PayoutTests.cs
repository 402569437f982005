using System.Net;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.MakePayouts;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>From a shop's balance to its bank and, where it must, back (S-33), on both engines.</summary>
[Requirement("S-33")]
public sealed class PayoutTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_run_pays_what_may_be_paid_and_leaves_the_rest(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var (kettles, unchecked_, refused, homeless, poor, held) = (
            await market.Shop("Kettles"), await market.Shop("Lamps", isChecked: false), await market.Shop("Rugs"), await market.Shop("Chairs", iban: null), await market.Shop("Pots"), await market.Shop("Books"));
        await market.Check(refused, "refused", "The account is somebody else's");
        Assert.Equal(HttpStatusCode.NoContent, (await poor.Terms("by_hand", 5_001)).Status);
        foreach (var shop in new[] { kettles, unchecked_, refused, homeless, poor }) await shop.Sells(5_000);
        await held.Sells(5_000);
        await held.SetsAside(1_200);
        await kettles.Sells(700, "USD");

        await market.Runs();

        Assert.Equal((0, 5_000), (await market.Payable(kettles), await market.Transit(kettles)));
        Assert.Equal((1_200, 3_800), (await market.Payable(held), await market.Transit(held)));
        foreach (var shop in new[] { unchecked_, refused, homeless, poor }) Assert.Equal((5_000, 0), (await market.Payable(shop), await market.Transit(shop)));
        // There is no account to pay dollars from.
        Assert.Equal(700, await market.Payable(kettles, "USD"));
        Assert.Equal(("payout.not_checked", "payout.check_refused", "payout.no_bank_details", "payout.below_minimum"), (await Blocked(unchecked_), await Blocked(refused), await Blocked(homeless), await Blocked(poor)));
        var run = (await Market.Send(market.Office, HttpMethod.Get, "payout-runs", null)).Body.GetProperty("items")[0];
        Assert.Equal((2, 5), (run.GetProperty("made").GetInt32(), run.GetProperty("skipped").GetInt32()));
        var file = Assert.Single(await market.Files());
        Assert.Equal((2, "8800"), (file.GetProperty("payouts").GetInt32(), file.GetProperty("total").GetProperty("amount").GetString()));
        await Told(market, "payments.payout_made", 2);
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_came_back_before_its_file_was_taken_is_left_out_of_it_for_good(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var (kettles, lamps) = (await market.Shop("Kettles"), await market.Shop("Lamps"));
        await kettles.Sells(1_000);
        await lamps.Sells(2_000);
        await market.Runs();
        var payouts = await market.Payouts();
        var (mine, other) = (payouts.Single(p => p.GetProperty("amount").GetProperty("amount").GetString() == "1000"), payouts.Single(p => p.GetProperty("amount").GetProperty("amount").GetString() == "2000"));
        Assert.Equal(HttpStatusCode.OK, (await Market.Send(market.Office, HttpMethod.Post, $"payouts/{mine.GetProperty("payoutId").GetGuid()}/return", new { reason = "Asked back" })).Status);
        var file = (await market.Files())[0].GetProperty("fileId").GetGuid();
        var bytes = await market.Takes(file);
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        Assert.DoesNotContain(mine.GetProperty("reference").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains(other.GetProperty("reference").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains("<CtrlSum>20.00</CtrlSum>", text, StringComparison.Ordinal);
        // One that comes back later stays in what the bank was given.
        Assert.Equal(HttpStatusCode.OK, (await Market.Send(market.Office, HttpMethod.Post, $"payouts/{other.GetProperty("payoutId").GetGuid()}/return", new { reason = "Account closed" })).Status);
        Assert.Equal(bytes, await market.Takes(file));
        await market.AuditHolds();

        await lamps.Sells(500);
        await market.Runs();
        foreach (var payout in await market.Payouts("?state=on_its_way")) await Market.Send(market.Office, HttpMethod.Post, $"payouts/{payout.GetProperty("payoutId").GetGuid()}/return", new { reason = "Asked back" });
        var empty = (await market.Files()).Select(f => f.GetProperty("fileId").GetGuid()).Single(f => f != file);
        Assert.Equal("payout.file_empty", (await Market.Send(market.Office, HttpMethod.Get, $"payout-files/{empty}/content", null)).Code);
        await market.AuditHolds();
    }

    [Fact]
    public async Task Saying_what_became_of_a_payout_needs_a_recent_sign_in_and_shops_that_said_nothing_yet_are_listed()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var silent = Guid.CreateVersion7();
        var outside = market.Host.Services.GetRequiredService<Outside>();
        outside.Known[silent] = new Fairground.Kernel.Contracts.OrganisationInfo(silent, Fairground.Kernel.Contracts.OrganisationKind.Shop, "Silent");
        Assert.Equal(["Silent"], (await Market.Send(market.Office, HttpMethod.Get, "payees", null)).Body.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        outside.EverybodyIsStale = true;
        Assert.Equal("access.confirm_identity", (await Market.Send(market.Office, HttpMethod.Post, $"payouts/{silent}/confirmation", null)).Code);
        Assert.Equal("access.confirm_identity", (await Market.Send(market.Office, HttpMethod.Post, $"payouts/{silent}/return", new { reason = "x" })).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_run_that_died_half_way_is_taken_up_and_pays_nobody_twice(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var (first, second) = (await market.Shop("Kettles"), await market.Shop("Lamps"));
        await first.Sells(1_000);
        await second.Sells(2_000);
        Assert.Equal(HttpStatusCode.Accepted, (await Market.Send(market.Office, HttpMethod.Post, "payout-runs", null)).Status);
        var again = await Market.Send(market.Office, HttpMethod.Post, "payout-runs", null);
        Assert.Equal((HttpStatusCode.Conflict, "payout.run_under_way"), (again.Status, again.Code));
        await using (var scope = market.Host.Services.CreateAsyncScope())
        {
            // The first payout of the run is durable; then the server is gone.
            var context = scope.ServiceProvider.GetRequiredService<PayoutsContext>();
            var (run, details) = (await context.Runs.SingleAsync(Ct), await context.BankDetails.SingleAsync(d => d.OrganisationId == first.Id, Ct));
            Assert.Equal(1_000, (await scope.ServiceProvider.GetRequiredService<GroupCommitter>().Submit<PayoutTaken>(MakePayout.InRun(run.Id, first.Id, details))).Value.Amount);
        }
        await first.Sells(50);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => market.RunDue()));

        Assert.Equal((50, 1_000), (await market.Payable(first), await market.Transit(first)));
        Assert.Equal((0, 2_000), (await market.Payable(second), await market.Transit(second)));
        Assert.Equal(2, (await market.Payouts()).Count);
        Assert.False(await market.RunDue());
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_schedule_pays_on_its_day_and_not_before(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var (daily, weekly, byHand) = (await market.Shop("Kettles"), await market.Shop("Lamps"), await market.Shop("Pots"));
        foreach (var shop in new[] { daily, weekly, byHand }) await shop.Sells(100);
        // Three times two days after Sunday the 22nd at nine it is Saturday the 28th.
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 9, 0, 0, TimeSpan.Zero), market.Host.Clock.GetUtcNow());
        await daily.Terms("daily", 0);
        await weekly.Terms("weekly", 0);
        Assert.Equal("payout.schedule_unknown", (await daily.Terms("hourly", 0)).Code);
        Assert.Equal("payout.minimum_invalid", (await daily.Terms("daily", -1)).Code);
        Assert.False(await market.RunDue());
        market.Host.Clock.Advance(TimeSpan.FromHours(21));
        Assert.True(await market.RunDue());
        Assert.Equal((100, 0, 0), (await market.Transit(daily), await market.Transit(weekly), await market.Transit(byHand)));
        Assert.False(await market.RunDue());
        market.Host.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True(await market.RunDue());
        Assert.Equal((100, 100, 0), (await market.Transit(daily), await market.Transit(weekly), await market.Transit(byHand)));
        var next = (await weekly.Look()).Body.GetProperty("nextAt").GetDateTimeOffset();
        Assert.Equal(new DateTimeOffset(2026, 12, 7, 6, 0, 0, TimeSpan.Zero), next);
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_owner_asks_once_however_often_it_is_sent_and_the_next_file_carries_it(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.Shop("Kettles");
        await shop.Sells(4_000);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.AsksPayout(key: "one")));
        Assert.Equal(9, answers.Count(a => a.Replayed));
        Assert.Single(answers.Select(a => a.Body.GetRawText()).Distinct());
        Assert.Equal("4000", answers[0].Body.GetProperty("amount").GetProperty("amount").GetString());
        Assert.Equal((HttpStatusCode.Conflict, "payout.below_minimum"), ((await shop.AsksPayout()).Status, (await shop.AsksPayout()).Code));
        Assert.Equal("payout.no_payer_account", (await shop.AsksPayout("USD")).Code);
        Assert.Equal("payout.no_bank_details", (await shop.AsksPayout("EUR")).Code);
        Assert.Equal("payment.currency_unknown", (await shop.AsksPayout("ABC")).Code);
        Assert.Equal("idempotency.key_missing", (await Market.Send(shop.Owner, HttpMethod.Post, $"organisations/{shop.Id}/payouts", new { currency = "KZT" })).Code);
        Assert.Empty(await market.Files());
        market.Host.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await market.RunDue());
        Assert.Equal("4000", Assert.Single(await market.Files()).GetProperty("total").GetProperty("amount").GetString());
        Assert.False(await market.RunDue());
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_comes_back_is_in_the_balance_again_and_says_why(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.Shop("Kettles");
        await shop.Sells(900);
        await market.Runs();
        var payout = Assert.Single(await market.Payouts());
        var id = payout.GetProperty("payoutId").GetGuid();
        Assert.Equal("payout.reason_missing", (await Returns(market, id, " ")).Code);
        Assert.Equal("payout.not_found", (await Returns(market, Guid.CreateVersion7(), "Closed")).Code);
        var back = await Returns(market, id, "Account closed");
        Assert.Equal((HttpStatusCode.OK, "returned"), (back.Status, back.Body.GetProperty("state").GetString()));
        Assert.Equal("returned", (await Returns(market, id, "Said again")).Body.GetProperty("state").GetString());
        Assert.Equal("payout.ended", (await Confirms(market, id)).Code);
        Assert.Equal((900, 0), (await market.Payable(shop), await market.Transit(shop)));
        Assert.Equal("Account closed", Assert.Single(await market.Payouts("?state=returned")).GetProperty("reason").GetString());
        await Told(market, "payments.payout_returned", 1);
        Assert.Contains("Account closed", Assert.Single(market.Outside.Told("payments.payout_returned")).Text, StringComparison.Ordinal);

        // It is paid again with the next run, arrives, and is sent back by the bank weeks later.
        await market.Runs();
        var second = Assert.Single(await market.Payouts("?state=on_its_way")).GetProperty("payoutId").GetGuid();
        Assert.Equal("paid", (await Confirms(market, second)).Body.GetProperty("state").GetString());
        Assert.Equal("paid", (await Confirms(market, second)).Body.GetProperty("state").GetString());
        Assert.Equal((0, 0), (await market.Payable(shop), await market.Transit(shop)));
        Assert.Equal((0, 0), await market.In(PayoutPostings.BankIn("KZT")));
        await market.AuditHolds();
        Assert.Equal("returned", (await Returns(market, second, "Beneficiary deceased")).Body.GetProperty("state").GetString());
        Assert.Equal((900, -900), (await market.Payable(shop), (await market.In(PayoutPostings.BankIn("KZT"))).Balance));
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_the_balance_does_not_have_becomes_a_debt_that_later_sales_pay_back(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.Shop("Kettles");
        await shop.Sells(1_000);
        Assert.Equal(("400", "0"), Figures(await Charges(market, shop, 400, "fee")));
        Assert.Equal(("400", "0"), Figures(await Charges(market, shop, 400, "fee")));
        Assert.Equal(("600", "900"), Figures(await Charges(market, shop, 1_500, "chargeback")));
        Assert.Equal("idempotency.key_reused", (await Charges(market, shop, 1_501, "chargeback")).Code);
        Assert.Equal("payout.charge_invalid", (await Charges(market, shop, 0, "none")).Code);
        Assert.Equal((0, 900), (await market.Payable(shop), await market.Debt(shop)));

        await shop.Sells(500);
        await market.Runs();
        Assert.Equal((0, 400, 0), (await market.Payable(shop), await market.Debt(shop), await market.Transit(shop)));
        await shop.Sells(1_000);
        await market.Runs();
        Assert.Equal((0, 0, 600), (await market.Payable(shop), await market.Debt(shop), await market.Transit(shop)));
        await market.AuditHolds();

        static (string?, string?) Figures(Answer answer) => (answer.Body.GetProperty("fromBalance").GetProperty("amount").GetString(), answer.Body.GetProperty("owed").GetProperty("amount").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_database_and_the_audit_see_what_was_forged(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.Shop("Kettles");
        await shop.Sells(1_000);
        await market.Runs();
        foreach (var sql in new[]
        {
            "update payments_payout set amount = 2", "delete from payments_payout", "update payments_payout set batch_id = null", "update payments_bank_details set account_number = 'X'",
            "delete from payments_bank_details", "delete from payments_payout_file",
        }) await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Forge(market, sql));
        await Forge(market, "update payments_payout set state = 1, paid_at = 1");
        await Forge(market, "update payments_payout_file set total = 999");
        var findings = await market.Host.Services.GetServices<IAuditCheck>().OfType<PayoutsAudit>().Single().Run(Ct);
        Assert.Equal(["payouts ended", "payouts transit", "payouts files"], findings.Where(f => !f.Holds).Select(f => f.Check));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Forge(market, "update payments_payout set state = 0, paid_at = null"));
    }

    private static async Task<string?> Blocked(Shop shop) => (await shop.Look()).Body.GetProperty("balances").EnumerateArray().Single().GetProperty("blocked").GetString();

    private static Task<Answer> Confirms(Market market, Guid payout) => Market.Send(market.Office, HttpMethod.Post, $"payouts/{payout}/confirmation", null);

    private static Task<Answer> Returns(Market market, Guid payout, string reason) => Market.Send(market.Office, HttpMethod.Post, $"payouts/{payout}/return", new { reason });

    private static Task<Answer> Charges(Market market, Shop shop, long minor, string key) =>
        Market.Send(market.Office, HttpMethod.Post, $"organisations/{shop.Id}/charges", new { amount = new { amount = $"{minor}", currency = "KZT" }, reason = "A sale was taken back" }, key);

    private static Task Told(Market market, string template, int count) =>
        Eventually.Holds(() => Task.FromResult(market.Outside.Told(template).Count == count), TimeSpan.FromSeconds(10), $"{count} messages {template}");

    private static async Task Forge(Market market, string sql)
    {
        await using var connection = await market.Host.Database.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts of the test.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Ct);
    }
}
