namespace Fairground.Verification;

/// <summary>How one step of a verification came out.</summary>
public enum StepOutcome
{
    /// <summary>The step was checked and holds.</summary>
    Passed,

    /// <summary>Nothing is wrong, but the step proves less than a reader might think; the sentence says what.</summary>
    Note,

    /// <summary>Something stands against the draw, although its computation is right; the sentence says what.</summary>
    Doubt,

    /// <summary>The step does not hold, or could not be checked although the draw rests on it.</summary>
    Failed,
}

/// <summary>The overall outcome of a verification.</summary>
public enum Verdict
{
    /// <summary>Every step holds; there may be notes.</summary>
    Holds,

    /// <summary>No step failed, and at least one left a doubt.</summary>
    InDoubt,

    /// <summary>At least one step failed.</summary>
    Fails,
}

/// <summary>One step of a verification.</summary>
/// <param name="Id">A stable id, one of <see cref="Steps"/>.</param>
/// <param name="Sentence">What was found, in plain words.</param>
/// <param name="Outcome">How it came out.</param>
public sealed record VerificationStep(string Id, string Sentence, StepOutcome Outcome);

/// <summary>The stable ids of the steps, in the order in which they are taken.</summary>
public static class Steps
{
    /// <summary>The bundle can be read.</summary>
    public const string Bundle = "bundle";

    /// <summary>The terms can be read.</summary>
    public const string Terms = "terms";

    /// <summary>The beacons in the terms are public ones.</summary>
    public const string Chain = "terms.chain";

    /// <summary>The table of outcomes is the one that the terms fix.</summary>
    public const string Outcomes = "outcomes";

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

    /// <summary>A fail-over went by the published rule.</summary>
    public const string Switches = "switches";

    /// <summary>The randomness is the one that was fixed beforehand.</summary>
    public const string Entropy = "entropy";

    /// <summary>What the source of randomness promises.</summary>
    public const string EntropyPromise = "entropy.promise";

    /// <summary>The winners are those that the computation gives.</summary>
    public const string Winners = "winners";

    /// <summary>The reserves are those that the computation gives.</summary>
    public const string Reserves = "reserves";

    /// <summary>Reserves were called in order, each for a reason.</summary>
    public const string Calls = "calls";

    /// <summary>The holder's receipt agrees with the published entries.</summary>
    public const string Receipt = "receipt";

    /// <summary>The closing stands in an unbroken closing log.</summary>
    public const string Log = "log";

    /// <summary>The signed heads of the closing log agree with each other and with the copy.</summary>
    public const string Head = "head";

    /// <summary>What a round that somebody brought along says.</summary>
    public const string Beacon = "beacon";
}

/// <summary>What a verification found, step by step.</summary>
/// <param name="Found">The steps, in the order in which they were taken.</param>
public sealed record VerificationReport(IReadOnlyList<VerificationStep> Found)
{
    /// <summary>The overall outcome.</summary>
    public Verdict Verdict => With(StepOutcome.Failed).Any() ? Verdict.Fails : With(StepOutcome.Doubt).Any() ? Verdict.InDoubt : Verdict.Holds;

    /// <summary>Whether no step failed or left a doubt.</summary>
    public bool Holds => Verdict == Verdict.Holds;

    /// <summary>The steps that failed.</summary>
    public IEnumerable<VerificationStep> Failures => With(StepOutcome.Failed);

    /// <summary>The steps that came out like this.</summary>
    public IEnumerable<VerificationStep> With(StepOutcome outcome) => Found.Where(step => step.Outcome == outcome);

    /// <summary>The outcome in one sentence.</summary>
    public string Sentence => Verdict switch
    {
        Verdict.Fails => $"The draw does not hold: {Failures.First().Sentence}",
        Verdict.InDoubt => $"The draw is in doubt: {With(StepOutcome.Doubt).First().Sentence}",
        _ when With(StepOutcome.Note).Any() => "The draw holds: every step that was recomputed agrees. Read the notes before you rely on it.",
        _ => "The draw holds: every step was recomputed and agrees.",
    };
}
