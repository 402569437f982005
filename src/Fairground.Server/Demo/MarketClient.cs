using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Fairground.Server.Demo;

/// <summary>Speaks the public API as one person would: the demo market is made with nothing else.</summary>
internal sealed class MarketClient : IDisposable
{
    private readonly HttpClient http;

    public MarketClient(Uri address) => http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Registers with the code from the development inbox, or signs in where the contact is known.</summary>
    public static async Task<MarketClient> Enter(Uri address, DemoPerson person, CancellationToken ct)
    {
        var client = new MarketClient(address);
        var known = await client.http.PostAsJsonAsync("api/v1/sessions", new { contact = person.Contact, password = person.Password }, ct);
        if (known.IsSuccessStatusCode)
        {
            client.Token((await known.Content.ReadFromJsonAsync<JsonNode>(ct))!);
            return client;
        }
        var registration = await client.Post("registrations", new { contact = person.Contact, displayName = person.Name, numberConsent = true }, ct);
        var inbox = await client.http.GetFromJsonAsync<JsonArray>($"dev/inbox?to={Uri.EscapeDataString(person.Contact)}", ct);
        var code = inbox!.Select(m => m!["code"]?.GetValue<string>()).First(c => c is not null);
        client.Token(await client.Post($"registrations/{registration["registrationId"]}/confirmation", new { code, password = person.Password }, ct));
        return client;
    }

    public async Task<JsonNode> Get(string path, CancellationToken ct) => await Answer(await http.GetAsync($"api/v1/{path}", ct), path, ct);

    /// <summary>Posts, with a fresh idempotency key: one is asked for wherever money moves, and does no harm elsewhere.</summary>
    public async Task<JsonNode> Post(string path, object body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/{path}") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        return await Answer(await http.SendAsync(request, ct), path, ct);
    }

    public async Task Put(string path, object body, CancellationToken ct) => await Answer(await http.PutAsJsonAsync($"api/v1/{path}", body, ct), path, ct);

    /// <summary>Uploads a feed with the pictures it names.</summary>
    public async Task<JsonNode> Upload(string path, FileInfo feed, IEnumerable<FileInfo> pictures, CancellationToken ct)
    {
        using var form = new MultipartFormDataContent();
        form.Add(new StreamContent(feed.OpenRead()), "file", feed.Name);
        foreach (var picture in pictures)
        {
            var content = new StreamContent(picture.OpenRead());
            content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            form.Add(content, "pictures", picture.Name);
        }
        return await Answer(await http.PostAsync($"api/v1/{path}", form, ct), path, ct);
    }

    /// <summary>Pays money into the wallet through the demo gateway.</summary>
    public async Task TopUp(long wholeTenge, CancellationToken ct)
    {
        var payment = await Post("me/wallet/top-ups", new { amount = Tenge(wholeTenge) }, ct);
        await Post($"payments/{payment["paymentId"]}/demo-completion", new { outcome = "succeeded" }, ct);
    }

    public Task<JsonNode> Buy(string lotId, int quantity, CancellationToken ct) => Post($"lots/{lotId}/purchases", new { quantity }, ct);

    public static object Tenge(long whole) => new { amount = (whole * 100).ToString(CultureInfo.InvariantCulture), currency = "KZT" };

    public void Dispose() => http.Dispose();

    private void Token(JsonNode session) => http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session["accessToken"]!.GetValue<string>());

    private static async Task<JsonNode> Answer(HttpResponseMessage response, string path, CancellationToken ct)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(ct);
            if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{path} answered {(int)response.StatusCode}: {text}");
            return string.IsNullOrWhiteSpace(text) ? new JsonObject() : JsonNode.Parse(text)!;
        }
    }
}
