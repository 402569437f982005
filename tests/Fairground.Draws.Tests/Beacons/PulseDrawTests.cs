using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>Draws by a pulse that NIST's beacon really gave, fetched over HTTP from a mirror that behaves well or badly.</summary>
public sealed class PulseDrawTests
{
    private const string Nist = "https://beacon.nist.gov/beacon/2.0";
    private static readonly DateTimeOffset Minute = new(2018, 8, 30, 17, 44, 0, TimeSpan.Zero);

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task TheFirstPulseAfterTheClosingDecidesAndTheBundleProvesItself(DatabaseKind kind)
    {
        await using var mirror = await Mirror();
        await using var host = await Market(kind, mirror);
        var lot = await Frozen(host);
        Assert.Equal(Minute, (await host.Reader.Sale(lot, DrawsHost.Ct))!.DrawsAt);
        await host.Pass(TimeSpan.FromSeconds(50));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        var beacon = (BeaconPulse)(await host.In<DrawProofs, Result<ProofBundle>>(p => p.Bundle(lot, "entries.txt", DrawsHost.Ct))).Value.Beacon;
        Assert.Equal((54610, 54609, Convert.ToHexStringLower(NistBeacon.Randomness(Published.Pulse(54610)))), ((int)beacon.Pulse["pulseIndex"]!, (int)beacon.Previous["pulseIndex"]!, beacon.Randomness));
        var check = await host.In<ProofChecks, Result<ProofCheck>>(c => c.Check(lot, DrawsHost.Ct));
        Assert.True(check.Value.Holds, check.Value.Sentence);
        Assert.Equal((0, 0), (State(host, mirror).Lies, State(host, mirror).Failures));
        await host.Audit();
    }

    public static TheoryData<string, string> Lies => new()
    {
        { "value", "The signature of the pulse does not verify under the pinned certificate." },
        { "signature", "The signature of the pulse does not verify under the pinned certificate." },
        { "output", "The output value is not the hash of the pulse and its signature." },
        { "before", "The pulse before: The signature of the pulse does not verify under the pinned certificate." },
        { "chain", "The pulse does not follow the one before it." },
        { "certificate", "The certificate is not the one that the terms pin." },
        { "no certificate", "The pulse or its certificate cannot be read: " },
        { "short output", "the pulse has no output value" },
        { "no time", "the pulse has no time" },
    };

    [Theory, MemberData(nameof(Lies))]
    public async Task AMirrorThatLiesIsSeenAndNeverBelieved(string lie, string how)
    {
        await using var mirror = await Mirror();
        await using var host = await Market(DatabaseKind.Sqlite, mirror);
        var (lot, honest) = (await Frozen(host), mirror.Certificate);
        mirror.Bend = Bent(lie);
        if (lie == "certificate") mirror.Certificate = Published.Certificate((string)Published.Pulse(1884240)["certificateId"]!);
        if (lie == "no certificate") mirror.Certificate = "<html>not here</html>";
        await host.Pass(TimeSpan.FromSeconds(50));
        Assert.Equal(LotState.Drawing, await host.StateOf(lot));
        Assert.Equal(1, State(host, mirror).Lies);
        Assert.StartsWith(how, State(host, mirror).Trouble!, StringComparison.Ordinal);
        // It tells the truth again, and the pulse is still the same one.
        (mirror.Bend, mirror.Certificate) = ((_, pulse) => pulse, honest);
        await host.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        await host.Audit();
    }

    [Theory]
    [InlineData(404, 0, "does not have the round yet")]
    [InlineData(503, 1, "answered 503")]
    public async Task APulseThatComesLateIsStillThePulse(int status, int failures, string trouble)
    {
        await using var mirror = await Mirror();
        await using var host = await Market(DatabaseKind.Sqlite, mirror);
        var lot = await Frozen(host);
        mirror.Status = status;
        await host.Pass(TimeSpan.FromSeconds(50));
        Assert.Equal((LotState.Drawing, 0, failures, trouble), (await host.StateOf(lot), State(host, mirror).Lies, State(host, mirror).Failures, State(host, mirror).Trouble));
        mirror.Status = null;
        await host.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        Assert.Equal(54610, (int)((BeaconPulse)(await host.In<DrawProofs, Result<ProofBundle>>(p => p.Bundle(lot, "entries.txt", DrawsHost.Ct))).Value.Beacon).Pulse["pulseIndex"]!);
        await host.Audit();
    }

    [Fact]
    public void TheSettingNamesTheBeaconAndPerhapsAMirror()
    {
        var certificate = new string('A', 128);
        PulseBeacon Of(string setting) => BeaconOptions.Of(new ConfigurationBuilder().AddInMemoryCollection([new("FAIRGROUND_NIST", setting)]).Build()).Pulses!;
        Assert.Equal(new PulseBeacon(Nist, 2, certificate.ToLowerInvariant(), 60), Of($"{Nist}, 2, {certificate}"));
        Assert.Equal("http://mirror.example/nist", Of($"{Nist}/,2,{certificate},http://mirror.example/nist/").Mirror);
        Assert.Throws<SettingException>(() => Of($"{Nist},2,{certificate[1..]}"));
        Assert.Throws<SettingException>(() => Of($"{Nist},2,{certificate},nowhere"));
    }

    private static Func<string, JsonObject, JsonObject?> Bent(string lie) => (path, pulse) =>
    {
        string Turned(string hex) => (hex[0] == '0' ? '1' : '0') + hex[1..];
        switch (lie, path)
        {
            case ("value", "next"): pulse["localRandomValue"] = Turned((string)pulse["localRandomValue"]!); break;
            case ("signature", "next"): pulse["signatureValue"] = Turned((string)pulse["signatureValue"]!); break;
            case ("output", "next"): pulse["outputValue"] = Turned((string)pulse["outputValue"]!); break;
            case ("before", "previous"): pulse["localRandomValue"] = Turned((string)pulse["localRandomValue"]!); break;
            // A genuine pulse, but not the one before.
            case ("chain", "previous"): return Published.Pulse(1);
            case ("short output", "next"): pulse["outputValue"] = "00"; break;
            case ("no time", "next"): pulse["timeStamp"] = "noon"; break;
        }
        return pulse;
    };

    private static async Task<TestPulses> Mirror()
    {
        var mirror = await TestPulses.Start();
        mirror.Pulses.AddRange([Published.Pulse(1), Published.Pulse(54609), Published.Pulse(54610)]);
        mirror.Certificate = Published.Certificate((string)Published.Pulse(54610)["certificateId"]!);
        return mirror;
    }

    private static Task<DrawsHost> Market(DatabaseKind kind, TestPulses mirror)
    {
        var beacon = new PulseBeacon(Nist, 1, (string)Published.Pulse(54610)["certificateId"]!, 60) { Mirror = mirror.Address };
        var options = new BeaconOptions([], DrandChain.Quicknet, beacon, [new FailoverPlan(FailoverStep.Refund, 86_400)], TimeSpan.FromSeconds(5));
        return DrawsHost.Start(kind, new SetClock { Now = Minute.AddSeconds(-50) }, services => services.AddSingleton(options));
    }

    private static async Task<Guid> Frozen(DrawsHost host)
    {
        var lot = await host.OpenLot(host.Asked() with { Entropy = new NamedChoice(NistEntropy.Source), DrawDelaySeconds = 30 });
        for (var i = 0; i < 5; i++) await host.Buy(await host.Buyer(20_000), lot, 2);
        await host.Settle();
        return lot;
    }

    private static RelayState State(DrawsHost host, TestPulses mirror) => host.Get<RelayHealth>().All.Single(s => s.Relay == mirror.Name);
}
