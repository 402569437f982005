using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Fairground.House.Tests;

/// <summary>One of each role, made through the public API: the codes come from the development inbox.</summary>
internal sealed class People(HttpClient client)
{
    private const string Password = "Wheel-of-the-fair-9";
    private readonly Dictionary<string, string> tokens = [];
    private readonly Dictionary<string, string> contacts = [];

    /// <summary>Nobody, a person without a role, staff of another shop, staff, owner, operator.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["nobody", "buyer", "outsider", "staff", "owner", "operator"];

    /// <summary>A program of the shop, with a key that has every scope.</summary>
    public const string Key = "key";

    public string Shop { get; private set; } = "";

    /// <summary>Goods, a lot on sale and an import of that shop, by the first part of their addresses.</summary>
    public IReadOnlyDictionary<string, string> Belongings { get; private set; } = new Dictionary<string, string>();

    public async Task Register(CancellationToken ct)
    {
        contacts["operator"] = TestMarket.OperatorContact;
        await SignIn("operator", ct);
        foreach (var role in Roles.Except(["nobody", "operator"]))
        {
            contacts[role] = $"{role}@example.com";
            var registration = await Post("nobody", "/api/v1/registrations", new { contact = contacts[role], displayName = role }, ct);
            var inbox = await client.GetFromJsonAsync<JsonArray>($"/dev/inbox?to={contacts[role]}", ct);
            var code = inbox!.Select(m => m!["code"]?.GetValue<string>()).First(c => c is not null);
            await Post("nobody", $"/api/v1/registrations/{registration["registrationId"]}/confirmation", new { code, password = Password }, ct);
        }
        Shop = $"{(await Post("operator", "/api/v1/shops", new { name = "Ours", currency = "KZT" }, ct))["shopId"]}";
        var other = $"{(await Post("operator", "/api/v1/shops", new { name = "Theirs", currency = "KZT" }, ct))["shopId"]}";
        foreach (var role in Roles.Except(["nobody"])) await SignIn(role, ct);
        await Appoint("outsider", other, "owner", ct);
        await Appoint(ct);
        await Furnish(ct);
        await MakeKey(ct);
    }

    /// <summary>Gives staff and owner their roles again; some of the calls tried take them away.</summary>
    public async Task Appoint(CancellationToken ct)
    {
        foreach (var role in new[] { "staff", "owner" }) await Appoint(role, Shop, role, ct);
    }

    private async Task Appoint(string who, string shop, string role, CancellationToken ct)
    {
        var mine = await Get(who, "/api/v1/me/organisations", ct);
        if (mine["items"]!.AsArray().Any(o => $"{o!["organisationId"]}" == shop && $"{o["role"]}" == role)) return;
        var invitation = await Post("operator", $"/api/v1/organisations/{shop}/invitations", new { contact = contacts[who], role }, ct);
        await Post(who, $"/api/v1/me/invitations/{invitation["invitationId"]}/acceptance", new { }, ct);
    }

    private async Task MakeKey(CancellationToken ct)
    {
        var permissions = (JsonObject)JsonNode.Parse(await client.GetStringAsync("/api/v1/permissions", ct))!;
        var key = await Post("owner", $"/api/v1/shops/{Shop}/keys", new { name = "Everything", scopes = permissions["items"]!.AsArray().Select(p => (string)p!["code"]!).ToArray() }, ct);
        tokens[Key] = (string)key["secret"]!;
    }

    private async Task Furnish(CancellationToken ct)
    {
        var price = new { amount = "1000000", currency = "KZT" };
        var product = await Post("owner", $"/api/v1/shops/{Shop}/products", new { sku = "kettle", name = "Kettle", price }, ct);
        var lot = await Post(
            "owner",
            "/api/v1/lots",
            new { productId = product["productId"], kind = "certificates", nominal = new { amount = "10000", currency = "KZT" }, winners = 1, closesAt = TimeProvider.System.GetUtcNow().AddDays(30), unsoldPolicy = "refund-all" },
            ct);
        var import = await Post("owner", $"/api/v1/shops/{Shop}/imports", new { url = "http://127.0.0.1:9/goods.csv" }, ct);
        Belongings = new Dictionary<string, string>
        {
            ["products"] = $"{product["productId"]}",
            ["lots"] = $"{lot["lotId"]}",
            ["imports"] = $"{import["importId"]}",
        };
    }

    /// <summary>Signs in somebody who has an account already.</summary>
    public Task SignIn(string contact, string role, CancellationToken ct)
    {
        contacts[role] = contact;
        return SignIn(role, ct);
    }

    public async Task SignIn(string role, CancellationToken ct)
    {
        var session = await Post("nobody", "/api/v1/sessions", new { contact = contacts[role], password = role == "operator" ? TestMarket.OperatorPassword : Password }, ct);
        tokens[role] = session["accessToken"]!.GetValue<string>();
    }

    public void Sign(HttpRequestMessage request, string role)
    {
        if (role != "nobody") request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[role]);
    }

    public async Task<JsonNode> Get(string role, string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Sign(request, role);
        using var response = await client.SendAsync(request, ct);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(ct))!;
    }

    private async Task<JsonNode> Post(string role, string path, object body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        Sign(request, role);
        using var response = await client.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode ? JsonNode.Parse(text.Length == 0 ? "{}" : text)! : throw new InvalidOperationException($"POST {path} as {role}: {(int)response.StatusCode} {text}");
    }
}
