using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>A place that was drawn.</summary>
/// <param name="Place">From 0; reserves count on from the winners.</param>
/// <param name="Seq">The entry.</param>
/// <param name="Number">Its certificate number.</param>
public sealed record DrawnPlace(int Place, int Seq, string Number);

/// <summary>All that a stranger needs to check a draw, but for the list of entries (draw proof, section 6; C-23).</summary>
/// <param name="Terms">The terms exactly as published.</param>
/// <param name="Closing">The closing statement, as a JWS.</param>
/// <param name="Entries">The address or file of the entries, one leaf a line.</param>
/// <param name="Beacon">The randomness.</param>
/// <param name="Winners">The winners, in order.</param>
/// <param name="Reserves">The reserves, in the order in which they would be called.</param>
/// <param name="Jwks">The server's keys.</param>
public sealed record ProofBundle(
    JsonObject Terms,
    string Closing,
    string Entries,
    Beacon Beacon,
    IReadOnlyList<DrawnPlace> Winners,
    IReadOnlyList<DrawnPlace> Reserves,
    Jwks Jwks)
{
    /// <summary>The signed switches of a draw that failed over, in order of their steps; see <see cref="SwitchStatement"/>.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>The reserves that were called, in order.</summary>
    public IReadOnlyList<ReserveCall> Calls { get; init; } = [];

    /// <summary>Makes a bundle of a draw that was just computed.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="closingJws">The closing statement, as a JWS.</param>
    /// <param name="entries">The address or file of the entries.</param>
    /// <param name="beacon">The randomness.</param>
    /// <param name="places">What <see cref="WinnerSelection.Places"/> gave.</param>
    /// <param name="numberOfSeq">The certificate number of an entry.</param>
    /// <param name="jwks">The server's keys.</param>
    public static ProofBundle Build(
        DrawTerms terms, string closingJws, string entries, Beacon beacon, IReadOnlyList<int> places, Func<int, string> numberOfSeq, Jwks jwks)
    {
        var drawn = places.Select((seq, place) => new DrawnPlace(place, seq, numberOfSeq(seq))).ToList();
        return new ProofBundle(
            terms.ToJson(), closingJws, entries, beacon, drawn.Take(terms.Winners).ToList(), drawn.Skip(terms.Winners).ToList(), jwks);
    }

    /// <summary>The bundle as published; <c>switches</c> and <c>calls</c> only where there are any.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["v"] = 1,
            ["terms"] = Terms.DeepClone(),
            ["closing"] = Closing,
            ["entries"] = Entries,
            ["beacon"] = Beacon.ToJson(),
            ["winners"] = PlacesJson(Winners),
            ["reserves"] = PlacesJson(Reserves),
            ["jwks"] = Jwks.ToJson(),
        };
        if (Switches.Count > 0) json["switches"] = new JsonArray([.. Switches.Select(jws => JsonValue.Create(jws))]);
        if (Calls.Count > 0) json["calls"] = new JsonArray([.. Calls.Select(call => call.ToJson())]);
        return json;
    }

    /// <summary>Reads a published bundle.</summary>
    /// <exception cref="FormatException">A member is missing or of the wrong shape; the message says which.</exception>
    public static ProofBundle Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "The bundle");
        _ = JsonRead.Int(json, "v", 1, 1);
        return new ProofBundle(
            (JsonObject)JsonRead.Object(json, "terms").DeepClone(),
            JsonRead.Text(json, "closing"),
            JsonRead.Text(json, "entries"),
            Beacon.Parse(JsonRead.Object(json, "beacon")),
            Places(json, "winners"),
            Places(json, "reserves"),
            Jwks.Parse(JsonRead.Object(json, "jwks")))
        {
            Switches = JsonRead.Has(json, "switches") ? JsonRead.Texts(json, "switches") : [],
            Calls = JsonRead.Has(json, "calls") ? JsonRead.Array(json, "calls").Select(ReserveCall.Parse).ToList() : [],
        };
    }

    /// <inheritdoc cref="Parse(JsonNode?)"/>
    public static ProofBundle Parse(string json) => Parse(CanonicalJson.Parse(json));

    private static List<DrawnPlace> Places(JsonObject json, string name) =>
        JsonRead.Array(json, name).Select(item =>
        {
            var place = JsonRead.Object(item, $"A place of \"{name}\"");
            return new DrawnPlace(JsonRead.Int(place, "place"), JsonRead.Int(place, "seq", 1), JsonRead.Text(place, "number"));
        }).ToList();

    private static JsonArray PlacesJson(IEnumerable<DrawnPlace> places) =>
        new([.. places.Select(place => new JsonObject { ["place"] = place.Place, ["seq"] = place.Seq, ["number"] = place.Number })]);
}
