using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Fairground.Scenarios.Vocabulary;

/// <summary>Somebody signed in: says what people do, and does it over HTTP.</summary>
public sealed class Person
{
    private readonly HttpClient http;

    internal Person(Fair fair, string contact, string id, string token)
    {
        (Contact, Id, Token) = (contact, id, token);
        http = fair.Http();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public string Contact { get; }

    public string Id { get; }

    public string Token { get; }

    public async Task<JsonNode> Get(string path, int expected = 200) => await Call.Read(await http.GetAsync($"api/v1/{path}"), expected);

    /// <summary>A file; the answer must be 200.</summary>
    public async Task<byte[]> Bytes(string path)
    {
        using var answer = await http.GetAsync($"api/v1/{path}");
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync();
    }

    public async Task<JsonNode> Post(string path, object body, int expected, string? key = null) => await Call.Read(await Send(path, body, key), expected);

    /// <summary>Asks a person into an organisation, who takes the role.</summary>
    public async Task Invites(Person person, string organisationId, string role)
    {
        var invitation = await Post($"organisations/{organisationId}/invitations", new { contact = person.Contact, role }, 201);
        await person.Post($"me/invitations/{invitation["invitationId"]}/acceptance", new { }, 204);
    }

    /// <summary>Posts and gives the answer as it is; a fresh Idempotency-Key unless one is given ("" for none).</summary>
    public async Task<HttpResponseMessage> Send(string path, object body, string? key = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, $"api/v1/{path}") { Content = JsonContent.Create(body) };
        key ??= Guid.CreateVersion7().ToString();
        if (key.Length > 0) request.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(request);
    }

    public async Task<JsonNode> TopsUp(long tenge)
    {
        var payment = await Post("me/wallet/top-ups", new { amount = Money(tenge) }, 201);
        return await Post($"payments/{payment["paymentId"]}/demo-completion", new { outcome = "succeeded" }, 200);
    }

    /// <summary>What is in the wallet, in whole tenge.</summary>
    public async Task<long> Wallet()
    {
        var wallet = await Get("me/wallet");
        var balance = wallet["balances"]!.AsArray().FirstOrDefault(b => (string)b!["balance"]!["currency"]! == "KZT");
        return balance is null ? 0 : long.Parse((string)balance["balance"]!["amount"]!, CultureInfo.InvariantCulture) / 100;
    }

    public async Task<Purchase> Buys(int quantity, Lot lot, string? key = null) => Purchase.Of(await Post($"lots/{lot.Id}/purchases", new { quantity }, 201, key));

    /// <summary>Tries to buy and gives the refusal's code.</summary>
    public async Task<string> IsRefused(int quantity, Lot lot, int status, string? key = null) => (string)(await Post($"lots/{lot.Id}/purchases", new { quantity }, status, key))["code"]!;

    public async Task<IReadOnlyList<JsonNode>> Wins()
    {
        var wins = await Get("me/wins");
        return [.. (wins as JsonArray ?? wins["items"]!.AsArray()).Select(w => w!)];
    }

    public async Task<IReadOnlyList<JsonNode>> Certificates()
    {
        var page = await Get("me/certificates");
        return [.. (page as JsonArray ?? page["items"]!.AsArray()).Select(c => c!)];
    }

    internal static object Money(long tenge) => new { amount = (tenge * 100).ToString(CultureInfo.InvariantCulture), currency = "KZT" };
}

/// <summary>The answer to a purchase.</summary>
public sealed record Purchase(string Id, long ChargedTenge, IReadOnlyList<(int Seq, string Number)> Entries, string Receipt)
{
    internal static Purchase Of(JsonNode node) => new(
        (string)node["purchaseId"]!,
        long.Parse((string)node["charged"]!["amount"]!, CultureInfo.InvariantCulture) / 100,
        [.. node["entries"]!.AsArray().Select(e => ((int)e!["seq"]!, (string)e["number"]!))],
        (string)node["receipt"]!);
}
