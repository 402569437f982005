namespace Fairground.Verification;

/// <summary>What the operator published beside the draw, and what a stranger brought along.</summary>
internal sealed partial class Verification
{
    private static readonly string[] Reasons = ["unclaimed", "waived", "unpaid", "disqualified"];

    private List<ClosingLine>? log;

    private void CheckOutcomes()
    {
        var fixedHash = terms.Has("outcomes") ? terms.Hash("outcomes") : null;
        if (evidence.Outcomes is null)
        {
            if (fixedHash is not null) Note(Steps.Outcomes, "The terms fix a table of outcomes; it was not given, so it was not compared.");
            return;
        }
        var table = Document.Of(Json.Read(evidence.Outcomes), "The table of outcomes");
        var hash = Document.Sha256(table.Canonical);
        if (fixedHash is null) Fail(Steps.Outcomes, "The terms fix no table of outcomes.");
        else if (hash != fixedHash) Fail(Steps.Outcomes, $"The table of outcomes was changed: it hashes to {hash}, but the terms fix {fixedHash}.");
        else CheckTable(table, hash);
    }

    private void CheckTable(Document table, string hash)
    {
        var (payload, _) = new Signatures(bundle.Part("jwks")).Check(bundle.Text("closing"), "fairground-closing+jws");
        var sold = payload is null ? 0 : Closing.Read(payload).Size;
        var (problem, told) = OutcomeRows.Check(table, terms, sold);
        if (problem is not null) Fail(Steps.Outcomes, problem);
        else Pass(Steps.Outcomes, $"The table of outcomes is the one that the terms fix, {hash}; {told}");
    }

    private void CheckCalls()
    {
        if (!bundle.Has("calls")) return;
        var calls = bundle.Parts("calls");
        if (calls.Count == 0) throw new FormatException("\"calls\" is empty; it must be left out.");
        var listed = bundle.Parts("reserves");
        var (dropped, before) = (new HashSet<long>(), closing is null ? long.MinValue : Document.Seconds(closing.At, "closedAt"));
        for (var i = 0; i < calls.Count; i++)
        {
            if (CallProblem(calls[i], winners + i, i < listed.Count ? listed[i] : null, dropped, ref before) is not { } problem) continue;
            Fail(Steps.Calls, problem);
            return;
        }
        Pass(Steps.Calls, $"{(calls.Count == 1 ? "One reserve was" : $"{calls.Count} reserves were")} called in the order of the draw: {string.Join(", ", calls.Select(call => $"place {call.Number("place")} ({call.Text("reason")})"))}.");
    }

    private static string? CallProblem(Document call, long due, Document? reserve, HashSet<long> dropped, ref long before)
    {
        var (place, seq, insteadOf, at) = (call.Number("place"), call.Number("seq", 1), call.Number("insteadOf"), Document.Seconds(call.Text("at"), "at"));
        if (reserve is null) return $"Place {place} was called, but no reserve is left.";
        if (place != due) return $"Place {place} was called, but place {due} was next: reserves may be called only in the order in which they were drawn.";
        if (seq != reserve.Number("seq", 1)) return $"Entry {seq} was called for place {place}, but the reserve there is entry {reserve.Number("seq", 1)}.";
        var reason = call.Has("reason") ? call.Text("reason") : "";
        if (!Reasons.Contains(reason)) return reason.Length == 0 ? $"Place {place} was called without a reason." : $"Place {place} was called for a reason that the draw proof does not know: \"{reason}\".";
        if (reason == "disqualified" && (!call.Has("note") || string.IsNullOrWhiteSpace(call.Text("note")))) return $"Place {place} was called after a disqualification that is not explained.";
        if (insteadOf >= place) return $"Place {place} was called in the stead of place {insteadOf}, which was not called before it.";
        if (!dropped.Add(insteadOf)) return $"Place {insteadOf} is said to have dropped out twice.";
        if (at < before) return $"Place {place} was called at {Document.Told(at)}, before what came ahead of it.";
        before = at;
        return null;
    }

    private void CheckReceipt()
    {
        if (evidence.Receipt is null) return;
        var (payload, told) = keys.Check(evidence.Receipt, "fairground-receipt+jws");
        if (payload is null)
        {
            Fail(Steps.Receipt, $"The receipt is not one of the server's. {told}");
            return;
        }
        var receipt = Document.Of(payload, "The receipt");
        _ = receipt.Number("v", 1, 1);
        if (ReceiptProblem(receipt) is { } contradiction) Fail(Steps.Receipt, contradiction);
        else if (entries is null) Doubt(Steps.Receipt, "The receipt was not compared with the entries, because the list of entries does not hold.");
        else Pass(Steps.Receipt, $"The published entries agree with the receipt of purchase {receipt.Text("purchase")}.");
    }

    private string? ReceiptProblem(Document receipt)
    {
        if (receipt.Text("lot") != lot) return $"The receipt is for lot \"{receipt.Text("lot")}\", not for lot \"{lot}\".";
        if (receipt.Hash("termsHash") != termsHash) return $"The receipt proves fraud: it was given for terms that hash to {receipt.Hash("termsHash")}, not for these.";
        var (holder, named) = (receipt.Hash("holder"), receipt.Parts("entries"));
        if (named.Count == 0) return "The receipt names no entry.";
        foreach (var entry in named)
        {
            var (seq, number) = (entry.Number("seq", 1), entry.Text("number"));
            if (entries is null) continue;
            if (seq > entries.Count) return $"The receipt proves fraud: it names entry {seq}, which the published entries lack.";
            if (entries.NumberOf((int)seq) != number) return $"The receipt proves fraud: it gives entry {seq} the number {number}, the published entries give it {entries.NumberOf((int)seq)}.";
            if (entries.HolderTold((int)seq) != holder) return $"The receipt proves fraud: the published entries give entry {seq} to another holder.";
        }
        return null;
    }

    private void CheckLog()
    {
        if (evidence.Log is null)
        {
            if (source is BeaconSource) Note(Steps.Log, "No copy of the closing log was given, so it was not checked that the closing was public before its randomness.");
            return;
        }
        var (lines, broken) = ClosingLines.Read(evidence.Log);
        if (broken is not null)
        {
            Fail(Steps.Log, broken);
            return;
        }
        log = lines;
        if (closing is not null && (StrangeProblem(lines) ?? ClosingProblem(lines, closing) ?? SwitchesProblem(lines, closing)) is { } problem) Fail(Steps.Log, problem);
    }

    /// <summary>The log is the operator's own word, so whatever it holds of this lot must be signed by a known key: a first closing could else be hidden behind a key that was taken away.</summary>
    private string? StrangeProblem(List<ClosingLine> lines)
    {
        foreach (var line in lines)
        {
            if (Signatures.Unproved(line.Statement) is not { } said || !said.Has("lot") || said.Value("lot") as string != lot) continue;
            var (payload, told) = keys.Check(line.Statement, line.IsSwitch ? "fairground-switch+jws" : "fairground-closing+jws");
            if (payload is null) return $"Line {line.Index} of the closing log is about this lot, but is not signed by a known key of the server. {told}";
        }
        return null;
    }

    private string? ClosingProblem(List<ClosingLine> lines, Closing statement)
    {
        ClosingLine? found = null;
        foreach (var line in lines.Where(line => !line.IsSwitch))
        {
            if (Payload(line, "fairground-closing+jws") is not { } payload) continue;
            if (!payload.AsSpan().SequenceEqual(statement.Payload)) return $"Line {line.Index} of the closing log holds another closing of this lot: the operator closed it twice.";
            found ??= line;
        }
        if (found is null) return "The closing of this lot does not stand in the closing log.";
        if (found.Seconds < Document.Seconds(statement.At, "closedAt")) return $"The closing is dated {statement.At}, but entered the closing log before that, at {found.At}.";
        if (source is BeaconSource beacon && found.Seconds >= beacon.Due(Earliest(beacon, statement))) return $"The closing entered the closing log at {found.At}, when its randomness was already known.";
        Pass(Steps.Log, $"The closing stands in line {found.Index} of an unbroken closing log, written at {found.At}.");
        return null;
    }

    /// <summary>The log and the bundle must tell the same switches, and each must have been public in time.</summary>
    private string? SwitchesProblem(List<ClosingLine> lines, Closing statement)
    {
        var logged = new List<(ClosingLine Line, byte[] Payload)>();
        foreach (var line in lines.Where(line => line.IsSwitch))
        {
            if (Payload(line, "fairground-switch+jws") is { } payload) logged.Add((line, payload));
        }
        foreach (var (line, payload) in logged)
        {
            var step = Document.Of(payload, "The switch").Number("step", 1);
            if (!switches.Exists(known => known.Payload.AsSpan().SequenceEqual(payload))) return $"Line {line.Index} of the closing log switches this lot to step {step}, but the bundle says nothing of it.";
        }
        foreach (var (step, payload) in switches)
        {
            var stands = logged.Find(entry => entry.Payload.AsSpan().SequenceEqual(payload)).Line;
            if (stands is null) return $"The switch to step {step} does not stand in the closing log.";
            var first = (BeaconSource)source;
            if (WindowProblem(first, step, first.Due(Earliest(first, statement)), stands.Seconds, $"The switch to step {step} entered the closing log at") is { } problem) return problem;
        }
        return null;
    }

    /// <summary>The signed bytes of a line about this lot; null for lines of other lots, which other keys may have signed.</summary>
    private byte[]? Payload(ClosingLine line, string typ)
    {
        var (payload, _) = keys.Check(line.Statement, typ);
        try
        {
            return payload is not null && Document.Of(payload, "The statement").Text("lot") == lot ? payload : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private sealed record Head(long Size, string Hash, string At)
    {
        public long Seconds => Document.Seconds(At, "at");
    }

    private void CheckHeads()
    {
        if (evidence.Heads is null) return;
        var heads = new List<Head>();
        foreach (var jws in evidence.Heads.Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            var (payload, told) = keys.Check(jws, "fairground-log-head+jws");
            if (payload is null)
            {
                Fail(Steps.Head, $"A head of the closing log is not signed by the server. {told}");
                return;
            }
            var json = Document.Of(payload, "The head");
            heads.Add(new Head(json.Number("size"), json.Hash("head"), json.Time("at")));
        }
        if (heads.Count == 0) throw new FormatException("There is none.");
        if (HeadsProblem(heads) is { } problem) Fail(Steps.Head, problem);
        else if (log is not null && heads.Exists(head => head.Size > log.Count)) Note(Steps.Head, $"The copy of the closing log has {log.Count} lines and is older than a head that you brought; what came later was not compared.");
        else Pass(Steps.Head, $"{(heads.Count == 1 ? "The signed head" : $"All {heads.Count} signed heads")} of the closing log {(log is null ? "can be read, and contradict each other nowhere" : "agree with the copy of the log")}.");
    }

    private string? HeadsProblem(List<Head> heads)
    {
        foreach (var one in heads)
        {
            foreach (var other in heads)
            {
                if (one.Size == other.Size && one.Hash != other.Hash) return $"Two signed heads show different logs of {one.Size} lines: this proves that two people were shown two logs.";
                if (one.Seconds > other.Seconds && one.Size < other.Size) return $"The signed head of {one.At} counts {one.Size} lines, that of {other.At} already {other.Size}: this proves that lines were taken out of the log.";
            }
            if (log is null || one.Size > log.Count) continue;
            if (one.Hash != (one.Size == 0 ? new string('0', 64) : log[(int)one.Size - 1].Hash)) return $"The signed head of {one.At} shows another line {one.Size - 1} than the copy of the log: this proves that the log was rewritten.";
        }
        return null;
    }

    /// <summary>A round that somebody kept: it can confirm the draw, or show that the operator could have had it.</summary>
    private void CheckBroughtBeacon()
    {
        if (evidence.Beacon is null || closing is null) return;
        var brought = Document.Of(Json.Read(evidence.Beacon), "The beacon");
        if (source is not BeaconSource first)
        {
            Note(Steps.Beacon, "The draw rests on no beacon, so what you brought says nothing about it.");
            return;
        }
        var earliest = Earliest(first, closing);
        var isThat = first switch
        {
            DrandSource drand => brought.Has("round") && brought.Number("round", 1) == drand.Round(earliest) && IsBroughtGenuine(drand, brought),
            PulseSource pulse => brought.Has("pulse") && Pulse.Check(pulse, earliest, brought.Part("pulse"), brought.Part("previous"), brought.Text("certificate")).Problem is null,
            _ => false,
        };
        var what = FirstTold(first, closing);
        if (!isThat) Note(Steps.Beacon, $"What you brought is not {what} of the terms, or does not verify, so it says nothing about this draw.");
        else if (switches.Count > 0) Doubt(Steps.Beacon, $"You brought {what}, and it verifies. The operator said that it could not be had in time. If you had it by then, the operator chose its randomness.");
        else Pass(Steps.Beacon, $"You brought {what}, and it verifies: it is the one that decided.");
    }

    private static bool IsBroughtGenuine(DrandSource drand, Document brought)
    {
        var previous = drand.Scheme != DrandSource.Chained ? null : brought.Has("previousSignature") ? brought.Text("previousSignature") : brought.Text("previous_signature");
        return Document.IsHex(brought.Text("signature")) && Document.IsHex(previous ?? "") && IsGenuine(drand, brought.Number("round", 1), Convert.FromHexString(brought.Text("signature")), previous);
    }
}
