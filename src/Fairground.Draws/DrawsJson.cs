using System.Text.Json.Serialization;

namespace Fairground.Draws;

/// <summary>Compiled readers and writers for the busiest messages.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PurchaseRequest))]
[JsonSerializable(typeof(PurchaseAnswer))]
internal sealed partial class DrawsJson : JsonSerializerContext;
