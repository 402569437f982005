namespace Fairground.Verification;

/// <summary>What a verification may use beside the bundle and the entries. Whatever is left out is not checked, and the report says so.</summary>
public sealed record Evidence
{
    /// <summary>A holder's receipt, the JWS.</summary>
    public string? Receipt { get; init; }

    /// <summary>The lines of a copy of the closing log, the first one first.</summary>
    public IEnumerable<string>? Log { get; init; }

    /// <summary>Signed heads of the closing log, one JWS each.</summary>
    public IEnumerable<string>? Heads { get; init; }

    /// <summary>A round or pulse as a relay serves it, JSON: <c>round</c>, <c>signature</c> and, where the scheme is chained, <c>previous_signature</c>; or <c>pulse</c>, <c>previous</c> and <c>certificate</c>.</summary>
    public string? Beacon { get; init; }

    /// <summary>The table of outcomes, JSON.</summary>
    public string? Outcomes { get; init; }

    /// <summary>Keys learnt from elsewhere than the bundle, a JSON key set; the bundle's own are then not believed.</summary>
    public string? TrustedKeys { get; init; }

    /// <summary>Hashes of drand chains, beside the public ones, whose operator you know.</summary>
    public IReadOnlyCollection<string> KnownChains { get; init; } = [];
}

/// <summary>Recomputes a draw from what was published (draw proof; C-23). It shares no code with what holds a draw, but for <see cref="Fairness.BlsSignature"/>.</summary>
public static class DrawVerifier
{
    /// <summary>Checks a draw. Never throws on bad input: whatever is wrong is a failed step with a sentence.</summary>
    /// <param name="bundle">The published bundle, JSON.</param>
    /// <param name="entries">The published entries, one leaf a line, in order. Exceptions of the sequence itself (a file that cannot be read) pass through.</param>
    /// <param name="evidence">What else is at hand.</param>
    public static VerificationReport Verify(string bundle, IEnumerable<string> entries, Evidence? evidence = null)
    {
        try
        {
            var json = Document.Of(Json.Read(bundle), "The bundle");
            // What is not needed because better was brought along must be there all the same.
            _ = (json.Number("v", 1, 1), json.Text("entries"), json.Part("jwks").List("keys"));
            return new Verification(json, entries, evidence ?? new Evidence()).Run();
        }
        catch (FormatException error)
        {
            return new([new(Steps.Bundle, $"The bundle cannot be read: {error.Message}", StepOutcome.Failed)]);
        }
    }
}
