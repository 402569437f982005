using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>The terms of a lot, published when it opens and never changed after (draw proof, section 1; C-16, C-22).</summary>
public sealed record DrawTerms
{
    private static readonly string[] Known =
    [
        "v", "lot", "title", "kind", "currency", "price", "entryPrice", "entries", "maxEntriesPerPerson", "winners",
        "reserves", "opensAt", "closesAt", "drawsAt", "entropy", "outcomes",
    ];

    /// <summary>The version of the draw proof; 1.</summary>
    public int V { get; init; } = 1;

    /// <summary>The id of the lot.</summary>
    public required string Lot { get; init; }

    /// <summary>What is being drawn, in words.</summary>
    public required string Title { get; init; }

    /// <summary><c>certificates</c> or <c>two-stage</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>ISO 4217 code of both amounts.</summary>
    public required string Currency { get; init; }

    /// <summary>The full price of the goods, minor units.</summary>
    public required long Price { get; init; }

    /// <summary>The price of one entry, minor units.</summary>
    public required long EntryPrice { get; init; }

    /// <summary>The most entries that can be sold.</summary>
    public required int Entries { get; init; }

    /// <summary>The most entries that one person may hold.</summary>
    public required int MaxEntriesPerPerson { get; init; }

    /// <summary>How many winners are drawn.</summary>
    public required int Winners { get; init; }

    /// <summary>How many reserves are drawn after the winners.</summary>
    public required int Reserves { get; init; }

    /// <summary>When the sale opens; see <see cref="ProofTime"/>.</summary>
    public required string OpensAt { get; init; }

    /// <summary>When the sale closes at the latest.</summary>
    public required string ClosesAt { get; init; }

    /// <summary>The earliest time of the draw, where one was fixed.</summary>
    public string? DrawsAt { get; init; }

    /// <summary>Where the randomness comes from.</summary>
    public required Entropy Entropy { get; init; }

    /// <summary>The hash of the table of outcomes, hex, where one was published; see <see cref="OutcomeTable"/>.</summary>
    public string? Outcomes { get; init; }

    /// <summary>Further terms, published at the top level beside the others and hashed with them.</summary>
    public JsonObject Extra { get; init; } = [];

    /// <summary>The terms as they are published.</summary>
    /// <exception cref="FormatException">A time is malformed, or an additional term has the name of a fixed one.</exception>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["v"] = V,
            ["lot"] = Lot,
            ["title"] = Title,
            ["kind"] = Kind,
            ["currency"] = Currency,
            ["price"] = Price,
            ["entryPrice"] = EntryPrice,
            ["entries"] = Entries,
            ["maxEntriesPerPerson"] = MaxEntriesPerPerson,
            ["winners"] = Winners,
            ["reserves"] = Reserves,
            ["opensAt"] = Time(OpensAt, "opensAt"),
            ["closesAt"] = Time(ClosesAt, "closesAt"),
        };
        if (DrawsAt is not null) json["drawsAt"] = Time(DrawsAt, "drawsAt");
        json["entropy"] = Entropy.ToJson();
        if (Outcomes is not null) json["outcomes"] = Outcomes;
        foreach (var (key, value) in Extra)
        {
            if (Known.Contains(key)) throw new FormatException($"\"{key}\" is a fixed term and cannot be an additional one.");
            json.Add(key, value?.DeepClone());
        }
        return json;
    }

    /// <summary>Reads published terms. Members that this library does not know are kept in <see cref="Extra"/>, so that
    /// <see cref="Hash"/> covers them.</summary>
    /// <exception cref="FormatException">A member is missing or of the wrong shape; the message says which.</exception>
    public static DrawTerms Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "The terms");
        var terms = new DrawTerms
        {
            V = JsonRead.Int(json, "v"),
            Lot = JsonRead.Text(json, "lot"),
            Title = JsonRead.Text(json, "title"),
            Kind = JsonRead.Text(json, "kind"),
            Currency = JsonRead.Text(json, "currency"),
            Price = JsonRead.Long(json, "price"),
            EntryPrice = JsonRead.Long(json, "entryPrice"),
            Entries = JsonRead.Int(json, "entries"),
            MaxEntriesPerPerson = JsonRead.Int(json, "maxEntriesPerPerson"),
            Winners = JsonRead.Int(json, "winners"),
            Reserves = JsonRead.Int(json, "reserves"),
            OpensAt = JsonRead.Time(json, "opensAt"),
            ClosesAt = JsonRead.Time(json, "closesAt"),
            DrawsAt = JsonRead.Has(json, "drawsAt") ? JsonRead.Time(json, "drawsAt") : null,
            Entropy = Entropy.Parse(json["entropy"]),
            Outcomes = JsonRead.Has(json, "outcomes") ? JsonRead.Hash(json, "outcomes") : null,
            Extra = Entropy.Rest(json, Known) ?? [],
        };
        if (terms.V != 1) throw new FormatException($"Version {terms.V} of the terms is not known.");
        return terms;
    }

    /// <summary>SHA-256 of the canonical JSON of the whole published terms: 32 bytes.</summary>
    public byte[] Hash() => HashOf(ToJson());

    /// <summary>The hash in lower-case hex, as it stands on the lot's page and in receipts.</summary>
    public string HashHex() => Hex.Of(Hash());

    /// <summary>The hash of terms as they were published, whether or not this library can read them.</summary>
    /// <exception cref="FormatException">The JSON has no canonical form.</exception>
    public static byte[] HashOf(JsonNode published) => SHA256.HashData(CanonicalJson.Serialize(published));

    /// <summary>Two terms are the same when they hash to the same value.</summary>
    public bool Equals(DrawTerms? other) => other is not null && Hash().AsSpan().SequenceEqual(other.Hash());

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(Hash());

    private static string Time(string text, string name)
    {
        _ = ProofTime.UnixSeconds(text, name);
        return text;
    }
}
