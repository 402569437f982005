using System.Net;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Payments.Tests.Payouts;
using Fairground.Payments.TellPayers;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>What does not go on by itself is shown to the operator, who does something about it; and what a person is told of refunds and of money taken back.</summary>
public sealed class TroubleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-08")]
    public async Task The_operator_sees_wrong_amounts_disputes_and_notices_of_nothing_and_is_done_with_each_once(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        using var office = new Buyer(till.Host, isOperator: true);
        var (disputed, play) = await till.Pays(buyer, 1_000);
        till.Sandbox.Till.Dispute(play, Sandbox.PlayDispute.Open);
        await till.Sandbox.Notices.Quiet();
        till.Sandbox.Faults.WrongAmount = true;
        var (wrong, _) = await till.Pays(buyer, 700);
        till.Sandbox.Faults.WrongAmount = false;
        till.Sandbox.Till.Register("other", () => new Sandbox.Play { Company = "stripe", Id = "cs_other", ChargeId = "pi_other", Merchant = Guid.CreateVersion7().ToString(), Amount = 5, Currency = "kzt" });
        till.Sandbox.Till.Pay(till.Sandbox.Till.Find("stripe", "cs_other")!);
        await till.Sandbox.Notices.Quiet();

        Assert.Equal(["disputed 1000", "wrong_amount 700"], await Seen(office));
        till.Host.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["disputed 1000", "unknown_notice checkout.session.completed", "wrong_amount 700"], await Seen(office));
        var page = await office.Http.GetStringAsync(new Uri("/office/payments", UriKind.Relative), Ct);
        Assert.Contains("Nothing was credited", page, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, (await Post(office, $"{disputed}/question", new { })).Status);
        Assert.Equal("payment.note_missing", (await Post(office, $"{wrong}/handling", new { note = " " })).Code);
        Assert.Equal("payment.not_in_trouble", (await Post(office, $"{Guid.CreateVersion7()}/handling", new { note = "gone" })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await Post(office, $"{wrong}/handling", new { note = "Given back at the company's desk" })).Status);
        Assert.Equal("payment.not_in_trouble", (await Post(office, $"{wrong}/handling", new { note = "again" })).Code);
        Assert.Equal(["disputed 1000", "unknown_notice checkout.session.completed"], await Seen(office));
        Assert.Equal("payment.not_found", (await Post(office, $"{Guid.CreateVersion7()}/question", new { })).Code);
        Assert.Equal("access.forbidden", (await Market.Send(buyer.Http, HttpMethod.Get, "payments-in-trouble", null)).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-08")]
    public async Task A_payment_that_is_stuck_past_its_time_is_let_go_and_takes_in_what_comes_after_all(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        using var office = new Buyer(till.Host, isOperator: true);
        var (id, play) = await till.Begins(buyer, 900);
        Assert.Equal("payment.not_expired", (await Post(office, $"{id}/release", new { })).Code);
        till.Sandbox.Faults.Outage = true;
        till.Host.Clock.Advance(TimeSpan.FromHours(26));
        await till.WorkerRuns();
        Assert.Equal(["stuck 900"], await Seen(office));
        Assert.Equal("payment.gateway_unavailable", (await Post(office, $"{id}/question", new { })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await Post(office, $"{id}/release", new { })).Status);
        Assert.Empty(await Seen(office));
        till.Sandbox.Faults.Outage = false;
        till.Sandbox.Till.Pay(play);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal((900, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-08")]
    public async Task What_was_done_about_one_trouble_hides_no_other_of_the_same_payment(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        using var office = new Buyer(till.Host, isOperator: true);
        var (id, play) = await till.Begins(buyer, 900);
        // Nothing is wrong with it yet, so nobody can be done with it.
        Assert.Equal("payment.not_in_trouble", (await Post(office, $"{id}/handling", new { note = "in advance" })).Code);
        till.Sandbox.Faults.Outage = true;
        till.Host.Clock.Advance(TimeSpan.FromHours(26));
        await till.WorkerRuns();
        Assert.Equal("payment.not_in_trouble", (await Post(office, $"{id}/handling", new { note = "other", what = "disputed" })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await Post(office, $"{id}/handling", new { note = "Called them", what = "stuck" })).Status);
        Assert.Empty(await Seen(office));
        (till.Sandbox.Faults.Outage, till.Sandbox.Faults.WrongAmount) = (false, true);
        till.Sandbox.Till.Pay(play);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal(["wrong_amount 900"], await Seen(office));
        Assert.Equal(HttpStatusCode.NoContent, (await Post(office, $"{id}/handling", new { note = "Given back" })).Status);
        Assert.Empty(await Seen(office));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-13"), Requirement("D-08")]
    public async Task A_refund_at_the_company_s_own_desk_after_ours_went_back_to_the_wallet_is_noticed_and_told(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        using var office = new Buyer(till.Host, isOperator: true);
        var (id, play) = await till.Pays(buyer, 1_000);
        till.Sandbox.Faults.RejectRefunds = true;
        Assert.Equal("waits", (await buyer.Posts($"payments/{id}/refunds", """{"amount":{"amount":"400","currency":"KZT"}}""", "r1")).Body.GetProperty("state").GetString());
        var refund = (await office.Gets("waiting-refunds")).Body[0].GetProperty("refundId").GetGuid();
        Assert.Equal("returned", (await office.Posts($"waiting-refunds/{refund}/decision", """{"decision":"return"}""", null)).Body.GetProperty("state").GetString());
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        // Somebody pays the very same at the company's own desk.
        till.Sandbox.Faults.RejectRefunds = false;
        till.Sandbox.Till.Refund(play, "desk", 400);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal((600, 0), await till.Wallet(buyer));
        Assert.Equal("400", (await buyer.Gets($"payments/{id}")).Body.GetProperty("takenBack").GetProperty("amount").GetString());
        var outside = till.Host.Services.GetRequiredService<Outside>();
        await Eventually.Holds(() => Task.FromResult(outside.Told("payments.taken_back").Count == 1 && outside.Told("payments.refund_turned").Count == 2), TimeSpan.FromSeconds(10), "both were told");
        Assert.Contains("The payment company gave", outside.Told("payments.taken_back")[0].Text, StringComparison.Ordinal);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-08")]
    public async Task A_chargeback_of_what_was_spent_is_a_debt_that_the_person_is_told_of_and_so_is_its_end(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        var (_, play) = await till.Pays(buyer, 1_000);
        await TopUpSteps.Spends(till, buyer, 700);
        till.Sandbox.Till.Dispute(play, Sandbox.PlayDispute.Open);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal((-700, 700), await till.Wallet(buyer));
        till.Sandbox.Till.Dispute(play, Sandbox.PlayDispute.Won);
        await till.Sandbox.Notices.Quiet();
        Assert.Equal((300, 0), await till.Wallet(buyer));
        var outside = till.Host.Services.GetRequiredService<Outside>();
        await Eventually.Holds(() => Task.FromResult(outside.Told("payments.given_back").Count == 1 && outside.Told("payments.taken_back").Count == 1), TimeSpan.FromSeconds(10), "both were told");
        Assert.Contains("Certificates that you bought stay yours.", outside.Told("payments.taken_back")[0].Text, StringComparison.Ordinal);
        await till.Host.AuditHolds();
    }

    private static async Task<List<string>> Seen(Buyer office) => [.. (await office.Gets("payments-in-trouble")).Body.GetProperty("items").EnumerateArray()
        .Select(t => $"{t.GetProperty("what").GetString()} {(t.TryGetProperty("amount", out var amount) && amount.ValueKind == JsonValueKind.Object ? amount.GetProperty("amount").GetString() : t.GetProperty("notice").GetString())}").Order(StringComparer.Ordinal)];

    private static Task<Answer> Post(Buyer office, string path, object body) => Market.Send(office.Http, HttpMethod.Post, $"payments-in-trouble/{path}", body);
}
