using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Fairground.Testing.S3;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>An operator moves all files into a bucket and back, by the command line, while the server serves.</summary>
public sealed class MovingFiles
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-36")]
    public async Task Files_move_into_a_bucket_and_back_while_the_server_serves_and_every_command_says_what_it_found(DatabaseKind kind)
    {
        await using var s3 = await S3StandIn.Start();
        await using var server = await ServerProcess.Create(kind);
        foreach (var (name, value) in new[] { ("ENDPOINT", s3.Url), ("BUCKET", S3StandIn.Bucket), ("REGION", S3StandIn.Region), ("ACCESS_KEY", S3StandIn.AccessKey), ("SECRET_KEY", S3StandIn.SecretKey) }) server.Settings[$"FAIRGROUND_S3_{name}"] = value;
        await server.Start();
        using var http = new HttpClient { BaseAddress = server.Address };
        var session = await Post(http, "api/v1/sessions", JsonContent.Create(new { contact = "operator@fair.example", password = "operator-of-the-fair" }));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("accessToken").GetString());
        var shop = (await Post(http, "api/v1/shops", JsonContent.Create(new { name = "Kettles", currency = "KZT" }))).GetProperty("shopId").GetString();
        var paper = Paper();
        var url = (await Post(http, $"api/v1/shops/{shop}/documents?name=Rules&forEveryone=1", new ByteArrayContent(paper))).GetProperty("url").GetString();

        await Says(server, 0, "1 files (16.2 MiB) moved to 's3', each read back and compared.", "files", "move", "--to", "s3");
        Assert.Single(s3.Objects);
        await IsServed(http, url!, paper);
        await Says(server, 0, "s3: 1 files, 16.2 MiB", "files", "check");
        await Says(server, 0, "files: each file in the S3 store is there in its full length: 1 of 1 files looked at, the newest", "doctor");
        var copy = Path.Combine(Path.GetTempPath(), $"copy-{Guid.CreateVersion7():n}");
        if (kind == DatabaseKind.Sqlite) await Says(server, 0, $"1 files (16.2 MiB) lie in the S3 bucket '{S3StandIn.Bucket}' and are NOT in this copy.", "backup", copy);
        File.Delete(copy);

        var (path, bytes) = (s3.PathOf(s3.Objects.Single()), s3.Read(s3.Objects.Single()));
        await File.WriteAllBytesAsync(path, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)], Stop);
        await Says(server, 1, "in 's3': the content is another one than was kept", "files", "check");
        await Says(server, 1, "1 files stayed where they were", "files", "move", "--to", "database");
        await File.WriteAllBytesAsync(path, bytes, Stop);
        await Says(server, 0, "1 files (16.2 MiB) moved to 'database'", "files", "move", "--to", "database");
        Assert.Empty(s3.Objects);
        await IsServed(http, url!, paper);
    }

    private static async Task IsServed(HttpClient http, string url, byte[] paper)
    {
        var served = await http.GetByteArrayAsync(url, Stop);
        Assert.True(paper.AsSpan().SequenceEqual(served));
    }

    private static byte[] Paper() => [.. "%PDF-1.7 "u8, .. Enumerable.Range(0, 17_000_000).Select(i => (byte)((i * 31 >> 3) & 255))];

    private static async Task Says(ServerProcess server, int code, string words, params string[] command)
    {
        var (exit, output) = await server.Run(command);
        Assert.True(exit == code && output.Contains(words, StringComparison.Ordinal), $"{string.Join(' ', command)}: {exit}\n{output}");
    }

    private static async Task<JsonElement> Post(HttpClient http, string path, HttpContent content)
    {
        using var answer = await http.PostAsync(path, content, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
