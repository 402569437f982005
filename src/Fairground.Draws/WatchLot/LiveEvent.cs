using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairground.Draws;

/// <summary>One server-sent event. Its bytes are made once and shared by all who watch.</summary>
/// <param name="Id">Names the state of the lot that it tells; see <see cref="IdOf"/>.</param>
internal sealed record LiveEvent(string Name, string Data, string? Id = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>A comment that keeps connections alive.</summary>
    public static readonly ReadOnlyMemory<byte> Heartbeat = ": still here\n\n"u8.ToArray();

    /// <summary>As it goes over the wire.</summary>
    public ReadOnlyMemory<byte> Frame { get; } = Encoding.UTF8.GetBytes($"{(Id is null ? "" : $"id: {Id}\n")}event: {Name}\ndata: {Data}\n\n");

    public static LiveEvent Of(string name, Sale sale, object data) => new(name, JsonSerializer.Serialize(data, Json), IdOf(sale));

    /// <summary>Equal for two looks at a lot that a watcher cannot tell apart.</summary>
    public static string IdOf(Sale sale) => $"{(int)sale.State}-{sale.Sold}-{sale.Step}-{sale.ClosesAt.ToUnixTimeSeconds()}";
}
