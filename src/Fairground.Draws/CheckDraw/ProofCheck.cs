using Fairground.Verification;

namespace Fairground.Draws;

/// <summary>What the server found when it recomputed a draw from what it publishes. A page says "proved" on the strength of this row and of nothing else (C-23).</summary>
internal sealed class ProofCheck
{
    public Guid LotId { get; init; }

    /// <summary>The state of the lot that was checked: a draw is checked when it is drawn and again when it is settled.</summary>
    public LotState LotState { get; set; }

    public DateTimeOffset CheckedAt { get; set; }

    /// <summary>Steps that were recomputed and agree.</summary>
    public int Passed { get; set; }

    /// <summary>Steps that carry a note.</summary>
    public int Noted { get; set; }

    /// <summary>Steps that do not agree.</summary>
    public int Failed { get; set; }

    /// <summary>True where every step agrees, but for the note on what the source of randomness promises.</summary>
    public bool Holds { get; set; }

    /// <summary>The outcome in one sentence.</summary>
    public string Sentence { get; set; } = "";

    /// <summary>Takes what a verification found. Pure.</summary>
    public void Take(VerificationReport report, LotState state, DateTimeOffset now)
    {
        (LotState, CheckedAt, Sentence) = (state, now, report.Sentence);
        Passed = report.With(StepOutcome.Passed).Count();
        Noted = report.Found.Count(s => s.Outcome is StepOutcome.Note or StepOutcome.Doubt);
        Failed = report.Failures.Count();
        Holds = Proves(report);
    }

    // What a source promises, and that it failed over by the published rule: said beside a draw that is proved.
    private static readonly string[] SaidBeside = [Steps.EntropyPromise, Steps.Switches];

    /// <summary>Any other note, and any doubt, leaves the draw unproved. Pure.</summary>
    public static bool Proves(VerificationReport report) =>
        report.Found.Any(s => s is { Id: Steps.Winners, Outcome: StepOutcome.Passed })
        && report.Found.All(s => s.Outcome == StepOutcome.Passed || (s.Outcome == StepOutcome.Note && SaidBeside.Contains(s.Id)));
}
