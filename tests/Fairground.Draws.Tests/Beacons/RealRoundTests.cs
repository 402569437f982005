using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>Draws by rounds that the League of Entropy really published, checked under its real keys.</summary>
public sealed class RealRoundTests
{
    public static TheoryData<DatabaseKind, string, long, long> Chains()
    {
        var cases = new TheoryData<DatabaseKind, string, long, long>();
        foreach (var kind in new[] { DatabaseKind.Sqlite, DatabaseKind.Postgres })
        {
            cases.Add(kind, "quicknet", 1007, 1234);
            // Each round signs the one before it.
            cases.Add(kind, "default", 51, 367);
        }
        // A chain that is none of the public ones, but pinned in this server's settings: it signs as quicknet does, under a name of its own.
        cases.Add(DatabaseKind.Sqlite, "own", 1007, 1234);
        return cases;
    }

    [Theory, MemberData(nameof(Chains))]
    public async Task ARealRoundDecidesAndTheBundleProvesItself(DatabaseKind kind, string name, long before, long decides)
    {
        var published = name == "default" ? "default" : "quicknet";
        var chain = name switch { "default" => DrandChain.Default, "own" => DrandChain.Quicknet with { Name = "own", Hash = new string('e', 64) }, _ => DrandChain.Quicknet };
        DateTimeOffset TimeOf(long round) => DateTimeOffset.FromUnixTimeSeconds(chain.Genesis + ((round - 1) * chain.Period));
        var clock = new SetClock { Now = TimeOf(before) };
        await using var relay = await TestRelay.Start(clock, chain);
        await using var liar = await TestRelay.Start(clock, chain);
        foreach (var round in (long[])[before, decides]) relay.Real[(chain.Hash, round)] = Published.Round(published, round);
        // A point of the curve that is a true signature of another round.
        var lie = Published.Round(published, before);
        lie["round"] = decides;
        liar.Real[(chain.Hash, decides)] = lie;
        var options = new BeaconOptions([relay.Address, liar.Address], chain, null, [new FailoverPlan(FailoverStep.Refund, 86_400)], TimeSpan.FromSeconds(5));
        await using var host = await DrawsHost.Start(kind, clock, services => services.AddSingleton(options));
        await host.Get<DrandRelays>().Look(chain.Terms(0), DrawsHost.Ct);
        Assert.Equal(before, host.Get<RelayHealth>().All.Single(s => s.Relay == relay.Name).Round);
        var lot = await host.OpenLot(host.Asked() with { Entropy = new NamedChoice(DrandEntropy.Source) });
        for (var i = 0; i < 5; i++) await host.Buy(await host.Buyer(20_000), lot, 2);
        clock.Now = TimeOf(decides).AddSeconds(-60);
        await host.Settle();
        relay.Mood = RelayMood.Broken;
        await host.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal((LotState.Drawing, 1), (await host.StateOf(lot), host.Get<RelayHealth>().All.Single(s => s.Relay == liar.Name).Lies - 1));
        relay.Mood = RelayMood.Honest;
        await host.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        var beacon = (BeaconRound)(await host.In<DrawProofs, Result<ProofBundle>>(p => p.Bundle(lot, "entries.txt", DrawsHost.Ct))).Value.Beacon;
        var real = Published.Round(published, decides);
        Assert.Equal((decides, (string?)real["signature"], (string?)real["previous_signature"]), (beacon.Round, beacon.Signature, beacon.PreviousSignature));
        var check = await host.In<ProofChecks, Result<ProofCheck>>(c => c.Check(lot, DrawsHost.Ct));
        Assert.True(check.Value.Holds, check.Value.Sentence);
        await host.Audit();
    }
}
