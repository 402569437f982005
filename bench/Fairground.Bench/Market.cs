using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fairground.Bench;

/// <summary>A small market made through the public API: a shop, a product, people with money, open lots.</summary>
internal sealed class Market(Uri address) : IDisposable
{
    private const string Password = "bench-Secret-2026";
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 8 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    private readonly List<(Guid Id, string Token)> people = [];
    private string op = "";
    private string product = "";

    public const string Operator = "op@bench.example";

    public static string OperatorSetting => $"{Operator}:{Password}";

    public Buyers Buyers => new([.. people.Select(p => p.Token)]);

    public IReadOnlyList<Guid> People => [.. people.Select(p => p.Id)];

    /// <summary>The same people with tokens for the contestant, which has a key of its own.</summary>
    public Buyers BuyersOf(byte[] key)
    {
        return new Buyers([.. people.Select(p => Token(p.Id))]);

        string Token(Guid id)
        {
            Span<byte> token = stackalloc byte[56];
            id.TryWriteBytes(token, true, out _);
            BinaryPrimitives.WriteInt64BigEndian(token[16..], DateTimeOffset.UtcNow.AddHours(12).ToUnixTimeMilliseconds());
            HMACSHA256.HashData(key, token[..24], token[24..]);
            return Base64Url.EncodeToString(token);
        }
    }

    public void Dispose() => http.Dispose();

    public async Task Found(int count)
    {
        op = Text(await Post("sessions", new { contact = Operator, password = Password }, null), "accessToken");
        var shop = Text(await Post("shops", new { name = "Bench", currency = "KZT" }, op), "shopId");
        using var form = new MultipartFormDataContent();
        form.Add(new StringContent("Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Status\nthing,A thing,<p>A thing.</p>,Bench,Title,Default Title,THING-1,200000.00,active\n"), "file", "feed.csv");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/shops/{shop}/imports") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", op);
        var job = await Answer(await http.SendAsync(request), "imports");
        for (var tries = 0; tries < 200 && Text(job, "state") is not ("done" or "failed"); tries++)
        {
            await Task.Delay(100);
            job = await Get($"imports/{Text(job, "importId")}", op);
        }
        product = Text((await Get($"products?shop={shop}", op))["items"]!.AsArray()[0]!, "productId");
        var left = new System.Collections.Concurrent.ConcurrentBag<int>(Enumerable.Range(1, count));
        var made = new System.Collections.Concurrent.ConcurrentBag<(int, Guid, string)>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (left.TryTake(out var number))
            {
                var (id, token) = await Person(number);
                made.Add((number, id, token));
            }
        }));
        people.AddRange(made.OrderBy(m => m.Item1).Select(m => (m.Item2, m.Item3)));
    }

    /// <summary>An open lot of certificates at 1 KZT each.</summary>
    public async Task<Guid> Lot(int entries)
    {
        var lot = Text(await Post("lots", new
        {
            productId = product,
            kind = "certificates",
            nominal = new { amount = "100", currency = "KZT" },
            entries,
            winners = 1,
            reserves = 3,
            maxEntriesPerPerson = entries,
            closesAt = DateTimeOffset.UtcNow.AddDays(2).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            drawDelaySeconds = 60,
            unsoldPolicy = "draw-anyway",
            entropy = "commit-reveal",
        }, op), "lotId");
        await Post($"lots/{lot}/opening", new { }, op);
        return Guid.Parse(lot);
    }

    public async Task<List<Guid>> Lots(int count, int entries)
    {
        var lots = new List<Guid>();
        foreach (var batch in Enumerable.Range(0, count).Chunk(8)) lots.AddRange(await Task.WhenAll(batch.Select(_ => Lot(entries))));
        return lots;
    }

    /// <summary>One purchase, so that the lot's account exists before a contestant that does not make accounts.</summary>
    public Task Prime(Guid lot) => Post($"lots/{lot}/purchases", new { quantity = 1 }, people[0].Token);

    private async Task<(Guid Id, string Token)> Person(int number)
    {
        var contact = string.Create(CultureInfo.InvariantCulture, $"buyer{number}@bench.example");
        var registration = Text(await Post("registrations", new { contact, displayName = $"Buyer {number}" }, null), "registrationId");
        var inbox = (JsonArray)(await Answer(await http.GetAsync(new Uri($"dev/inbox?to={Uri.EscapeDataString(contact)}", UriKind.Relative)), "inbox"));
        var code = inbox.Select(m => m!["code"]?.GetValue<string>()).First(c => c is not null);
        var confirmed = await Post($"registrations/{registration}/confirmation", new { code, password = Password }, null);
        var token = Text(confirmed, "accessToken");
        var payment = Text(await Post("me/wallet/top-ups", new { amount = new { amount = "1000000000", currency = "KZT" } }, token), "paymentId");
        await Post($"payments/{payment}/demo-completion", new { outcome = "succeeded" }, token);
        return (Guid.Parse(Text(confirmed, "userId")), token);
    }

    private async Task<JsonNode> Post(string path, object body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/{path}") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Answer(await http.SendAsync(request), path);
    }

    private async Task<JsonNode> Get(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Answer(await http.SendAsync(request), path);
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static async Task<JsonNode> Answer(HttpResponseMessage response, string path)
    {
        using var closing = response;
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{path} answered {(int)response.StatusCode}: {text}");
        return string.IsNullOrWhiteSpace(text) ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
