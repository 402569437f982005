namespace Fairground.Fairness;

/// <summary>How one step of a verification came out.</summary>
public enum StepOutcome
{
    /// <summary>The step was checked and holds.</summary>
    Passed,

    /// <summary>Nothing is wrong, but the step does not prove what a reader might think; the sentence says why.</summary>
    Doubt,

    /// <summary>The step does not hold, or could not be checked although the draw rests on it.</summary>
    Failed,
}

/// <summary>The overall outcome of a verification.</summary>
public enum Verdict
{
    /// <summary>Every step holds.</summary>
    Passed,

    /// <summary>No step failed, and at least one left a doubt.</summary>
    PassedWithDoubts,

    /// <summary>At least one step failed.</summary>
    Failed,
}

/// <summary>One step of a verification.</summary>
/// <param name="Id">A stable id, one of <see cref="VerificationSteps"/>.</param>
/// <param name="Sentence">What was found, in plain words.</param>
/// <param name="Outcome">How it came out.</param>
public sealed record VerificationStep(string Id, string Sentence, StepOutcome Outcome);

/// <summary>The stable ids of the steps.</summary>
public static class VerificationSteps
{
    /// <summary>The bundle can be read.</summary>
    public const string Bundle = "bundle";

    /// <summary>The terms can be read.</summary>
    public const string Terms = "terms";

    /// <summary>Where the signing keys come from.</summary>
    public const string Keys = "keys";

    /// <summary>The closing statement is signed and can be read.</summary>
    public const string ClosingSignature = "closing.signature";

    /// <summary>The closing was made for these terms and this lot.</summary>
    public const string ClosingTerms = "closing.terms";

    /// <summary>The closing names the beacon round that the terms fix.</summary>
    public const string ClosingRound = "closing.round";

    /// <summary>The entries are complete, in order, and each stands once.</summary>
    public const string Entries = "entries";

    /// <summary>The entries keep to the limits in the terms.</summary>
    public const string EntriesLimits = "entries.limits";

    /// <summary>The entries are as many as the closing counts.</summary>
    public const string ClosingSize = "closing.size";

    /// <summary>The entries have the root that the closing froze.</summary>
    public const string ClosingRoot = "closing.root";

    /// <summary>The randomness is the one that was fixed beforehand.</summary>
    public const string Entropy = "entropy";

    /// <summary>What the source of randomness promises.</summary>
    public const string EntropyPromise = "entropy.promise";

    /// <summary>The winners are those that the computation gives.</summary>
    public const string Winners = "winners";

    /// <summary>The reserves are those that the computation gives.</summary>
    public const string Reserves = "reserves";

    /// <summary>The holder's receipt agrees with the published entries.</summary>
    public const string Receipt = "receipt";

    /// <summary>The closing stands in an unbroken closing log.</summary>
    public const string Log = "log";
}

/// <summary>What a verification found, step by step.</summary>
/// <param name="Steps">The steps, in the order in which they were taken.</param>
public sealed record VerificationReport(IReadOnlyList<VerificationStep> Steps)
{
    /// <summary>The overall outcome.</summary>
    public Verdict Verdict =>
        Steps.Any(step => step.Outcome == StepOutcome.Failed) ? Verdict.Failed
        : Steps.Any(step => step.Outcome == StepOutcome.Doubt) ? Verdict.PassedWithDoubts
        : Verdict.Passed;

    /// <summary>Whether no step failed.</summary>
    public bool Holds => Verdict != Verdict.Failed;

    /// <summary>The steps that failed.</summary>
    public IEnumerable<VerificationStep> Failures => Steps.Where(step => step.Outcome == StepOutcome.Failed);

    /// <summary>The outcome in one sentence.</summary>
    public string Sentence => Verdict switch
    {
        Verdict.Passed => "The draw holds: every step was recomputed and agrees.",
        Verdict.PassedWithDoubts => "Every step that was recomputed agrees; read the doubts before you rely on it.",
        _ => $"The draw does not hold: {Failures.First().Sentence}",
    };
}
