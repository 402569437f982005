using Fairground.Kernel.Storage;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>Many notices at once, each several times and in any order.</summary>
public sealed class FloodTests
{
    private const int Payments = 60;
    private const int Copies = 10;

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task A_flood_of_notices_in_any_order_credits_each_payment_once(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "stripe");
        using var buyer = new Buyer(till.Host);
        till.Sandbox.Faults.HoldNotices = true;
        var plays = await Task.WhenAll(Enumerable.Range(1, Payments).Select(async i => (await till.Begins(buyer, i)).Play));
        foreach (var play in plays) till.Sandbox.Till.Pay(play);
        // A fixed order that mixes well: each notice comes ten times, far apart, sixteen at once.
        var deliveries = Enumerable.Range(0, Payments * Copies).OrderBy(i => i * 7919 % 6007).Select(i => till.Sandbox.Notices.All[i % Payments]);
        var statuses = new System.Collections.Concurrent.ConcurrentBag<int>();
        await Parallel.ForEachAsync(deliveries, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (notice, _) => statuses.Add(await till.Sandbox.Notices.Deliver(notice)));
        Assert.Equal(Payments * Copies, statuses.Count(s => s == 200));
        Assert.Equal(((long)Payments * (Payments + 1) / 2, 0), await till.Wallet(buyer));
        Assert.Equal(Payments, (await buyer.Transfers()).Count);
        await till.Host.AuditHolds();
    }
}
