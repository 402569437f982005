using System.Text.Json.Nodes;

namespace Fairground.Testing;

/// <summary>Makes a body that a call can read, from its schema, so that a refusal is about who asks and not about the form of the request.</summary>
public sealed class SampleBody(JsonObject document)
{
    /// <summary>The body of an operation, or null where it takes none.</summary>
    public HttpContent? For(JsonNode operation)
    {
        if (operation["requestBody"]?["content"] is not JsonObject content) return null;
        if (content.FirstOrDefault(c => c.Key.EndsWith("json", StringComparison.Ordinal)).Value?["schema"] is { } schema)
            return new StringContent((Value(schema, 0) ?? new JsonObject()).ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        if (content.ContainsKey("multipart/form-data"))
            return new MultipartFormDataContent { { new StringContent("Handle,Title,Variant Price\nkettle,Kettle,100\n"), "file", "goods.csv" } };
        return new ByteArrayContent([]);
    }

    private JsonNode? Value(JsonNode schema, int depth)
    {
        if (depth > 6) return null;
        if (schema["$ref"]?.GetValue<string>() is { } reference) return Value(document["components"]!["schemas"]![reference[(reference.LastIndexOf('/') + 1)..]]!, depth + 1);
        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices) return Value(choices.First(c => c?["type"]?.ToJsonString() != "\"null\"")!, depth + 1);
        if (schema["enum"] is JsonArray words) return words.First(w => w is not null)!.DeepClone();
        var type = schema["type"]?.ToJsonString() ?? "";
        if (schema["properties"] is JsonObject members) return new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Value(m.Value!, depth + 1))));
        if (type.Contains("array", StringComparison.Ordinal)) return new JsonArray();
        if (type.Contains("integer", StringComparison.Ordinal) || type.Contains("number", StringComparison.Ordinal)) return 1;
        if (type.Contains("boolean", StringComparison.Ordinal)) return false;
        if (type.Contains("string", StringComparison.Ordinal)) return Text(schema);
        return new JsonObject();
    }

    private static JsonNode Text(JsonNode schema) => (schema["format"]?.GetValue<string>(), schema["pattern"]?.GetValue<string>()) switch
    {
        ("uuid", _) => $"{Guid.CreateVersion7()}",
        ("date-time", _) => "2099-01-01T00:00:00Z",
        ("uri", _) => "http://127.0.0.1:1/feed.csv",
        (_, "^[A-Z]{3}$") => "KZT",
        (_, not null) => "100000",
        _ => "sample",
    };
}
