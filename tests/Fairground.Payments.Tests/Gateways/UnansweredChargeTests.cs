using System.Net;
using Fairground.Kernel.Storage;
using Fairground.Payments.Tests.Payouts;
using Fairground.Sandbox;
using Fairground.Testing;
using Xunit;
using static Fairground.Payments.Tests.Gateways.TopUpSteps;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>A charge without its person whose answer was lost, and that nobody looked at before its key may have been forgotten: it is looked for, and never made again.</summary>
public sealed class UnansweredChargeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    public static TheoryData<DatabaseKind, string> Cases { get; } = new() { { DatabaseKind.Sqlite, "stripe" }, { DatabaseKind.Sqlite, "paypal" }, { DatabaseKind.Postgres, "stripe" }, { DatabaseKind.Postgres, "paypal" } };

    [Theory, MemberData(nameof(Cases))]
    [Requirement("C-14"), Requirement("D-08")]
    public async Task What_was_taken_is_found_by_our_own_id_when_the_office_asks_again(DatabaseKind kind, string gateway)
    {
        await using var wallet = await SelfTopping.Start(kind, gateway);
        var (till, buyer) = wallet;
        using var office = new Buyer(till.Host, isOperator: true);
        await wallet.RunsUnanswered();
        var taken = Assert.Single(till.Sandbox.Till.Plays);
        // What another payment came to, and what went back of it, is another's.
        var other = till.Sandbox.Till.Register("other", () => new Play { Company = gateway, Id = "OTHER", ChargeId = gateway == "stripe" ? "pi_OTHER" : "OTHERCAPTURE", Merchant = Guid.CreateVersion7().ToString(), Customer = taken.Customer, Amount = 1_000, Currency = taken.Currency });
        till.Sandbox.Till.Charge(other);
        till.Sandbox.Till.Refund(other, "desk", 100);
        till.Sandbox.Faults.ForgetKeys = true;
        till.Host.Clock.Advance(TimeSpan.FromHours(9));
        Assert.Equal(HttpStatusCode.NoContent, (await Asks(office, (await wallet.Charge()).PaymentId!.Value)).Status);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        await Runs(till);
        Assert.Equal("done", (await wallet.Charge()).State);
        // From now on it goes by the company's name of it, as any other: what goes back is followed.
        till.Sandbox.Till.Refund(taken, "desk", 400);
        till.Host.Clock.Advance(TimeSpan.FromDays(2));
        await till.WorkerRuns();
        Assert.Equal((600, 0), await till.Wallet(buyer));
        Assert.Equal(2, till.Sandbox.Till.Plays.Count);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Cases))]
    [Requirement("C-14")]
    public async Task What_was_taken_is_found_by_the_worker_too_and_what_was_never_taken_is_not_taken_later(DatabaseKind kind, string gateway)
    {
        await using var wallet = await SelfTopping.Start(kind, gateway);
        var (till, buyer) = wallet;
        await wallet.RunsUnanswered();
        till.Sandbox.Faults.ForgetKeys = true;
        till.Host.Clock.Advance(TimeSpan.FromHours(9));
        till.Sandbox.Faults.Outage = true;
        await till.WorkerRuns();
        Assert.Equal((0, 0), await till.Wallet(buyer));
        till.Sandbox.Faults.Outage = false;
        till.Host.Clock.Advance(TimeSpan.FromHours(1));
        await till.WorkerRuns();
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        await Runs(till);

        await Spends(till, buyer, 800);
        till.Sandbox.Faults.LoseCall(gateway == "paypal" ? "start" : "charge");
        await Runs(till);
        await wallet.IsTurnedOff();
        foreach (var hours in new[] { 9, 10, 10 })
        {
            till.Host.Clock.Advance(TimeSpan.FromHours(hours));
            await till.WorkerRuns();
        }
        Assert.Equal((200, 0), await till.Wallet(buyer));
        Assert.Single(till.Sandbox.Till.Plays);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Where_Stripe_may_not_be_searched_its_list_of_the_customer_s_charges_says_it(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "stripe");
        var (till, buyer) = wallet;
        await wallet.RunsUnanswered();
        (till.Sandbox.Faults.NoSearch, till.Sandbox.Faults.ForgetKeys) = (true, true);
        till.Host.Clock.Advance(TimeSpan.FromHours(9));
        await till.WorkerRuns();
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        Assert.Single(till.Sandbox.Till.Plays);
        await till.Host.AuditHolds();
    }

    [Fact]
    public async Task However_many_others_PayPal_took_in_those_hours_it_is_found_among_them()
    {
        await using var wallet = await SelfTopping.Start(DatabaseKind.Sqlite, "paypal");
        var (till, buyer) = wallet;
        await wallet.RunsUnanswered();
        for (var i = 0; i < 250; i++)
        {
            var other = new Play { Company = "paypal", Id = $"ORDER{i}", ChargeId = $"CAPTURE{i}", Merchant = Guid.CreateVersion7().ToString(), Amount = 1_000, Currency = till.Currency, At = till.Host.Clock.GetUtcNow().AddMinutes(-10) };
            till.Sandbox.Till.Charge(till.Sandbox.Till.Register(other.Id, () => other));
        }
        till.Host.Clock.Advance(TimeSpan.FromHours(9));
        await till.WorkerRuns();
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
    }

    [Theory, MemberData(nameof(Cases))]
    [Requirement("C-14"), Requirement("D-08")]
    public async Task Where_nothing_is_found_the_office_gives_the_company_s_name_which_counts_only_where_sum_and_payment_fit(DatabaseKind kind, string gateway)
    {
        await using var wallet = await SelfTopping.Start(kind, gateway);
        var (till, buyer) = wallet;
        using var office = new Buyer(till.Host, isOperator: true);
        await wallet.RunsUnanswered();
        var taken = Assert.Single(till.Sandbox.Till.Plays);
        await wallet.IsTurnedOff();
        // Neither search nor list helps, as with a way of paying that is gone from an old copy of the data.
        await wallet.LosesItsMethod();
        (till.Sandbox.Faults.NoSearch, till.Sandbox.Faults.ForgetKeys) = (true, true);
        till.Host.Clock.Advance(TimeSpan.FromHours(25));
        await till.WorkerRuns();
        await Runs(till);
        Assert.Contains("did not answer for a day", Assert.Single(wallet.Told("payments.auto_top_up_failed")).Text, StringComparison.Ordinal);
        var id = (await wallet.Charge()).PaymentId!.Value;
        Assert.Equal([$"stuck {id}"], await Troubles(office));
        Assert.Equal(HttpStatusCode.NoContent, (await Asks(office, id)).Status);
        Assert.Equal((0, 0), await till.Wallet(buyer));

        // Of another payment, in the person's own hands or agreed to and not taken; of nothing; and no name at all.
        var other = till.Sandbox.Till.Register("other", () => new Play { Company = gateway, Id = "OTHER", ChargeId = gateway == "stripe" ? "pi_OTHER" : "OTHERCAPTURE", Merchant = Guid.CreateVersion7().ToString(), Amount = 1_000, Currency = taken.Currency });
        till.Sandbox.Till.Pay(other);
        foreach (var wrong in new[] { other.ChargeId, other.Id, "pi_nothing", "../refunds", new string('x', 101) }) Assert.Equal("payment.reference_wrong", (await Asks(office, id, wrong)).Code);
        Assert.Equal(gateway == "stripe" ? PlayState.Paid : PlayState.Approved, other.State);
        Assert.Equal((0, 0), await till.Wallet(buyer));

        // On the page as well; with it comes what was taken, once.
        Assert.Contains("name=\"reference\"", await office.Http.GetStringAsync(new Uri("/office/payments", UriKind.Relative), Ct), StringComparison.Ordinal);
        var form = await PageForm.Of(office.Http, "/office/payments", $"trouble-stuck-{id:N}");
        await form.GoesThrough(office.Http, "/office/payments", ("what", "ask"), ("reference", $" {taken.ChargeId} "), ("note", ""));
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        Assert.Equal(HttpStatusCode.NoContent, (await Asks(office, id, taken.ChargeId)).Status);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        Assert.Empty(await Troubles(office));
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Cases))]
    [Requirement("C-14"), Requirement("D-08")]
    public async Task Another_sum_than_was_asked_for_is_not_credited_whoever_names_the_charge(DatabaseKind kind, string gateway)
    {
        await using var wallet = await SelfTopping.Start(kind, gateway);
        var (till, buyer) = wallet;
        using var office = new Buyer(till.Host, isOperator: true);
        await wallet.RunsUnanswered();
        (till.Sandbox.Faults.NoSearch, till.Sandbox.Faults.WrongAmount) = (true, true);
        await wallet.LosesItsMethod();
        till.Host.Clock.Advance(TimeSpan.FromHours(9));
        var id = (await wallet.Charge()).PaymentId!.Value;
        Assert.Equal("payment.reference_wrong", (await Asks(office, id, Assert.Single(till.Sandbox.Till.Plays).ChargeId)).Code);
        Assert.Equal((0, 0), await till.Wallet(buyer));
        Assert.Equal([$"wrong_amount {id}"], await Troubles(office));
    }

    private static Task<Answer> Asks(Buyer office, Guid payment, string? reference = null) => Market.Send(office.Http, HttpMethod.Post, $"payments-in-trouble/{payment}/question", reference is null ? null : new { reference });

    private static async Task<List<string>> Troubles(Buyer office) => [.. (await office.Gets("payments-in-trouble")).Body.GetProperty("items").EnumerateArray().Where(t => t.GetProperty("what").GetString() != "unknown_notice").Select(t => $"{t.GetProperty("what").GetString()} {t.GetProperty("id").GetString()}")];
}
