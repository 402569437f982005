using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>Real rounds and pulses, from the published vectors.</summary>
internal static class Facts
{
    private static JsonNode Read(string name)
    {
        using var stream = typeof(Facts).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(stream)!;
    }

    /// <summary>The signature of a round of quicknet, hex.</summary>
    public static string Quicknet(long round) => Read("beacons-mainnet.json")["beacons"]!.AsArray()
        .Single(beacon => (string)beacon!["chain"]! == "quicknet" && (long)beacon["round"]! == round)!["signature"]!.GetValue<string>();

    /// <summary>A round of the default chain, with the signature before it.</summary>
    public static BeaconRound DefaultChain(long round)
    {
        var beacon = Read("beacons-mainnet.json")["beacons"]!.AsArray().Single(beacon => (string)beacon!["chain"]! == "default" && (long)beacon["round"]! == round)!;
        var signature = beacon["signature"]!.GetValue<string>();
        return new(round, signature, Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(signature)))) { PreviousSignature = beacon["previous_signature"]!.GetValue<string>() };
    }

    /// <summary>A pulse of NIST's beacon.</summary>
    public static JsonObject Pulse(int index) => (JsonObject)Read("nist-pulses.json")["pulses"]!.AsArray().Single(pulse => (int)pulse!["pulseIndex"]! == index)!.DeepClone();

    /// <summary>The certificate that signed a pulse, PEM.</summary>
    public static string Certificate(JsonObject pulse) => Read("nist-pulses.json")["certificates"]![(string)pulse["certificateId"]!]!.GetValue<string>();
}
