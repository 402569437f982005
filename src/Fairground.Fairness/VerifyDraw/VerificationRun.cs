using System.Security.Cryptography;

namespace Fairground.Fairness;

/// <summary>One verification: takes the steps in order and remembers what the later ones need.</summary>
internal sealed class VerificationRun(ProofBundle bundle, IEnumerable<string> entryLines, VerifierOptions options)
{
    private readonly List<VerificationStep> _steps = [];
    private readonly Jwks _keys = options.TrustedJwks ?? bundle.Jwks;

    private DrawTerms? _terms;
    private byte[] _termsHash = [];
    private ClosingStatement? _closing;
    private byte[]? _closingPayload;
    private EntryList? _entries;
    private byte[]? _randomness;

    public VerificationReport Run()
    {
        CheckTerms();
        if (_terms is null) return new(_steps);
        CheckKeys();
        CheckClosing();
        CheckClosingTerms();
        CheckClosingRound();
        CheckEntries();
        CheckLimits();
        CheckRoot();
        CheckEntropy();
        CheckPlaces();
        CheckReceipt();
        CheckLog();
        return new(_steps);
    }

    private DrawTerms Terms => _terms!;

    private void Pass(string id, string sentence) => _steps.Add(new(id, sentence, StepOutcome.Passed));

    private void Doubt(string id, string sentence) => _steps.Add(new(id, sentence, StepOutcome.Doubt));

    private void Fail(string id, string sentence) => _steps.Add(new(id, sentence, StepOutcome.Failed));

    private bool Holds(string id) => _steps.Exists(step => step.Id == id && step.Outcome == StepOutcome.Passed);

    private void CheckTerms()
    {
        try
        {
            _termsHash = DrawTerms.HashOf(bundle.Terms);
            _terms = DrawTerms.Parse(bundle.Terms);
            Pass(VerificationSteps.Terms, $"The terms of lot \"{Terms.Lot}\" can be read; their hash is {Hex.Of(_termsHash)}.");
        }
        catch (FormatException e)
        {
            Fail(VerificationSteps.Terms, $"The terms cannot be read: {e.Message}");
        }
    }

    private void CheckKeys()
    {
        if (options.TrustedJwks is not null)
            Pass(VerificationSteps.Keys, "Signatures are checked against the keys that you brought.");
        else
            Doubt(VerificationSteps.Keys, "Signatures are checked against the keys in the bundle itself; compare them with the keys that the server has published.");
    }

    private void CheckClosing()
    {
        var check = Jws.Verify(bundle.Closing, _keys);
        if (check.Payload is null)
        {
            Fail(VerificationSteps.ClosingSignature, $"The closing statement is not signed by the server. {check.Problem}");
            return;
        }
        try
        {
            _closing = ClosingStatement.Parse(CanonicalJson.Parse(check.Payload));
            _closingPayload = check.Payload;
            Pass(VerificationSteps.ClosingSignature, $"The closing statement of {_closing.ClosedAt} is signed by the server's key \"{check.Kid}\".");
        }
        catch (FormatException e)
        {
            Fail(VerificationSteps.ClosingSignature, $"The closing statement cannot be read: {e.Message}");
        }
    }

    private void CheckClosingTerms()
    {
        if (_closing is null) return;
        if (_closing.Lot != Terms.Lot)
            Fail(VerificationSteps.ClosingTerms, $"The closing is of lot \"{_closing.Lot}\", the terms are of lot \"{Terms.Lot}\".");
        else if (_closing.TermsHash != Hex.Of(_termsHash))
            Fail(VerificationSteps.ClosingTerms, $"The terms were changed: they hash to {Hex.Of(_termsHash)}, but the closing was signed for {_closing.TermsHash}.");
        else
            Pass(VerificationSteps.ClosingTerms, "The closing was signed for exactly these terms.");
    }

    private void CheckClosingRound()
    {
        if (_closing is null) return;
        if (Terms.Entropy is not DrandEntropy drand)
        {
            if (_closing.Round is not null) Fail(VerificationSteps.ClosingRound, "The closing names a beacon round, but the terms say commit-reveal.");
            return;
        }
        var round = drand.RoundFor(_closing.ClosedAt, Terms.DrawsAt);
        if (_closing.Round != round)
            Fail(VerificationSteps.ClosingRound, $"The closing names round {_closing.Round?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, but the terms and the time of closing fix round {round}.");
        else
            Pass(VerificationSteps.ClosingRound, $"The closing names round {round}, the one that the terms and the time of closing fix.");
    }

    private void CheckEntries()
    {
        var entries = EntryList.Read(entryLines, Terms.Lot);
        if (entries.Problem is not null)
        {
            Fail(VerificationSteps.Entries, entries.Problem);
            return;
        }
        _entries = entries;
        Pass(VerificationSteps.Entries, $"The list holds entries 1 to {entries.Count} in order, each once.");
    }

    private void CheckLimits()
    {
        if (_entries is null) return;
        var (most, holder) = _entries.LargestHolder();
        if (_entries.Count > Terms.Entries)
            Fail(VerificationSteps.EntriesLimits, $"The list holds {_entries.Count} entries, but the terms allow {Terms.Entries}.");
        else if (most > Terms.MaxEntriesPerPerson)
            // The draw proof does not make this a failure: the computation stands, the operator's promise does not.
            Doubt(VerificationSteps.EntriesLimits, $"Holder {holder} has {most} entries, but the terms allow one person {Terms.MaxEntriesPerPerson}.");
        else
            Pass(VerificationSteps.EntriesLimits, $"No more than {Terms.Entries} entries were sold, and no holder has more than {Terms.MaxEntriesPerPerson}.");
    }

    private void CheckRoot()
    {
        if (_entries is null || _closing is null) return;
        var root = Hex.Of(_entries.Root());
        if (_closing.Size != _entries.Count)
            Fail(VerificationSteps.ClosingSize, $"The closing counts {_closing.Size} entries, but the list holds {_entries.Count}.");
        else
            Pass(VerificationSteps.ClosingSize, $"The list is as long as the closing says: {_entries.Count}.");
        if (_closing.Root != root)
            Fail(VerificationSteps.ClosingRoot, $"The entries were changed: their root is {root}, but the closing froze {_closing.Root}.");
        else
            Pass(VerificationSteps.ClosingRoot, $"The entries are those that the closing froze; their root is {root}.");
    }

    private void CheckEntropy()
    {
        switch (Terms.Entropy, bundle.Beacon)
        {
            case (CommitReveal commitment, RevealedSecret revealed):
                CheckSecret(commitment, revealed);
                break;
            case (DrandEntropy drand, BeaconRound round):
                CheckBeacon(drand, round);
                break;
            default:
                Fail(VerificationSteps.Entropy, "The bundle reveals another kind of randomness than the terms announce.");
                break;
        }
    }

    private void CheckSecret(CommitReveal commitment, RevealedSecret revealed)
    {
        if (!Hex.Is(revealed.Secret, 32))
        {
            Fail(VerificationSteps.Entropy, "The secret is not 32 bytes in lower-case hexadecimal.");
        }
        else
        {
            _randomness = Convert.FromHexString(revealed.Secret);
            var hash = Hex.Of(Seed.Commitment(_randomness));
            if (hash != commitment.Commitment)
                Fail(VerificationSteps.Entropy, $"The secret does not match the commitment: it hashes to {hash}, but the terms committed to {commitment.Commitment}.");
            else
                Pass(VerificationSteps.Entropy, "The revealed secret is the one to which the terms committed.");
        }
        Doubt(VerificationSteps.EntropyPromise, CommitReveal.Promise);
    }

    private void CheckBeacon(DrandEntropy drand, BeaconRound beacon)
    {
        if (_closing?.Round is { } named && named != beacon.Round)
        {
            Fail(VerificationSteps.Entropy, $"The bundle draws from round {beacon.Round}, but the closing named round {named}.");
            return;
        }
        if (beacon.Signature.Length == 0 || !Hex.Is(beacon.Signature, beacon.Signature.Length / 2))
        {
            Fail(VerificationSteps.Entropy, "The signature of the beacon is not lower-case hexadecimal.");
            return;
        }
        var signature = Convert.FromHexString(beacon.Signature);
        var randomness = SHA256.HashData(signature);
        if (Hex.Of(randomness) != beacon.Randomness)
        {
            Fail(VerificationSteps.Entropy, "The randomness is not the hash of the beacon's signature.");
            return;
        }
        _randomness = randomness;
        if (options.BeaconVerifier is null)
            Fail(VerificationSteps.Entropy, "The signature of the beacon was not checked: this verifier was given no means to check drand signatures, so it cannot say whether the randomness is genuine.");
        else if (!options.BeaconVerifier.Verify(drand, beacon.Round, signature))
            Fail(VerificationSteps.Entropy, $"The signature of beacon round {beacon.Round} does not verify under the chain's public key.");
        else
            Pass(VerificationSteps.Entropy, $"The signature of beacon round {beacon.Round} verifies under the chain's public key.");
        if (Holds(VerificationSteps.Entropy)) Pass(VerificationSteps.EntropyPromise, DrandEntropy.Promise);
    }

    private void CheckPlaces()
    {
        if (_entries is null || _randomness is null || !Holds(VerificationSteps.ClosingTerms) || !Holds(VerificationSteps.ClosingRoot))
        {
            Doubt(VerificationSteps.Winners, "The winners were not recomputed, because a step before this one failed.");
            return;
        }
        var wanted = (int)Math.Min((long)Terms.Winners + Terms.Reserves, _entries.Count);
        var seed = Seed.Derive(_termsHash, _entries.Root(), (ulong)_entries.Count, _randomness);
        var places = WinnerSelection.Places(seed, _entries.Count, _entries.HolderOf, wanted);
        ComparePlaces(VerificationSteps.Winners, "winner", 0, places.Take(Terms.Winners).ToList(), bundle.Winners);
        ComparePlaces(VerificationSteps.Reserves, "reserve", Terms.Winners, places.Skip(Terms.Winners).ToList(), bundle.Reserves);
    }

    private void ComparePlaces(string id, string what, int firstPlace, List<int> computed, IReadOnlyList<DrawnPlace> published)
    {
        for (var i = 0; i < Math.Max(computed.Count, published.Count); i++)
        {
            if (PlaceProblem(what, (long)firstPlace + i, i < computed.Count ? computed[i] : null, i < published.Count ? published[i] : null) is not { } problem)
                continue;
            Fail(id, problem);
            return;
        }
        Pass(id, computed.Count == 0 ? $"There is no {what}, and none is listed." : $"Recomputed {what} entries, in order: {string.Join(", ", computed)}; the bundle lists the same.");
    }

    private string? PlaceProblem(string what, long place, int? computed, DrawnPlace? published)
    {
        if (published is null) return $"The {what} for place {place} is missing from the bundle: entry {computed} was drawn.";
        if (computed is null) return $"The bundle lists entry {published.Seq} as a {what} for place {place}, where nobody was drawn.";
        if (published.Place != place) return $"The bundle lists place {published.Place} where place {place} belongs.";
        if (published.Seq != computed) return $"The {what} for place {place} is entry {computed}, but the bundle lists entry {published.Seq}.";
        var number = _entries!.NumberOf(published.Seq);
        return published.Number == number ? null : $"The {what} for place {place} is entry {published.Seq} with the number {number}, but the bundle gives the number {published.Number}.";
    }

    private void CheckReceipt()
    {
        if (options.ReceiptJws is null) return;
        var (receipt, problem) = Receipt.Verify(options.ReceiptJws, _keys);
        if (receipt is null)
        {
            Fail(VerificationSteps.Receipt, $"The receipt is not one of the server's. {problem}");
            return;
        }
        var contradiction = ReceiptProblem(receipt);
        if (contradiction is not null) Fail(VerificationSteps.Receipt, contradiction);
        else if (_entries is null) Doubt(VerificationSteps.Receipt, "The receipt was not compared with the entries, because the list of entries does not hold.");
        else Pass(VerificationSteps.Receipt, $"The published entries agree with the receipt of purchase {receipt.Purchase}.");
    }

    private string? ReceiptProblem(Receipt receipt)
    {
        if (receipt.Lot != Terms.Lot) return $"The receipt is for lot \"{receipt.Lot}\", not for lot \"{Terms.Lot}\".";
        if (receipt.TermsHash != Hex.Of(_termsHash))
            return $"The receipt proves fraud: it was given for terms that hash to {receipt.TermsHash}, not for these.";
        if (_entries is null) return null;
        foreach (var (seq, number) in receipt.Entries)
        {
            if (seq > _entries.Count) return $"The receipt proves fraud: it names entry {seq}, which the published entries lack.";
            if (_entries.NumberOf(seq) != number)
                return $"The receipt proves fraud: it gives entry {seq} the number {number}, the published entries give it {_entries.NumberOf(seq)}.";
            if (_entries.HolderOf(seq) != receipt.Holder)
                return $"The receipt proves fraud: the published entries give entry {seq} to another holder.";
        }
        return null;
    }

    private void CheckLog()
    {
        if (options.LogLines is null)
        {
            if (Terms.Entropy is DrandEntropy)
                Doubt(VerificationSteps.Log, "No copy of the closing log was given, so it was not checked that the closing was public before its round.");
            return;
        }
        var lines = options.LogLines.ToList();
        if (lines.Count > 0 && lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        var chain = ClosingLog.Verify(lines);
        if (!chain.Ok) Fail(VerificationSteps.Log, chain.Sentence);
        else if (_closing is not null) CheckClosingInLog(lines.Select(ClosingLogLine.Parse));
    }

    private void CheckClosingInLog(IEnumerable<ClosingLogLine> lines)
    {
        ClosingLogLine? found = null;
        foreach (var line in lines)
        {
            if (line.IsSwitch) continue;
            var check = Jws.Verify(line.Statement, _keys);
            if (check.Payload is null || LotOf(check.Payload) != Terms.Lot) continue;
            if (!check.Payload.AsSpan().SequenceEqual(_closingPayload))
            {
                Fail(VerificationSteps.Log, $"Line {line.Index} of the closing log holds another closing of this lot: the operator closed it twice.");
                return;
            }
            found ??= line;
        }
        if (found is null)
            Fail(VerificationSteps.Log, "The closing of this lot does not stand in the closing log.");
        else if (Terms.Entropy is DrandEntropy drand && Holds(VerificationSteps.ClosingRound)
            && ProofTime.UnixSeconds(found.At, "at") >= drand.TimeOfRound(_closing!.Round!.Value))
            Fail(VerificationSteps.Log, $"The closing entered the closing log at {found.At}, when its round was already known.");
        else
            Pass(VerificationSteps.Log, $"The closing stands in line {found.Index} of an unbroken closing log, written at {found.At}.");
    }

    private static string? LotOf(byte[] payload)
    {
        try
        {
            return ClosingStatement.Parse(CanonicalJson.Parse(payload)).Lot;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
