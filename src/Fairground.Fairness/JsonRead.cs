using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>Reads members of published JSON; every surprise is a <see cref="FormatException"/> with a sentence.</summary>
internal static class JsonRead
{
    public static JsonObject Object(JsonNode? node, string what) =>
        node as JsonObject ?? throw new FormatException($"{what} must be a JSON object.");

    public static JsonArray Array(JsonObject from, string name) =>
        Member(from, name) as JsonArray ?? throw new FormatException($"\"{name}\" must be a list.");

    public static JsonObject Object(JsonObject from, string name) => Object(Member(from, name), $"\"{name}\"");

    public static string Text(JsonObject from, string name)
    {
        try
        {
            if (Member(from, name) is JsonValue value && value.TryGetValue<string>(out var text)) return text;
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"\"{name}\" holds half of a surrogate pair.", e);
        }
        throw new FormatException($"\"{name}\" must be a string.");
    }

    public static IReadOnlyList<string> Texts(JsonObject from, string name) =>
        Array(from, name).Select(item => Text(new JsonObject { [name] = item?.DeepClone() }, name)).ToList();

    public static string Time(JsonObject from, string name)
    {
        var text = Text(from, name);
        _ = ProofTime.UnixSeconds(text, name);
        return text;
    }

    public static string Hash(JsonObject from, string name)
    {
        var text = Text(from, name);
        if (!Hex.Is(text, 32)) throw new FormatException($"\"{name}\" must be 64 lower-case hexadecimal digits.");
        return text;
    }

    public static long Long(JsonObject from, string name, long min = 0, long max = 9_007_199_254_740_991)
    {
        if (Member(from, name) is not JsonValue value || value.GetValueKind() != JsonValueKind.Number
            || !long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw new FormatException($"\"{name}\" must be a whole number.");
        if (number < min || number > max) throw new FormatException($"\"{name}\" must lie between {min} and {max}.");
        return number;
    }

    public static int Int(JsonObject from, string name, int min = 0, int max = int.MaxValue) => (int)Long(from, name, min, max);

    public static bool Has(JsonObject from, string name) => from.ContainsKey(name);

    private static JsonNode? Member(JsonObject from, string name)
    {
        try
        {
            return from.TryGetPropertyValue(name, out var node) ? node : throw new FormatException($"\"{name}\" is missing.");
        }
        catch (ArgumentException e)
        {
            throw new FormatException("A key stands twice.", e);
        }
    }
}
