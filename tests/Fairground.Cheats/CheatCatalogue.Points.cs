using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>Cheats with the bytes of a beacon's signature: whoever can spell a round in two ways has two draws to choose from.</summary>
public static partial class CheatCatalogue
{
    private const string Unverified = "The signature of beacon round 1001 does not verify";

    private static IEnumerable<Cheat> OfPoints() =>
    [
        Caught("signature-outside-the-subgroup", "The signature is moved by a point that a pairing does not see, so that another randomness comes of the same round.", "entropy", Unverified,
            Signing(PointTricks.OutsideTheSubgroup)),
        Caught("signature-at-infinity", "The signature is the point at infinity.", "entropy", Unverified, Signing(_ => [0xc0, .. new byte[47]])),
        Caught("signature-uncompressed", "The signature is written with both coordinates, which gives another hash.", "entropy", Unverified, Signing(PointTricks.Uncompressed)),
        Caught("signature-negated", "The sign of the signature is turned.", "entropy", Unverified, Signing(PointTricks.Negated)),
        Caught("signature-not-canonical", "A point is written with a coordinate beyond the field.", "entropy", Unverified, Signing(_ => PointTricks.NotCanonical())),
        Caught("signature-with-a-tail", "A byte is added behind the signature.", "entropy", Unverified, Signing(signature => [.. signature, 0])),
        Caught("signature-in-capitals", "The signature is written in capitals.", "entropy", "The signature of the beacon is not lower-case hexadecimal.",
            Files(f => f.Bundle["beacon"]!["signature"] = ((string)f.Bundle["beacon"]!["signature"]!).ToUpperInvariant(), HonestDraw.ByDrand)),
        Caught("round-of-another-chain", "A genuine signature of another chain is passed off as that of the round.", "entropy", Unverified,
            Signing(_ => Convert.FromHexString(Facts.DefaultChain(HonestDraw.ChainedRound).Signature))),
        Caught("previous-signature-smuggled-in", "The round of a chain that knows no signature before it is shown with one.", "entropy", Unverified,
            Files(f => f.Bundle["beacon"]!["previousSignature"] = "", HonestDraw.ByDrand)),
        Caught("previous-signature-changed", "The signature before the round is another one.", "entropy", "The signature of beacon round 367 does not verify",
            Files(f => f.Bundle["beacon"]!["previousSignature"] = Facts.DefaultChain(51).Signature, HonestDraw.ByDefaultChain)),
        Caught("previous-signature-left-out", "The signature before the round is left out.", "entropy", "The signature of beacon round 367 does not verify",
            Files(f => f.Bundle["beacon"]!.AsObject().Remove("previousSignature"), HonestDraw.ByDefaultChain)),
        Caught("round-as-text", "The number of the round is written as text.", "entropy", "\"round\" must be a whole number", Files(f => f.Bundle["beacon"]!["round"] = "1001", HonestDraw.ByDrand)),
        Caught("two-beacons-shown", "A round and a pulse are shown, to say later which of them was meant.", "entropy", "another kind of randomness than the source in force gives", Files(f =>
        {
            f.Bundle["beacon"]!["pulse"] = Facts.Pulse(54610);
            f.Bundle["beacon"]!["previous"] = Facts.Pulse(54609);
            f.Bundle["beacon"]!["certificate"] = Facts.Certificate(Facts.Pulse(54610));
        }, HonestDraw.ByDrand)),
        Caught("public-chain-with-another-genesis", "The terms name the public chain, but let it begin at another time, so that a known round decides.", "terms.chain", "but give it another key, scheme or times",
            Operator(draw =>
            {
                // So much later that the time of round 1001 becomes that of round 123, which everybody has known for long.
                draw.Terms = draw.Terms with { Entropy = DrandBeacon.Quicknet(30) with { Genesis = 1_692_803_367 + (HonestDraw.Round - 123) * 3 } };
                draw.Log.Clear();
                draw.Close(draw.Closing.ClosedAt);
                draw.Draw(HonestDraw.DrandRound(123), SHA256.HashData(Convert.FromHexString(Facts.Quicknet(123))));
                return draw.Files();
            }, HonestDraw.ByDrand)),
        Caught("fail-over-without-a-beacon", "A draw by secret has a fail-over, to switch when the secret does not suit.", "terms", "has no beacon to fail over from",
            Files(f => f.Bundle["terms"]!["entropy"]!["failover"] = new JsonArray(new JsonObject { ["source"] = "refund", ["afterSeconds"] = 60 }))),
        Caught("fail-over-within-a-step", "A step of the fail-over has a fail-over of its own.", "terms", "has no fail-over of its own",
            Files(f => f.Bundle["terms"]!["entropy"]!["failover"]![0]!["failover"] = new JsonArray(), () => HonestDraw.FailedOver())),
    ];

    /// <summary>A draw by round 1001 with other bytes for its signature, drawn as they say.</summary>
    private static Func<DrawFiles> Signing(Func<byte[], byte[]> change) => Operator(draw =>
    {
        var signature = change(Convert.FromHexString(Facts.Quicknet(HonestDraw.Round)));
        var randomness = SHA256.HashData(signature);
        draw.Draw(new BeaconRound(HonestDraw.Round, Convert.ToHexStringLower(signature), Convert.ToHexStringLower(randomness)), randomness);
        return draw.Files();
    }, HonestDraw.ByDrand);
}
