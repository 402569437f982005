using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Testing.S3;

/// <summary>
/// Stands in for an S3 store, over the wire: one bucket, path style; PUT, GET with ranges, HEAD, DELETE and uploads in parts. It refuses whatever is not signed as AWS asks (Signature
/// Version 4, with the SHA-256 of the body), and fails on demand. Objects are files in a folder, so that large ones need no memory here.
/// </summary>
public sealed class S3StandIn : IAsyncDisposable
{
    public const string Bucket = "market";
    public const string AccessKey = "AKIDEXAMPLE";
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    public const string Region = "eu-north-1";

    private readonly WebApplication app;
    private readonly string folder;
    private readonly ConcurrentDictionary<string, string> uploads = new();

    private S3StandIn(WebApplication app, string folder) => (this.app, this.folder) = (app, folder);

    public string Url { get; private set; } = "";

    /// <summary>What was asked for, as <c>PUT key</c>; refused requests too.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers so many of the next requests with 503.</summary>
    public int FailNext { get; set; }

    /// <summary>Breaks the line after so many bytes of the next answer.</summary>
    public int BreakAfter { get; set; }

    /// <summary>Changes a byte of what is kept: a store that loses bits.</summary>
    public bool Spoils { get; set; }

    /// <summary>Ends all requests whose line contains this with 500.</summary>
    public string? FailOn { get; set; }

    public int Refused { get; private set; }

    public IEnumerable<string> Objects => Directory.EnumerateFiles(folder, "o-*").Select(f => Uri.UnescapeDataString(Path.GetFileName(f)[2..])).Order(StringComparer.Ordinal);

    public int OpenUploads => uploads.Count;

    public static async Task<S3StandIn> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var store = new S3StandIn(app, Directory.CreateTempSubdirectory("fairground-s3-").FullName);
        app.Run(store.Answer);
        await app.StartAsync();
        store.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return store;
    }

    public byte[] Read(string key) => File.ReadAllBytes(PathOf(key));

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, true);
    }

    private async Task Answer(HttpContext http)
    {
        var request = http.Request;
        var key = Uri.UnescapeDataString(request.Path.Value!.TrimStart('/'));
        Requests.Enqueue($"{request.Method} {key}{request.QueryString}");
        if (FailNext > 0)
        {
            FailNext--;
            await Error(http, 503, "SlowDown");
            return;
        }
        if (FailOn is { } part && Requests.Last().Contains(part, StringComparison.Ordinal))
        {
            await Error(http, 500, "InternalError");
            return;
        }
        var body = Path.Combine(folder, $"b-{Guid.CreateVersion7():n}");
        try
        {
            var sum = await Receive(request, body);
            if (SigV4.Refusal(request, sum, AccessKey, SecretKey, Region) is { } refusal)
            {
                Refused++;
                await Error(http, 403, refusal);
                return;
            }
            if (!key.StartsWith(Bucket + "/", StringComparison.Ordinal) && key != Bucket) await Error(http, 404, "NoSuchBucket");
            else await Do(http, key.Length > Bucket.Length ? key[(Bucket.Length + 1)..] : "", body);
        }
        finally
        {
            File.Delete(body);
        }
    }

    private Task Do(HttpContext http, string key, string body)
    {
        var (method, query) = (http.Request.Method, http.Request.Query);
        if (method == "GET" && query.ContainsKey("uploads")) return ListUploads(http, query["prefix"].ToString());
        if (method == "POST" && query.ContainsKey("uploads")) return Begin(http, key);
        if (query["uploadId"].ToString() is { Length: > 0 } upload) return Part(http, key, upload, body);
        return method switch
        {
            "PUT" => Put(http, key, body),
            "GET" or "HEAD" => Get(http, key),
            "DELETE" => Delete(http, key),
            _ => Error(http, 405, "MethodNotAllowed"),
        };
    }

    private async Task Put(HttpContext http, string key, string body)
    {
        Spoil(body);
        File.Move(body, PathOf(key), overwrite: true);
        http.Response.Headers.ETag = "\"put\"";
        await http.Response.CompleteAsync();
    }

    private async Task Begin(HttpContext http, string key)
    {
        var upload = Guid.CreateVersion7().ToString("n");
        uploads[upload] = key;
        await Xml(http, $"<InitiateMultipartUploadResult><Bucket>{Bucket}</Bucket><Key>{key}</Key><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>");
    }

    private async Task Part(HttpContext http, string key, string upload, string body)
    {
        if (!uploads.TryGetValue(upload, out var known) || known != key)
        {
            await Error(http, 404, "NoSuchUpload");
            return;
        }
        if (http.Request.Method == "PUT")
        {
            var number = int.Parse(http.Request.Query["partNumber"]!, CultureInfo.InvariantCulture);
            File.Move(body, Path.Combine(folder, $"p-{upload}-{number:00000}"), overwrite: true);
            http.Response.Headers.ETag = $"\"{number}\"";
            return;
        }
        var parts = Directory.GetFiles(folder, $"p-{upload}-*").Order(StringComparer.Ordinal).ToList();
        if (http.Request.Method == "POST")
        {
            // As S3 does: only the last part may be short, and the list that comes must be the parts that were sent.
            var listed = (await File.ReadAllTextAsync(body)).Split("<PartNumber>").Skip(1).Select(p => p.Split('<')[0]).ToList();
            if (parts.SkipLast(1).Any(p => new FileInfo(p).Length < 5 * 1024 * 1024) || !listed.SequenceEqual(parts.Select((_, i) => $"{i + 1}")))
            {
                await Error(http, 400, "InvalidPart");
                return;
            }
            await using (var whole = File.Create(PathOf(key)))
            {
                foreach (var part in parts)
                {
                    await using var content = File.OpenRead(part);
                    await content.CopyToAsync(whole);
                }
            }
            Spoil(PathOf(key));
            await Xml(http, $"<CompleteMultipartUploadResult><Bucket>{Bucket}</Bucket><Key>{key}</Key><ETag>\"parts\"</ETag></CompleteMultipartUploadResult>");
        }
        else
        {
            http.Response.StatusCode = 204;
        }
        uploads.TryRemove(upload, out _);
        foreach (var part in parts) File.Delete(part);
    }

    private async Task Get(HttpContext http, string key)
    {
        if (!File.Exists(PathOf(key)))
        {
            await Error(http, 404, "NoSuchKey");
            return;
        }
        await using var content = File.OpenRead(PathOf(key));
        var (from, to) = (0L, content.Length - 1);
        if (http.Request.GetTypedHeaders().Range is { } range)
        {
            (from, to) = (range.Ranges.Single().From!.Value, Math.Min(range.Ranges.Single().To ?? to, to));
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{to}/{content.Length}";
        }
        http.Response.ContentLength = to - from + 1;
        if (http.Request.Method == "HEAD") return;
        content.Position = from;
        var (left, buffer) = (to - from + 1, new byte[64 * 1024]);
        while (left > 0)
        {
            var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, BreakAfter > 0 ? Math.Min(BreakAfter, buffer.Length) : buffer.Length)));
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, read));
            left -= read;
            if (BreakAfter <= 0 || left <= 0) continue;
            BreakAfter = 0;
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }
    }

    private async Task Delete(HttpContext http, string key)
    {
        File.Delete(PathOf(key));
        http.Response.StatusCode = 204;
        await http.Response.CompleteAsync();
    }

    private Task ListUploads(HttpContext http, string prefix) => Xml(http,
        $"<ListMultipartUploadsResult><Bucket>{Bucket}</Bucket><IsTruncated>false</IsTruncated>{string.Concat(uploads.Where(u => u.Value.StartsWith(prefix, StringComparison.Ordinal)).Select(u => $"<Upload><Key>{u.Value}</Key><UploadId>{u.Key}</UploadId></Upload>"))}</ListMultipartUploadsResult>");

    private void Spoil(string path)
    {
        if (!Spoils) return;
        using var file = File.OpenWrite(path);
        file.Position = file.Length / 2;
        file.WriteByte(0);
        file.WriteByte(1);
    }

    private static async Task<string> Receive(HttpRequest request, string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.Create(path);
        var buffer = new byte[64 * 1024];
        for (var read = await request.Body.ReadAsync(buffer); read > 0; read = await request.Body.ReadAsync(buffer))
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Where an object lies here, to be spoilt by a test.</summary>
    public string PathOf(string key) => Path.Combine(folder, "o-" + Uri.EscapeDataString(key));

    private static Task Xml(HttpContext http, string xml)
    {
        http.Response.ContentType = "application/xml";
        return http.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml, Encoding.UTF8);
    }

    private static Task Error(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        return http.Request.Method == "HEAD" ? Task.CompletedTask : Xml(http, $"<Error><Code>{code}</Code><Message>{code}</Message></Error>");
    }
}
