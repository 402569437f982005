using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>What comes in the place of a beacon whose randomness cannot be had in time, published in the terms, so that no draw hangs and no choice of the operator decides (draw proof, Fail-over).</summary>
/// <param name="AfterSeconds">When the step is due, seconds after the time at which the first source was due.</param>
/// <param name="Source">The beacon of this step; null where everybody gets the money back.</param>
public sealed record FailoverStep(long AfterSeconds, BeaconEntropy? Source)
{
    /// <summary>The value of <c>source</c> for the last step, which gives everybody the money back.</summary>
    public const string Refund = "refund";

    /// <summary>The most steps that terms may have.</summary>
    public const int Most = 8;

    internal static JsonArray ListJson(BeaconEntropy first, IReadOnlyList<FailoverStep> steps)
    {
        Check(steps);
        if (first is not (DrandEntropy or NistEntropy)) throw new FormatException("This source has no fail-over.");
        return new JsonArray([.. steps.Select(step => step.ToJson())]);
    }

    internal static IReadOnlyList<FailoverStep> ReadList(JsonObject entropy)
    {
        if (!JsonRead.Has(entropy, "failover")) return [];
        var steps = JsonRead.Array(entropy, "failover").Select(Read).ToList();
        if (steps.Count == 0) throw new FormatException("\"failover\" is empty; it must be left out.");
        Check(steps);
        return steps;
    }

    private static FailoverStep Read(JsonNode? node)
    {
        var json = JsonRead.Object(node, "A step of \"failover\"");
        var after = JsonRead.Long(json, "afterSeconds", 1, Entropy.LatestTime);
        if (JsonRead.Has(json, "failover")) throw new FormatException("A step of \"failover\" has no \"failover\" of its own.");
        if (JsonRead.Text(json, "source") == Refund) return new FailoverStep(after, null);
        var source = (JsonObject)json.DeepClone();
        source.Remove("afterSeconds");
        return new FailoverStep(after, (BeaconEntropy)Entropy.Parse(source, mayBeCommitment: false));
    }

    private JsonObject ToJson()
    {
        var json = Source?.ToJson() ?? new JsonObject { ["source"] = Refund };
        json["afterSeconds"] = AfterSeconds;
        return json;
    }

    /// <summary>A switch must be decided before the next step is due, or two sources could both decide.</summary>
    private static void Check(IReadOnlyList<FailoverStep> steps)
    {
        if (steps.Count > Most) throw new FormatException($"There are more than {Most} steps of fail-over.");
        if (steps[0].AfterSeconds < 1) throw new FormatException("The first step of fail-over must come after its source was due.");
        for (var i = 0; i + 1 < steps.Count; i++)
        {
            if (steps[i].Source is not { } source) throw new FormatException("Only the last step of fail-over can be a refund.");
            if (steps[i + 1].AfterSeconds < steps[i].AfterSeconds + source.DelaySeconds + source.Period)
                throw new FormatException($"Step {i + 2} of fail-over leaves step {i + 1} too little time.");
        }
        if (steps.Any(step => step.Source is { DelaySeconds: < 1 })) throw new FormatException("A step of fail-over needs a delay, in which its switch is published.");
    }
}
