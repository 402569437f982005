using System.Globalization;

namespace Fairground.Verification;

/// <summary>One verification: takes the steps in order and remembers what the later ones need. A document that cannot be read ends the step that reads it.</summary>
internal sealed partial class Verification(Document bundle, IEnumerable<string> entryLines, Evidence evidence)
{
    private readonly List<VerificationStep> steps = [];

    private Signatures keys = null!;
    private Document terms = null!;
    private Source source = null!;
    private string termsHash = "";
    private string lot = "";
    private long winners, reserves;
    private string? drawsAt;
    private Closing? closing;
    private Entries? entries;
    private byte[]? randomness;

    private sealed record Closing(byte[] Payload, string Lot, string TermsHash, long Size, string Root, string At, long? Round)
    {
        public static Closing Read(byte[] payload)
        {
            var json = Document.Of(payload, "The closing statement");
            return new(payload, json.Text("lot"), json.Hash("termsHash"), json.Number("size", 0, int.MaxValue), json.Hash("root"), json.Time("closedAt"), json.Has("round") ? json.Number("round", 1) : null);
        }
    }

    public VerificationReport Run()
    {
        if (!Try(Steps.Terms, "The terms cannot be read", ReadTerms)) return new(steps);
        Try(Steps.Chain, "The terms cannot be read", CheckChains);
        Try(Steps.Outcomes, "The table of outcomes cannot be read", CheckOutcomes);
        if (!Try(Steps.Keys, "The keys cannot be read", ReadKeys)) return new(steps);
        Try(Steps.ClosingSignature, "The closing statement cannot be read", ReadClosing);
        if (closing is not null) Try(Steps.ClosingTerms, "The closing statement cannot be read", () => CheckClosing(closing));
        ReadEntries();
        if (closing is not null && entries is not null) CheckRoot(closing, entries);
        Try(Steps.Entropy, "The randomness cannot be read", CheckRandomness);
        Try(Steps.Winners, "The places cannot be read", CheckPlaces);
        Try(Steps.Calls, "The calls of reserves cannot be read", CheckCalls);
        Try(Steps.Receipt, "The receipt cannot be read", CheckReceipt);
        Try(Steps.Log, "The closing log cannot be read", CheckLog);
        Try(Steps.Head, "The heads of the closing log cannot be read", CheckHeads);
        Try(Steps.Beacon, "What you brought of the beacon cannot be read", CheckBroughtBeacon);
        return new(steps);
    }

    private bool Try(string id, string what, Action check)
    {
        try
        {
            check();
            return true;
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            Fail(id, $"{what}: {error.Message}");
            return false;
        }
    }

    private void Pass(string id, string sentence) => steps.Add(new(id, sentence, StepOutcome.Passed));

    private void Note(string id, string sentence) => steps.Add(new(id, sentence, StepOutcome.Note));

    private void Doubt(string id, string sentence) => steps.Add(new(id, sentence, StepOutcome.Doubt));

    private void Fail(string id, string sentence) => steps.Add(new(id, sentence, StepOutcome.Failed));

    private bool Holds(string id) => steps.Exists(step => step.Id == id) && !steps.Exists(step => step.Id == id && step.Outcome == StepOutcome.Failed);

    private static string Told(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void ReadTerms()
    {
        terms = bundle.Part("terms");
        termsHash = Document.Sha256(terms.Canonical);
        _ = terms.Number("v", 1, 1);
        lot = terms.Text("lot");
        (winners, reserves) = (terms.Number("winners", 0, int.MaxValue), terms.Number("reserves", 0, int.MaxValue));
        foreach (var text in (string[])["title", "kind", "currency"]) _ = terms.Text(text);
        foreach (var number in (string[])["price", "entryPrice", "entries", "maxEntriesPerPerson"]) _ = terms.Number(number);
        var (opens, closes) = (Document.Seconds(terms.Text("opensAt"), "opensAt"), Document.Seconds(terms.Text("closesAt"), "closesAt"));
        if (closes <= opens) throw new FormatException("The sale closes before it opens.");
        drawsAt = terms.Has("drawsAt") ? terms.Time("drawsAt") : null;
        source = Sources.Read(terms.Part("entropy"));
        Pass(Steps.Terms, $"The terms of lot \"{lot}\" can be read; their hash is {termsHash}.");
    }

    private void CheckChains()
    {
        if (source is not BeaconSource beacon) return;
        foreach (var chain in beacon.Failover.Select(step => step.Source).Prepend(beacon).OfType<DrandSource>())
        {
            var (outcome, sentence) = chain.Judge(evidence.KnownChains);
            steps.Add(new(Steps.Chain, sentence, outcome));
        }
    }

    private void ReadKeys()
    {
        keys = new Signatures(evidence.TrustedKeys is { } trusted ? Document.Of(Json.Read(trusted), "The key set") : bundle.Part("jwks"));
        if (evidence.TrustedKeys is not null) Pass(Steps.Keys, "Signatures are checked against the keys that you brought.");
        else Note(Steps.Keys, "Signatures are checked against the keys in the bundle itself; compare them with the keys that the server has published.");
    }

    private void ReadClosing()
    {
        var (payload, told) = keys.Check(bundle.Text("closing"), "fairground-closing+jws");
        if (payload is null)
        {
            Fail(Steps.ClosingSignature, $"The closing statement is not signed by the server. {told}");
            return;
        }
        closing = Closing.Read(payload);
        Pass(Steps.ClosingSignature, $"The closing statement of {closing.At} is signed by the server's key \"{told}\".");
    }

    private void CheckClosing(Closing statement)
    {
        if (statement.Lot != lot) Fail(Steps.ClosingTerms, $"The closing is of lot \"{statement.Lot}\", the terms are of lot \"{lot}\".");
        else if (statement.TermsHash != termsHash) Fail(Steps.ClosingTerms, $"The terms were changed: they hash to {termsHash}, but the closing was signed for {statement.TermsHash}.");
        else if (Document.Seconds(statement.At, "closedAt") < Document.Seconds(terms.Text("opensAt"), "opensAt")) Fail(Steps.ClosingTerms, $"The closing is dated {statement.At}, before the sale opened.");
        else Pass(Steps.ClosingTerms, "The closing was signed for exactly these terms.");

        if (source is DrandSource drand)
        {
            var round = drand.Round(Earliest(drand, statement));
            if (statement.Round != round) Fail(Steps.ClosingRound, $"The closing names round {(statement.Round is { } named ? Told(named) : "none")}, but the terms and the time of closing fix round {round}.");
            else Pass(Steps.ClosingRound, $"The closing names round {round} of {Document.Told(drand.TimeOf(round))}, the one that the terms and the time of closing fix.");
        }
        else if (statement.Round is not null)
        {
            Fail(Steps.ClosingRound, $"The closing names a beacon round, but the terms say {source.Name}.");
        }
    }

    /// <summary>No round or pulse before this time decides. Unix seconds.</summary>
    private long Earliest(BeaconSource beacon, Closing statement)
    {
        var delayed = Document.Seconds(statement.At, "closedAt") + beacon.Delay;
        return drawsAt is null ? delayed : Math.Max(delayed, Document.Seconds(drawsAt, "drawsAt"));
    }

    private void ReadEntries()
    {
        var list = Entries.Read(entryLines, lot);
        if (list.Problem is not null)
        {
            Fail(Steps.Entries, list.Problem);
            return;
        }
        entries = list;
        Pass(Steps.Entries, $"The list holds entries 1 to {list.Count} in order, each once.");
        var (most, holder) = list.Largest();
        var (allowed, cap) = (terms.Number("entries"), terms.Number("maxEntriesPerPerson"));
        // The draw proof makes a cap exceeded no failure, and its own vectors have one: the computation stands, the operator's promise does not.
        if (list.Count > allowed) Fail(Steps.EntriesLimits, $"The list holds {list.Count} entries, but the terms allow {allowed}.");
        else if (most > cap) Note(Steps.EntriesLimits, $"Holder {holder} has {most} entries, but the terms allow one person {cap}.");
        else Pass(Steps.EntriesLimits, $"No more than {allowed} entries were sold, and no holder has more than {cap}.");
    }

    private void CheckRoot(Closing statement, Entries list)
    {
        var root = Convert.ToHexStringLower(list.Root());
        if (statement.Size != list.Count) Fail(Steps.ClosingSize, $"The closing counts {statement.Size} entries, but the list holds {list.Count}.");
        else Pass(Steps.ClosingSize, $"The list is as long as the closing says: {list.Count}.");
        if (statement.Root != root) Fail(Steps.ClosingRoot, $"The entries were changed: their root is {root}, but the closing froze {statement.Root}.");
        else Pass(Steps.ClosingRoot, $"The entries are those that the closing froze; their root is {root}.");
    }

    private void CheckPlaces()
    {
        if (entries is null || randomness is null || !Holds(Steps.ClosingTerms) || !Holds(Steps.ClosingRoot))
        {
            Note(Steps.Winners, "The winners were not recomputed, because a step before this one failed.");
            return;
        }
        var seed = Selection.Seed(termsHash, entries.Root(), entries.Count, randomness);
        var places = Selection.Places(seed, entries, winners + reserves);
        Compare(Steps.Winners, "winner", 0, [.. places.Take((int)winners)], bundle.Parts("winners"));
        Compare(Steps.Reserves, "reserve", winners, [.. places.Skip((int)winners)], bundle.Parts("reserves"));
    }

    private void Compare(string id, string what, long firstPlace, List<int> computed, List<Document> published)
    {
        for (var i = 0; i < Math.Max(computed.Count, published.Count); i++)
        {
            if (PlaceProblem(what, firstPlace + i, i < computed.Count ? computed[i] : null, i < published.Count ? published[i] : null) is not { } problem) continue;
            Fail(id, problem);
            return;
        }
        const int shown = 20;
        var seqs = string.Join(", ", computed.Take(shown)) + (computed.Count > shown ? $" and {computed.Count - shown} more" : "");
        Pass(id, computed.Count == 0 ? $"There is no {what}, and none is listed." : $"Recomputed {what} entries, in order: {seqs}; the bundle lists the same.");
    }

    private string? PlaceProblem(string what, long place, int? computed, Document? published)
    {
        if (published is null) return $"The {what} for place {place} is missing from the bundle: entry {computed} was drawn.";
        var (listed, seq, number) = (published.Number("place"), published.Number("seq", 1), published.Text("number"));
        if (computed is null) return $"The bundle lists entry {seq} as a {what} for place {place}, where nobody was drawn.";
        if (listed != place) return $"The bundle lists place {listed} where place {place} belongs.";
        if (seq != computed) return $"The {what} for place {place} is entry {computed}, but the bundle lists entry {seq}.";
        var right = entries!.NumberOf((int)seq);
        return number == right ? null : $"The {what} for place {place} is entry {seq} with the number {right}, but the bundle gives the number {number}.";
    }
}
