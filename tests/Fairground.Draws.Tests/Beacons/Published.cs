using System.Text.Json.Nodes;

namespace Fairground.Draws.Tests;

/// <summary>Rounds and pulses that public beacons really gave, from the published vectors.</summary>
internal static class Published
{
    /// <summary>A round as a relay serves it.</summary>
    public static JsonObject Round(string chain, long round)
    {
        var beacon = Read("beacons-mainnet.json")["beacons"]!.AsArray().Single(b => (string)b!["chain"]! == chain && (long)b["round"]! == round)!;
        var told = new JsonObject { ["round"] = round, ["signature"] = (string)beacon["signature"]! };
        if (beacon["previous_signature"] is { } previous) told["previous_signature"] = (string)previous!;
        return told;
    }

    /// <summary>A pulse of NIST's beacon, as it is served under <c>"pulse"</c>.</summary>
    public static JsonObject Pulse(int index) => (JsonObject)Read("nist-pulses.json")["pulses"]!.AsArray().Single(p => (int)p!["pulseIndex"]! == index)!.DeepClone();

    /// <summary>The certificate that signed a pulse, PEM.</summary>
    public static string Certificate(string id) => (string)Read("nist-pulses.json")["certificates"]![id]!;

    private static JsonNode Read(string name)
    {
        using var stream = typeof(Published).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(stream)!;
    }
}
