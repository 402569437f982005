using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>A reserve that was called because somebody before it dropped out (draw proof, Calls of reserves; D-18).</summary>
/// <param name="Place">The reserve's place; calls walk the published order, so the first is the number of winners and each next one more.</param>
/// <param name="Seq">The reserve's entry.</param>
/// <param name="InsteadOf">The place whose holder dropped out.</param>
/// <param name="Reason">Why: one of <see cref="Reasons"/>.</param>
/// <param name="At">When the reserve was called; see <see cref="ProofTime"/>.</param>
/// <param name="Note">For <c>disqualified</c>, which term was broken and how; otherwise null.</param>
public sealed record ReserveCall(int Place, int Seq, int InsteadOf, string Reason, string At, string? Note = null)
{
    /// <summary>Did not come for the prize in time.</summary>
    public const string Unclaimed = "unclaimed";

    /// <summary>Gave the prize up.</summary>
    public const string Waived = "waived";

    /// <summary>Did not pay what was due in time.</summary>
    public const string Unpaid = "unpaid";

    /// <summary>Broke the published terms; needs a note.</summary>
    public const string Disqualified = "disqualified";

    /// <summary>All reasons for which a reserve may be called.</summary>
    public static IReadOnlyList<string> Reasons { get; } = [Unclaimed, Waived, Unpaid, Disqualified];

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["place"] = Place, ["seq"] = Seq, ["insteadOf"] = InsteadOf, ["reason"] = Reason, ["at"] = At };
        if (Note is not null) json["note"] = Note;
        return json;
    }

    internal static ReserveCall Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "A call of a reserve");
        return new ReserveCall(
            JsonRead.Int(json, "place"), JsonRead.Int(json, "seq", 1), JsonRead.Int(json, "insteadOf"), JsonRead.Text(json, "reason"), JsonRead.Time(json, "at"),
            JsonRead.Has(json, "note") ? JsonRead.Text(json, "note") : null);
    }
}
