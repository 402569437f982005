using System.Text.Json;
using System.Text.Json.Serialization;
using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>What a seller asks for. See <c>POST /api/v1/lots</c>.</summary>
/// <param name="Nominal">Price of a certificate.</param>
/// <param name="Entries">The number of certificates; left out, it follows from the price (C-09).</param>
/// <param name="UnsoldPolicy">A name, or <c>{"policy", "percent"}</c>.</param>
/// <param name="ClaimSeconds">How long a winner has to collect: 3 to 90 days; 14 days where left out.</param>
/// <param name="UnclaimedPolicy">What follows where nobody collects: <c>next-reserve</c> (where left out) or <c>return-to-shop</c>.</param>
/// <param name="Entropy">A name, or <c>{"source"}</c>; <c>drand</c>, <c>drand+commit-reveal</c>, <c>nist-beacon</c> or <c>commit-reveal</c>. Left out, drand where it is reached and the delay leaves room, else commit-reveal.</param>
internal sealed record CreateLotRequest(
    Guid ProductId,
    string? Kind,
    Money? Nominal,
    int? Entries = null,
    int? MarginPercent = null,
    int? Winners = null,
    int? Reserves = null,
    int? MaxEntriesPerPerson = null,
    DateTimeOffset? ClosesAt = null,
    int? DrawDelaySeconds = null,
    [property: JsonConverter(typeof(NameOrObject))] NamedChoice? UnsoldPolicy = null,
    int? CashPercent = null,
    int? ClaimSeconds = null,
    string? UnclaimedPolicy = null,
    [property: JsonConverter(typeof(NameOrObject))] NamedChoice? Entropy = null);

/// <summary>A choice that may be written as its name or as an object with more.</summary>
internal sealed record NamedChoice(string? Name, int? Percent = null);

/// <summary>Reads <c>"name"</c>, <c>{"source": "name"}</c> and <c>{"policy": "name", "percent": 70}</c>.</summary>
internal sealed class NameOrObject : JsonConverter<NamedChoice>
{
    public override NamedChoice? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return new NamedChoice(reader.GetString());
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("This is a name or an object.");
        string? name = null;
        int? percent = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            if (member is "source" or "policy" or "name" && reader.TokenType == JsonTokenType.String) name = reader.GetString();
            else if (member is "percent" or "cashPercent" && reader.TokenType == JsonTokenType.Number) percent = reader.GetInt32();
            else reader.Skip();
        }
        return new NamedChoice(name, percent);
    }

    public override void Write(Utf8JsonWriter writer, NamedChoice value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
}

/// <summary>The answer: the lot as a draft.</summary>
internal sealed record CreatedLot(Guid LotId, int Entries, Money Nominal);
