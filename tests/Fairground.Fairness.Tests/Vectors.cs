using System.Text.Json.Nodes;

namespace Fairground.Fairness.Tests;

/// <summary>The published vectors, built into the test program so that they are found from any folder.</summary>
internal static class Vectors
{
    public static JsonArray DrawProofs => Read("draw-proof-vectors.json").AsArray();

    public static JsonObject MerkleTree => Read("rfc6962-tree.json").AsObject();

    public static JsonArray Inclusion => Read("inclusion-proofs.json")["cases"]!.AsArray();

    public static JsonArray Consistency => Read("consistency-proofs.json")["cases"]!.AsArray();

    public static byte[] Hash(JsonNode? node) => node is null ? [] : Convert.FromBase64String(node.GetValue<string>());

    public static List<byte[]> Proof(JsonNode? node) => node is null ? [] : node.AsArray().Select(Hash).ToList();

    public static JsonNode Of(string name) => Read(name + ".json");

    public static byte[] Bytes(JsonNode? hex) => Convert.FromHexString(hex!.GetValue<string>().Replace("0x", "", StringComparison.Ordinal));

    private static JsonNode Read(string name)
    {
        using var stream = typeof(Vectors).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(stream)!;
    }
}
