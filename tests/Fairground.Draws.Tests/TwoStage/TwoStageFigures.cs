using System.Diagnostics;
using System.Globalization;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests.TwoStage;

/// <summary>What a two-stage lot of a hundred thousand applicants costs: the draw, ten redraws, and mileage to everybody who was not drawn. Run by <c>bench/run two-stage</c>.</summary>
public sealed class TwoStageFigures
{
    private const int People = 100_000;
    private const int AtOnce = 4_000;

    [Theory(Explicit = true), MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task OfAHundredThousandApplicants(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        host.Town.Product = host.Town.Product with { Price = DrawsHost.Tenge(2_000_000_000) };
        var lot = await host.OpenTwoStage(host.AskedTwice() with { Predicted = 200_000, MileageRate = "5", Reserves = 1000 });
        var applied = await Timed(async () =>
        {
            for (var done = 0; done < People; done += AtOnce)
                await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ => Assert.Null((await host.Apply(await host.Buyer(10_000), lot)).Refusal)));
        });
        host.Clock.Now += TimeSpan.FromDays(3);
        var drawn = await Timed(async () =>
        {
            await host.Settle();
            await host.Pass(TimeSpan.FromMinutes(1));
        });
        var order = await host.Places(lot);
        Assert.Equal(1_001, order.Count);
        var redrawn = await Timed(async () =>
        {
            for (var i = 0; i < 10; i++) Assert.Null((await host.Waive(order[i].UserId, lot)).Refusal);
        });
        await host.Fill(order[10].UserId, 2_000_000_000);
        Assert.Null((await host.PaySecond(order[10].UserId, lot)).Refusal);
        var settled = await Timed(async () => await host.EndDelivery(lot, order[10], delivered: true));
        Assert.Equal((LotState.Settled, 2_000_000_000, 500), (await host.StateOf(lot), await host.Payable(), await host.Mileage(order[0].UserId)));
        Assert.Equal(500L * (People - 1), await host.Balance(TwoStagePostings.BackingOf("KZT")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind}, {People} applicants: applications {People / applied.TotalSeconds:F0}/s, list frozen and draw {drawn.TotalSeconds:F2} s, ten redraws {redrawn.TotalSeconds:F3} s, mileage to {People - 1} losers and settlement {settled.TotalSeconds:F2} s"));
    }

    private static async Task<TimeSpan> Timed(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began);
    }
}
