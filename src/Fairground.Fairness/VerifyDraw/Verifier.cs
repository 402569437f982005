namespace Fairground.Fairness;

/// <summary>What a verification may use beside the bundle and the entries.</summary>
public sealed record VerifierOptions
{
    /// <summary>Checks beacon signatures. Without one a drand draw cannot pass.</summary>
    public IBeaconVerifier? BeaconVerifier { get; init; }

    /// <summary>A holder's receipt, to be compared with the published entries.</summary>
    public string? ReceiptJws { get; init; }

    /// <summary>The lines of a copy of the closing log, the first one first.</summary>
    public IEnumerable<string>? LogLines { get; init; }

    /// <summary>Keys learnt from elsewhere than the bundle; the bundle's own are then not believed.</summary>
    public Jwks? TrustedJwks { get; init; }
}

/// <summary>Recomputes a draw from what was published (draw proof, section 6; C-23).</summary>
public static class Verifier
{
    /// <summary>Checks a draw. Never throws on bad input: whatever is wrong is a failed step with a sentence.</summary>
    /// <param name="bundle">The published bundle.</param>
    /// <param name="entryLines">The published entries, one leaf a line, in order. Exceptions of the sequence itself (a
    /// file that cannot be read) pass through.</param>
    /// <param name="options">Keys, log, receipt and beacon, where at hand.</param>
    public static VerificationReport Verify(ProofBundle bundle, IEnumerable<string> entryLines, VerifierOptions? options = null) =>
        new VerificationRun(bundle, entryLines, options ?? new VerifierOptions()).Run();

    /// <summary>As the other overload, from the published text.</summary>
    public static VerificationReport Verify(string bundleJson, IEnumerable<string> entryLines, VerifierOptions? options = null)
    {
        ProofBundle bundle;
        try
        {
            bundle = ProofBundle.Parse(bundleJson);
        }
        catch (FormatException e)
        {
            return new([new(VerificationSteps.Bundle, $"The bundle cannot be read: {e.Message}", StepOutcome.Failed)]);
        }
        return Verify(bundle, entryLines, options);
    }
}
