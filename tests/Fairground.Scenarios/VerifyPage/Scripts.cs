using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fairground.Server.VerifyPage;

namespace Fairground.Scenarios.VerifyPage;

/// <summary>What the tests of the verify page bring along: scripts and published vectors, built into the test program.</summary>
internal static partial class Scripts
{
    /// <summary>Makes draws without the page or the server.</summary>
    public static string Draws => Text("draws.js");

    /// <summary>Draws that must verify, and draws that must not.</summary>
    public static string Forgeries => Text("forgeries.js");

    /// <summary>Checks the published vectors.</summary>
    public static string Vectors => Text("vectors.js");

    /// <summary>The facts that the forgeries start from: real chains, rounds and pulses.</summary>
    public static string Facts => new JsonObject { ["chains"] = Json("chains.json")["chains"]!.DeepClone(), ["beacons"] = Json("beacons-mainnet.json")["beacons"]!.DeepClone(), ["nist"] = Json("nist-pulses.json") }.ToJsonString();

    /// <summary>The published vectors, as <see cref="Vectors"/> takes them.</summary>
    public static string VectorFacts => new JsonObject
    {
        ["proofs"] = Json("draw-proof-vectors.json"),
        ["chains"] = Json("chains.json")["chains"]!.DeepClone(),
        ["beacons"] = new JsonArray([.. Beacons("beacons-mainnet.json"), .. Beacons("beacons-testnet.json")]),
        ["cases"] = Json("beacon-cases.json"),
        ["inclusion"] = Json("inclusion-proofs.json")["cases"]!.DeepClone(),
    }.ToJsonString();

    /// <summary>Rounds that drand's public chains really gave.</summary>
    public static JsonNode PublishedRounds => Json("beacons-mainnet.json");

    /// <summary>The text of one of the scripts that stand in the page as it is served.</summary>
    public static string OfPage(string id) =>
        ScriptOfPage().Matches(Encoding.UTF8.GetString(VerifyPageFile.Bytes.Span)).Single(match => match.Groups["id"].Value == id).Groups["text"].Value;

    private static IEnumerable<JsonNode?> Beacons(string name) => Json(name)["beacons"]!.AsArray().Select(beacon => beacon!.DeepClone());

    private static JsonNode Json(string name) => JsonNode.Parse(Text(name))!;

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(Scripts).Assembly.GetManifestResourceStream($"verify-page/{name}")!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("""<script id="(?<id>\w+)">(?<text>.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex ScriptOfPage();
}
