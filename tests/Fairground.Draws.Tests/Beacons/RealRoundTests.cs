using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>Draws by rounds that the League of Entropy really published, checked under its real key.</summary>
public sealed class RealRoundTests
{
    // Round, signature; published in ideal-lab5/idn-sdk and MystenLabs/fastcrypto.
    private static readonly (long Round, string Signature)[] Quicknet =
    [
        (1007, "994c9dae8790b815d64d0bd263f5d043f777a5d4cc2ca56343dc22844a582434c5111a1f3bfd2cbfb4b074177eba8258"),
        (1234, "a81d4aad15461a0a02b43da857be1d782a2232a3c7bb370a2763e95ce1f2628460b24de2cee7453cd12e43c197ea2f23"),
    ];

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ARealRoundDecidesAndTheBundleProvesItself(DatabaseKind kind)
    {
        var clock = new SetClock { Now = TimeOf(1007) };
        await using var relay = await TestRelay.Start(clock, DrandChain.Quicknet);
        await using var liar = await TestRelay.Start(clock, DrandChain.Quicknet);
        foreach (var (round, signature) in Quicknet) relay.Real[(DrandChain.Quicknet.Hash, round)] = new JsonObject { ["round"] = round, ["signature"] = signature };
        // A point of the curve that is a true signature of another round.
        liar.Real[(DrandChain.Quicknet.Hash, 1234)] = new JsonObject { ["round"] = 1234, ["signature"] = Quicknet[0].Signature };
        var options = new BeaconOptions([relay.Address, liar.Address], DrandChain.Quicknet, null, [new FailoverPlan(FailoverStep.Refund, 86_400)], TimeSpan.FromSeconds(5));
        await using var host = await DrawsHost.Start(kind, clock, services => services.AddSingleton(options));
        await host.Get<DrandRelays>().Look(DrandChain.Quicknet.Terms(0), DrawsHost.Ct);
        Assert.Equal(1007, host.Get<RelayHealth>().All.Single(s => s.Relay == relay.Name).Round);
        var lot = await host.OpenLot(host.Asked() with { Entropy = new NamedChoice(DrandEntropy.Source) });
        for (var i = 0; i < 5; i++) await host.Buy(await host.Buyer(20_000), lot, 2);
        clock.Now = TimeOf(1234).AddSeconds(-60);
        await host.Settle();
        relay.Mood = RelayMood.Broken;
        await host.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal((LotState.Drawing, 1), (await host.StateOf(lot), host.Get<RelayHealth>().All.Single(s => s.Relay == liar.Name).Lies - 1));
        relay.Mood = RelayMood.Honest;
        await host.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        var check = await host.In<ProofChecks, Result<ProofCheck>>(c => c.Check(lot, DrawsHost.Ct));
        Assert.True(check.Value.Holds, check.Value.Sentence);
        await host.Audit();
    }

    private static DateTimeOffset TimeOf(long round) => DateTimeOffset.FromUnixTimeSeconds(DrandChain.Quicknet.Genesis + ((round - 1) * 3));
}
