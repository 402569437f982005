using System.Text.Json.Nodes;

namespace Fairground.Scenarios.Vocabulary;

/// <summary>A shop and its owner: lists goods, opens lots.</summary>
public sealed class Shop(Fair fair, string id, Person owner)
{
    public string Id => id;

    public Person Owner => owner;

    /// <summary>Puts one thing into the catalogue at this price, in whole tenge.</summary>
    public async Task<string> Lists(string name, long tenge, bool essential = false) =>
        (string)(await owner.Post($"shops/{id}/products", new { sku = name, name, price = Person.Money(tenge), essential, categories = new[] { "Home" } }, 201))["productId"]!;

    /// <summary>A person of the shop's staff.</summary>
    public async Task<Person> Staff(string name)
    {
        var person = await fair.Register($"{name}-{id[^8..]}@fair.example", name);
        await owner.Invites(person, id, "staff");
        return person;
    }

    /// <summary>Drafts a lot of a new thing; what is not said takes the usual value.</summary>
    public async Task<Lot> Drafts(string thing = "Kettle", long price = 10_000, long nominal = 1_000, int cap = 100, int winners = 1, int reserves = 3, string policy = "draw-anyway", int closesInSeconds = 86_400, int drawDelaySeconds = 0, string entropy = "commit-reveal")
    {
        var productId = await Lists(thing, price);
        var closesAt = (fair.Clock ?? TimeProvider.System).GetUtcNow().AddSeconds(closesInSeconds);
        var lot = await owner.Post("lots", new
        {
            productId,
            kind = "certificates",
            nominal = Person.Money(nominal),
            winners,
            reserves,
            maxEntriesPerPerson = cap,
            closesAt = closesAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            drawDelaySeconds,
            unsoldPolicy = policy,
            entropy,
        }, 201);
        return new Lot(fair, this, (string)lot["lotId"]!, (int)lot["entries"]!, productId);
    }

    /// <summary>As <see cref="Drafts"/>, and opens it.</summary>
    public async Task<Lot> Opens(string thing = "Kettle", long price = 10_000, long nominal = 1_000, int cap = 100, int winners = 1, int reserves = 3, string policy = "draw-anyway", int closesInSeconds = 86_400, int drawDelaySeconds = 0, string entropy = "commit-reveal")
    {
        var lot = await Drafts(thing, price, nominal, cap, winners, reserves, policy, closesInSeconds, drawDelaySeconds, entropy);
        await lot.Opens();
        return lot;
    }
}

/// <summary>A lot as the public sees it.</summary>
public sealed class Lot(Fair fair, Shop shop, string id, int entries, string productId)
{
    public string Id => id;

    public int Entries => entries;

    public string ProductId => productId;

    public async Task Opens()
    {
        var response = await shop.Owner.Send($"lots/{id}/opening", new { });
        using (response) Xunit.Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task Closes()
    {
        var response = await shop.Owner.Send($"lots/{id}/closing", new { });
        using (response) Xunit.Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonNode> Look()
    {
        using var http = fair.Http();
        return await Call.Read(await http.GetAsync($"api/v1/lots/{id}"), 200);
    }

    public async Task<string> State() => (string)(await Look())["state"]!;

    public Task<string> Becomes(params string[] states) => Call.Until(State, s => states.Contains(s));

    public async Task<string> Text(string what, int expected = 200)
    {
        using var http = fair.Http();
        using var response = await http.GetAsync($"api/v1/lots/{id}/{what}");
        var text = await response.Content.ReadAsStringAsync();
        Xunit.Assert.True((int)response.StatusCode == expected, $"lots/…/{what} answered {(int)response.StatusCode}: {text}");
        return text;
    }
}
