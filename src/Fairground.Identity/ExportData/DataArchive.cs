using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fairground.Kernel.Contracts;

namespace Fairground.Identity.ExportData;

/// <summary>Writes a ZIP as it goes: nothing of it is held in memory but a few rows. At the end comes a list of what is in it.</summary>
internal sealed class DataArchive(ZipArchive zip, DateTimeOffset at) : IDataArchive
{
    private const int FlushAt = 32 * 1024;

    // For people to read: indented, and letters of every alphabet as they are. No browser ever takes it for a page.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private readonly List<(string File, string About, int Rows)> contents = [];

    public Task Add<T>(string name, string about, IEnumerable<T> rows, CancellationToken ct) => Add(name, about, rows.ToAsyncEnumerable(), ct);

    public async Task Add<T>(string name, string about, IAsyncEnumerable<T> rows, CancellationToken ct)
    {
        var count = 0;
        await using (var stream = await Begin($"{name}.json", ct))
        await using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = Options.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteString("about", about);
            writer.WriteStartArray("items");
            await foreach (var row in rows.WithCancellation(ct))
            {
                JsonSerializer.Serialize(writer, row, Options);
                count++;
                if (writer.BytesPending > FlushAt) await writer.FlushAsync(ct);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
            await writer.FlushAsync(ct);
        }
        contents.Add(($"{name}.json", about, count));
    }

    /// <summary>Adds the list of contents.</summary>
    public async Task Finish(Guid person, CancellationToken ct)
    {
        await using var stream = await Begin("contents.json", ct);
        await JsonSerializer.SerializeAsync(stream, new { person, madeAt = at, files = contents.Select(c => new { c.File, c.About, c.Rows }) }, Options, ct);
    }

    private async Task<Stream> Begin(string file, CancellationToken ct)
    {
        var entry = zip.CreateEntry(file, CompressionLevel.Fastest);
        entry.LastWriteTime = at;
        return await entry.OpenAsync(ct);
    }
}
