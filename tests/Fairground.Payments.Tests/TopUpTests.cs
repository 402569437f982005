using System.Net;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Payments.ExpirePayments;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests;

/// <summary>The life of a top-up, over HTTP, on both engines.</summary>
[Requirement("C-14")]
public sealed class TopUpTests
{
    private static readonly (string, string) Demo = ("FAIRGROUND_DEMO_GATEWAY", "1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Money_is_in_the_wallet_once_the_gateway_says_so_and_not_before(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var started = await buyer.StartsTopUp(500_000);
        Assert.Equal(HttpStatusCode.Created, started.Status);
        Assert.Equal("pending", started.Body.GetProperty("state").GetString());
        var payment = started.Body.GetProperty("paymentId").GetGuid();
        Assert.EndsWith($"/pay/{payment}", started.Body.GetProperty("payUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await buyer.Balance());
        Assert.Equal("pending", await buyer.StateOf(payment));
        await host.AuditHolds();

        var completed = await buyer.Completes(payment);
        Assert.Equal(HttpStatusCode.OK, completed.Status);
        Assert.Equal("succeeded", completed.Body.GetProperty("state").GetString());
        Assert.Equal("succeeded", await buyer.StateOf(payment));
        Assert.Equal(500_000, await buyer.Balance());
        var line = Assert.Single(await buyer.Transfers());
        Assert.Equal("500000", line.GetProperty("amount").GetProperty("amount").GetString());
        Assert.Equal("payments.top_up", line.GetProperty("movement").GetString());
        Assert.Equal(payment, line.GetProperty("reference").GetGuid());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Completing_twice_gives_the_same_answer_and_another_outcome_is_refused(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var payment = await buyer.HasStartedTopUp(100);
        var first = await buyer.Completes(payment);
        var second = await buyer.Completes(payment);
        Assert.Equal((HttpStatusCode.OK, false), (first.Status, first.Replayed));
        Assert.Equal((HttpStatusCode.OK, true), (second.Status, second.Replayed));
        Assert.Equal(first.Body.GetRawText(), second.Body.GetRawText());
        var other = await buyer.Completes(payment, "failed");
        Assert.Equal((HttpStatusCode.Conflict, "payment.already_completed"), (other.Status, other.Code));
        Assert.Equal(100, await buyer.Balance());
        Assert.Single(await buyer.Transfers());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_failed_payment_brings_nothing_and_stays_failed(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var payment = await buyer.HasStartedTopUp(100);
        Assert.Equal("failed", (await buyer.Completes(payment, "failed")).Body.GetProperty("state").GetString());
        Assert.Equal("payment.already_completed", (await buyer.Completes(payment)).Code);
        Assert.Equal("failed", await buyer.StateOf(payment));
        Assert.Equal(0, await buyer.Balance());
        Assert.Empty(await buyer.Transfers());
        Assert.Equal("request.invalid", (await buyer.Completes(payment, "perhaps")).Code);
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Fifty_notices_at_once_are_one_transfer(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var payment = await buyer.HasStartedTopUp(700);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => buyer.Completes(payment)));
        Assert.All(answers, a => Assert.Equal((HttpStatusCode.OK, "succeeded"), (a.Status, a.Body.GetProperty("state").GetString())));
        Assert.Single(answers, a => !a.Replayed);
        Assert.Single(await buyer.Transfers());
        Assert.Equal(700, await buyer.Balance());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task When_notices_disagree_the_first_one_stands(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var payments = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => buyer.HasStartedTopUp(10)));
        var won = 0;
        foreach (var payment in payments)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => buyer.Completes(payment, i % 2 == 0 ? "succeeded" : "failed")));
            var stands = await buyer.StateOf(payment);
            if (stands == "succeeded") won++;
            Assert.Equal(5, answers.Count(a => a.Status == HttpStatusCode.OK && a.Body.GetProperty("state").GetString() == stands));
            Assert.Equal(5, answers.Count(a => a.Code == "payment.already_completed"));
        }
        Assert.Equal(10 * won, await buyer.Balance());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_payment_lapses_after_a_day_and_not_earlier(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var payment = await buyer.HasStartedTopUp(100);
        var worker = host.Services.GetRequiredService<ExpiryWorker>();
        host.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await worker.ExpireDue(Ct);
        Assert.Equal("pending", await buyer.StateOf(payment));
        var later = await buyer.HasStartedTopUp(200);

        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await worker.ExpireDue(Ct);
        Assert.Equal("expired", await buyer.StateOf(payment));
        Assert.Equal("pending", await buyer.StateOf(later));
        Assert.Equal("payment.already_completed", (await buyer.Completes(payment)).Code);
        Assert.Equal(0, await buyer.Balance());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_same_key_is_the_same_payment_and_not_another_amount(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        using var other = new Buyer(host);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => buyer.StartsTopUp(100, key: "one")));
        Assert.Single(answers.Select(a => a.Body.GetRawText()).Distinct());
        Assert.Equal(19, answers.Count(a => a.Replayed));
        var reused = await buyer.StartsTopUp(101, key: "one");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency.key_reused"), (reused.Status, reused.Code));
        var payment = answers[0].Body.GetProperty("paymentId").GetGuid();
        Assert.NotEqual(payment, (await other.StartsTopUp(100, key: "one")).Body.GetProperty("paymentId").GetGuid());

        // After the money has come, a repeat still gets its first answer.
        await buyer.Completes(payment);
        Assert.Equal(answers[0].Body.GetRawText(), (await buyer.StartsTopUp(100, key: "one")).Body.GetRawText());
        Assert.Equal(100, await buyer.Balance());
        var none = await buyer.Posts("me/wallet/top-ups", """{"amount":"1","currency":"KZT"}""", null);
        Assert.Equal((HttpStatusCode.BadRequest, "idempotency.key_missing"), (none.Status, none.Code));
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Nobody_but_its_owner_and_operators_sees_or_completes_a_payment(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        using var stranger = new Buyer(host);
        using var office = new Buyer(host, isOperator: true);
        var payment = await buyer.HasStartedTopUp(100);
        Assert.Equal("payment.not_found", (await stranger.Gets($"payments/{payment}")).Code);
        Assert.Equal("payment.not_found", (await stranger.Completes(payment)).Code);
        Assert.Equal("pending", await office.StateOf(payment));
        Assert.Equal(HttpStatusCode.OK, (await office.Completes(payment)).Status);
        Assert.Equal((100, 0), (await buyer.Balance(), await office.Balance()));
        using var nobody = host.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(new Uri("/api/v1/me/wallet", UriKind.Relative), Ct)).StatusCode);
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Without_a_gateway_no_money_comes_in(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind);
        using var buyer = new Buyer(host);
        var refused = await buyer.StartsTopUp(100);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "payment.no_gateway"), (refused.Status, refused.Code));
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Completes(Guid.CreateVersion7())).Status);
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_audit_sees_a_payment_without_its_money(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        await buyer.HasStartedTopUp(100);
        await using (var connection = await host.Database.OpenAsync(Ct))
        {
            await using var forge = connection.CreateCommand();
            forge.CommandText = "update payments_payment set state = 1, completed_at = 1";
            await forge.ExecuteNonQueryAsync(Ct);
        }
        var findings = await host.Services.GetServices<IAuditCheck>().OfType<PaymentsAudit>().Single().Run(Ct);
        Assert.Equal(["payments transfers", "payments holds", "payments clearing"], findings.Where(f => !f.Holds).Select(f => f.Check));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_database_refuses_to_change_a_payment_that_has_ended_or_to_drop_one(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        await buyer.HasToppedUp(100);
        foreach (var sql in new[] { "update payments_payment set amount = 1", "delete from payments_payment" })
        {
            await using var connection = await host.Database.OpenAsync(Ct);
            await using var forge = connection.CreateCommand();
#pragma warning disable CA2100 // The two texts above.
            forge.CommandText = sql;
#pragma warning restore CA2100
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => forge.ExecuteNonQueryAsync(Ct));
        }
        await host.AuditHolds();
    }
}
