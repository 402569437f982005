using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>Canonical JSON of RFC 8785 (JCS): the one byte layout in which everything of a draw is hashed and signed.</summary>
public static class CanonicalJson
{
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = MaxDepth,
    };

    /// <summary>The canonical UTF-8 bytes of a JSON value.</summary>
    /// <exception cref="FormatException">The value has a duplicate key, a number that is not finite, an integer that a
    /// double cannot hold, a lone surrogate, or is nested deeper than 64 levels.</exception>
    public static byte[] Serialize(JsonNode? node)
    {
        var output = new ArrayBufferWriter<byte>(256);
        try
        {
            Write(output, node, 0);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or JsonException or NotSupportedException)
        {
            throw new FormatException("This JSON has no canonical form: " + e.Message, e);
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The canonical form as text.</summary>
    /// <exception cref="FormatException">As for <see cref="Serialize"/>.</exception>
    public static string Text(JsonNode? node) => Encoding.UTF8.GetString(Serialize(node));

    /// <summary>Reads JSON strictly: no duplicate keys, no comments, no trailing commas, no lone surrogates.</summary>
    /// <exception cref="FormatException">The text is not such JSON.</exception>
    public static JsonNode? Parse(string json) => Parse(Bytes(json));

    /// <inheritdoc cref="Parse(string)"/>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var node = JsonNode.Parse(utf8, nodeOptions: null, Strict);
            // Escapes are decoded lazily; serialising now means that a lone surrogate is met here and not later.
            _ = Serialize(node);
            return node;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("This is not JSON that can be read: " + e.Message, e);
        }
    }

    internal static byte[] Bytes(string text)
    {
        try
        {
            return StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new FormatException("The text holds half of a surrogate pair.", e);
        }
    }

    internal static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static void Write(IBufferWriter<byte> output, JsonNode? node, int depth)
    {
        if (depth > MaxDepth) throw new FormatException("The JSON is nested too deeply.");
        switch (node)
        {
            case null:
                output.Write("null"u8);
                break;
            case JsonObject members:
                WriteObject(output, members, depth);
                break;
            case JsonArray items:
                WriteArray(output, items, depth);
                break;
            default:
                WriteValue(output, node.AsValue());
                break;
        }
    }

    private static void WriteObject(IBufferWriter<byte> output, JsonObject members, int depth)
    {
        var sorted = members.ToArray();
        // Ordinal comparison of .NET strings is the comparison by UTF-16 code units that RFC 8785 section 3.2.3 asks for.
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        output.Write("{"u8);
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0)
            {
                if (sorted[i].Key == sorted[i - 1].Key) throw new FormatException($"The key \"{sorted[i].Key}\" stands twice.");
                output.Write(","u8);
            }
            WriteString(output, sorted[i].Key);
            output.Write(":"u8);
            Write(output, sorted[i].Value, depth + 1);
        }
        output.Write("}"u8);
    }

    private static void WriteArray(IBufferWriter<byte> output, JsonArray items, int depth)
    {
        output.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            Write(output, items[i], depth + 1);
        }
        output.Write("]"u8);
    }

    private static void WriteValue(IBufferWriter<byte> output, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            case JsonValueKind.Null:
                output.Write("null"u8);
                break;
            case JsonValueKind.Number:
                output.Write(Encoding.ASCII.GetBytes(CanonicalNumber.FromJson(value.ToJsonString())));
                break;
            case JsonValueKind.String:
                WriteString(output, StringOf(value));
                break;
            default:
                throw new FormatException("A value is neither a string, a number, true, false nor null.");
        }
    }

    // Dates and ids put into a node by code are strings in JSON but not in memory.
    private static string StringOf(JsonValue value) =>
        value.TryGetValue<string>(out var text) ? text : JsonSerializer.Deserialize<string>(value.ToJsonString())!;

    internal static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        output.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c >= ' ' && c != '"' && c != '\\') continue;
            WriteRun(output, text[start..i]);
            WriteEscape(output, c);
            start = i + 1;
        }
        WriteRun(output, text[start..]);
        output.Write("\""u8);
    }

    private static void WriteRun(IBufferWriter<byte> output, ReadOnlySpan<char> run)
    {
        if (run.IsEmpty) return;
        try
        {
            StrictUtf8.GetBytes(run, output);
        }
        catch (EncoderFallbackException e)
        {
            throw new FormatException("A string holds half of a surrogate pair.", e);
        }
    }

    private static void WriteEscape(IBufferWriter<byte> output, char c)
    {
        switch (c)
        {
            case '"': output.Write("\\\""u8); break;
            case '\\': output.Write("\\\\"u8); break;
            case '\b': output.Write("\\b"u8); break;
            case '\t': output.Write("\\t"u8); break;
            case '\n': output.Write("\\n"u8); break;
            case '\f': output.Write("\\f"u8); break;
            case '\r': output.Write("\\r"u8); break;
            default:
                var digits = "0123456789abcdef"u8;
                output.Write([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', digits[c >> 4], digits[c & 15]]);
                break;
        }
    }
}
