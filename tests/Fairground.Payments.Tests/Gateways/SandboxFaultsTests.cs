using System.Net;
using Fairground.Kernel.Storage;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>A person, or a program in any language, says to the sandbox what shall go wrong.</summary>
public sealed class SandboxFaultsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Faults_are_switched_by_a_form_and_held_notices_leave_when_they_are_let_go()
    {
        await using var till = await TillHost.Start(DatabaseKind.Sqlite, "stripe");
        using var buyer = new Buyer(till.Host);
        using var person = new HttpClient { BaseAddress = till.Sandbox.Address };
        await Says(person, ("outage", "on"), ("copies", "3"), ("delay", "0"));
        Assert.Contains("name=\"outage\" checked", await person.GetStringAsync(new Uri("/faults", UriKind.Relative), Ct), StringComparison.Ordinal);
        Assert.Equal("payment.gateway_unavailable", (await till.Starts(buyer, 700, "k")).Code);

        await Says(person, ("hold-notices", "on"), ("copies", "many"), ("delay", "99999"));
        Assert.Equal((false, true, 3, TimeSpan.FromHours(1)), (till.Sandbox.Faults.Outage, till.Sandbox.Faults.HoldNotices, till.Sandbox.Faults.Copies, till.Sandbox.Faults.Delay));
        await Says(person, ("hold-notices", "on"), ("copies", "1"), ("delay", "0"), ("lose", "start"));
        Assert.Equal("payment.gateway_unavailable", (await till.Starts(buyer, 700, "k")).Code);
        var (id, play) = await till.Begins(buyer, 700);
        till.Sandbox.Till.Pay(play);
        Assert.Equal(("pending", 0L), ((await buyer.Gets($"payments/{id}")).Body.GetProperty("state").GetString(), (await till.Wallet(buyer)).Item1));

        await Says(person);
        Assert.Equal((700, 0), await till.Wallet(buyer));
        await till.Host.AuditHolds();
    }

    private static async Task Says(HttpClient person, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var answer = await person.PostAsync(new Uri("/faults", UriKind.Relative), content, Ct);
        // It leads back to the page.
        Assert.Equal((HttpStatusCode.OK, "/faults"), (answer.StatusCode, answer.RequestMessage!.RequestUri!.AbsolutePath));
    }
}
