using System.Text.Json.Nodes;

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

    /// <summary>A pulse of NIST's beacon.</summary>
    public static JsonObject Pulse(int index) => (JsonObject)Read("nist-pulses.json")["pulses"]!.AsArray().Single(pulse => (int)pulse!["pulseIndex"]! == index)!.DeepClone();

    /// <summary>The certificate that signed a pulse, PEM.</summary>
    public static string Certificate(JsonObject pulse) => Read("nist-pulses.json")["certificates"]![(string)pulse["certificateId"]!]!.GetValue<string>();
}
