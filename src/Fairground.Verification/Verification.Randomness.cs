using System.Buffers.Binary;
using System.Security.Cryptography;
using Fairground.Fairness;

namespace Fairground.Verification;

/// <summary>Which source decided, and whether its randomness is genuine.</summary>
internal sealed partial class Verification
{
    // The switches of the bundle that hold, with the payload of each.
    private readonly List<(int Step, byte[] Payload)> switches = [];

    private void CheckRandomness()
    {
        var beacon = bundle.Part("beacon");
        if (source is BeaconSource first)
        {
            if (closing is null) return;
            if (!ReadSwitches(first, closing)) return;
            if (source.Commitment is null && beacon.Has("secret"))
            {
                Fail(Steps.Entropy, "The bundle reveals another kind of randomness than the terms announce.");
                return;
            }
            if (CheckInForce(first, closing, beacon) is not { } known) return;
            randomness = source.Commitment is null ? known : Mixed(known, beacon);
            if (randomness is not null) Pass(Steps.EntropyPromise, source.Promise);
            return;
        }
        if (bundle.Has("switches")) Fail(Steps.Switches, "The bundle carries switches, but the terms have no fail-over.");
        if (!beacon.Has("secret") || beacon.Has("round") || beacon.Has("pulse")) Fail(Steps.Entropy, "The bundle reveals another kind of randomness than the terms announce.");
        else randomness = Secret(beacon);
        Note(Steps.EntropyPromise, source.Promise);
    }

    /// <summary>Whether the switches, where there are any, went by the published rule.</summary>
    private bool ReadSwitches(BeaconSource first, Closing statement)
    {
        if (!bundle.Has("switches")) return true;
        var due = first.Due(Earliest(first, statement));
        foreach (var item in bundle.List("switches"))
        {
            if (SwitchProblem(item as string ?? throw new FormatException("A switch must be a string."), first, statement, due) is not { } problem) continue;
            Fail(Steps.Switches, problem);
            return false;
        }
        if (switches.Count == 0) throw new FormatException("\"switches\" is empty; it must be left out.");
        var step = switches[^1].Step;
        Note(Steps.Switches, $"The draw failed over to step {step}: {FirstTold(first, statement)} could, the operator says, not be had by {Document.Told(due + first.Failover[step - 1].After)}. If you or anybody had it then, this draw is doubtful.");
        return true;
    }

    private string FirstTold(BeaconSource first, Closing statement) => first is DrandSource drand
        ? $"round {Told(drand.Round(Earliest(drand, statement)))}"
        : $"the pulse of {Document.Told(first.Due(Earliest(first, statement)))}";

    private string? SwitchProblem(string jws, BeaconSource first, Closing statement, long due)
    {
        var (payload, told) = keys.Check(jws, "fairground-switch+jws");
        if (payload is null) return $"A switch is not signed by the server. {told}";
        var json = Document.Of(payload, "The switch");
        var (step, at) = ((int)json.Number("step", 1, int.MaxValue), Document.Seconds(json.Text("at"), "at"));
        if (json.Text("lot") != lot || json.Hash("termsHash") != termsHash || json.Hash("root") != statement.Root) return $"The switch to step {step} was signed for another lot, other terms or another list.";
        if (step > first.Failover.Count) return $"The switch goes to step {step}, but the terms have {first.Failover.Count} steps.";
        if (switches.Count > 0 && step <= switches[^1].Step) return $"The switch to step {step} comes after the one to step {switches[^1].Step}.";
        switches.Add((step, payload));
        return WindowProblem(first, step, due, at, $"The switch to step {step} is dated");
    }

    /// <summary>A switch counts only after its step is due and before the randomness of that step can be known.</summary>
    private static string? WindowProblem(BeaconSource first, int step, long due, long at, string what)
    {
        var from = due + first.Failover[step - 1].After;
        if (at < from) return $"{what} {Document.Told(at)}, but the step is due only at {Document.Told(from)}.";
        return first.Failover[step - 1].Source is { } next && at >= from + next.Delay ? $"{what} {Document.Told(at)}, when the randomness of that step could already be known." : null;
    }

    /// <summary>The 32 bytes of the beacon that decides, where it is genuine.</summary>
    private byte[]? CheckInForce(BeaconSource first, Closing statement, Document beacon)
    {
        var (inForce, earliest) = ((BeaconSource?)first, Earliest(first, statement));
        if (switches.Count > 0)
        {
            var step = first.Failover[switches[^1].Step - 1];
            inForce = step.Source;
            earliest = first.Due(earliest) + step.After + (inForce?.Delay ?? 0);
        }
        switch (inForce)
        {
            case DrandSource drand when beacon.Has("round") && !beacon.Has("pulse"):
                return Round(drand, drand.Round(earliest), beacon);
            case PulseSource pulse when beacon.Has("pulse") && !beacon.Has("round"):
                return PulseOf(pulse, earliest, beacon);
            case null:
                Fail(Steps.Entropy, "The draw failed over to the refund: everybody gets the money back, and nobody is drawn.");
                return null;
            default:
                Fail(Steps.Entropy, "The bundle reveals another kind of randomness than the source in force gives.");
                return null;
        }
    }

    private byte[]? Round(DrandSource drand, long round, Document beacon)
    {
        var named = beacon.Number("round", 1);
        if (named != round)
        {
            Fail(Steps.Entropy, $"The bundle draws from round {named}, but the terms and the time of closing fix round {round}.");
            return null;
        }
        var previous = beacon.Has("previousSignature") ? beacon.Text("previousSignature") : null;
        if (!Document.IsHex(beacon.Text("signature")) || (previous is not null && !Document.IsHex(previous)))
        {
            Fail(Steps.Entropy, "The signature of the beacon is not lower-case hexadecimal.");
            return null;
        }
        var signature = Convert.FromHexString(beacon.Text("signature"));
        var hash = SHA256.HashData(signature);
        if (Convert.ToHexStringLower(hash) != beacon.Hash("randomness")) Fail(Steps.Entropy, "The randomness is not the hash of the beacon's signature.");
        else if (!IsGenuine(drand, round, signature, previous)) Fail(Steps.Entropy, $"The signature of beacon round {round} does not verify under the chain's public key.");
        else Pass(Steps.Entropy, $"The signature of beacon round {round} verifies under the chain's public key.");
        return Holds(Steps.Entropy) ? hash : null;
    }

    private static bool IsGenuine(DrandSource drand, long round, byte[] signature, string? previous)
    {
        if ((drand.Scheme == DrandSource.Chained) != (previous is not null) || !Document.IsHex(drand.Key)) return false;
        var number = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, round);
        var (key, message) = (Convert.FromHexString(drand.Key), SHA256.HashData([.. Convert.FromHexString(previous ?? ""), .. number]));
        return drand.Scheme switch
        {
            "bls-unchained-g1-rfc9380" => BlsSignature.VerifyOnG1(key, message, "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"u8, signature),
            DrandSource.Chained or "pedersen-bls-unchained" => BlsSignature.VerifyOnG2(key, message, "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"u8, signature),
            _ => false,
        };
    }

    private byte[]? PulseOf(PulseSource pulse, long earliest, Document beacon)
    {
        var (problem, output) = Pulse.Check(pulse, earliest, beacon.Part("pulse"), beacon.Part("previous"), beacon.Text("certificate"));
        var hash = SHA256.HashData(output);
        if (problem is not null) Fail(Steps.Entropy, problem);
        else if (Convert.ToHexStringLower(hash) != beacon.Hash("randomness")) Fail(Steps.Entropy, "The randomness is not the hash of the pulse's output value.");
        else Pass(Steps.Entropy, $"The pulse of {beacon.Part("pulse").Text("timeStamp")} verifies under the pinned certificate, follows the one before it, and is the first at or after {Document.Told(earliest)}.");
        return Holds(Steps.Entropy) ? hash : null;
    }

    private byte[]? Mixed(byte[] known, Document beacon) => Secret(beacon) is { } secret ? SHA256.HashData([.. "fairground/mix/v1"u8, .. known, .. secret]) : null;

    private byte[]? Secret(Document beacon)
    {
        var secret = Convert.FromHexString(beacon.Hash("secret"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(secret));
        if (hash != source.Commitment)
        {
            Fail(Steps.Entropy, $"The secret does not match the commitment: it hashes to {hash}, but the terms committed to {source.Commitment}.");
            return null;
        }
        Pass(Steps.Entropy, "The revealed secret is the one to which the terms committed.");
        return secret;
    }
}
