using System.Text.Json.Serialization;

namespace Fairground.Documents;

/// <summary>Whether prices are shown with the tax in them or without it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PriceStyle>))]
public enum PriceStyle
{
    [JsonStringEnumMemberName("inclusive")]
    Inclusive,

    [JsonStringEnumMemberName("exclusive")]
    Exclusive,
}

/// <summary>Of what the tax is rounded: half a minor unit goes up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RoundingUnit>))]
public enum RoundingUnit
{
    /// <summary>Each line, then added up.</summary>
    [JsonStringEnumMemberName("line")]
    Line,

    /// <summary>The sum of all lines of one rate; lines then share the rounded tax so that they add up to it.</summary>
    [JsonStringEnumMemberName("document")]
    Document,
}
