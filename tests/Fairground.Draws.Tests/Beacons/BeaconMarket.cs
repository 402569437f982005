using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws.Tests;

/// <summary>A market whose draws a beacon decides, and the relays that it asks.</summary>
internal sealed class BeaconMarket : IAsyncDisposable
{
    public const int HalfAnHour = 1800;
    public const int ADay = 86_400;

    private BeaconMarket(DrawsHost host, IReadOnlyList<TestRelay> relays, DrandChain chain) => (Host, Relays, Chain) = (host, relays, chain);

    public DrawsHost Host { get; }

    public IReadOnlyList<TestRelay> Relays { get; }

    public DrandChain Chain { get; }

    public static async Task<BeaconMarket> Start(DatabaseKind kind, int relays = 2)
    {
        var clock = new SetClock();
        var own = new DrandChain("own", new string('c', 64), new string('a', 192), DrandChain.Quicknet.Scheme, clock.Now.ToUnixTimeSeconds() - 3_000, 3);
        var started = new List<TestRelay>();
        for (var i = 0; i < relays; i++) started.Add(await TestRelay.Start(clock, own, DrandChain.Default));
        var options = new BeaconOptions(
            [.. started.Select(r => r.Address)], own, null, [new FailoverPlan("drand-default", HalfAnHour), new FailoverPlan(FailoverStep.Refund, ADay)], TimeSpan.FromMilliseconds(700));
        var host = await DrawsHost.Start(kind, clock, services => services.AddSingleton(options).AddSingleton<RoundCheck>(TestRelay.Check));
        var market = new BeaconMarket(host, started, own);
        // A relay has less than a second, which on a busy machine may pass without it: an honest one is asked again.
        for (var tries = 0; tries < 20 && host.Get<RelayHealth>().All.Count(r => r.SeenAt is not null) < relays; tries++) await market.Look();
        return market;
    }

    /// <summary>The relays are looked at, as they are every few seconds.</summary>
    public Task Look(DrawsHost? host = null) => (host ?? Host).Get<DrandRelays>().Look(Chain.Terms(0), DrawsHost.Ct);

    public void All(RelayMood mood)
    {
        foreach (var relay in Relays) relay.Mood = mood;
    }

    /// <summary>A lot that a beacon decides, a minute after closing, with five buyers of two each: sold out and frozen.</summary>
    public async Task<Guid> Frozen(string source = DrandEntropy.Source, int delaySeconds = 60)
    {
        var lot = await SoldOut(source, delaySeconds);
        await Host.Settle();
        return lot;
    }

    public async Task<Guid> SoldOut(string source = DrandEntropy.Source, int delaySeconds = 60)
    {
        var lot = await Host.OpenLot(Host.Asked() with { Entropy = new NamedChoice(source), DrawDelaySeconds = delaySeconds });
        for (var i = 0; i < 5; i++) await Host.Buy(await Host.Buyer(20_000), lot, 2);
        return lot;
    }

    public RelayState State(int relay) => Host.Get<RelayHealth>().All.Single(s => s.Relay == Relays[relay].Name);

    /// <summary>The places that a round of a chain must give for this lot: computed here from what is published.</summary>
    public async Task<List<int>> Expected(Guid lot, byte[] randomness)
    {
        var sale = (await Host.Reader.Sale(lot, DrawsHost.Ct))!;
        var owners = await Host.Reader.List("select user_id from draws_certificate where lot_id = @lot order by seq", r => r.Uuid(0), DrawsHost.Ct, ("@lot", lot));
        return [.. WinnerSelection.Places(Seed.Derive(sale.TermsHash!, sale.Root!, (ulong)sale.Sold, randomness), sale.Sold, seq => owners[seq - 1].ToString("N"), 3)];
    }

    public async Task<List<int>> Drawn(Guid lot) => [.. (await Host.Reader.WinsOf(lot, DrawsHost.Ct)).Select(w => w.Seq)];

    public async Task<DrawSchedule> Schedule(Guid lot)
    {
        var (row, sale) = (await Host.In<DrawsContext, Lot>(c => c.Lots.FindAsync([lot], DrawsHost.Ct).AsTask()!), await Host.Reader.Sale(lot, DrawsHost.Ct));
        return DrawSchedule.Of(LotTerms.Read(row), sale!.ClosedAt!.Value, sale.DrawDelay);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        foreach (var relay in Relays) await relay.DisposeAsync();
    }
}
