using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>Cheats with the randomness, and with the fail-over from one source to the next.</summary>
public static partial class CheatCatalogue
{
    private static IEnumerable<Cheat> OfRandomness() =>
    [
        Caught("secret-not-matching", "Another secret is revealed than was committed to.", "entropy", "The secret does not match the commitment", Files(f => f.Bundle["beacon"]!["secret"] = new string('1', 64))),
        Caught("another-kind-of-randomness", "A round of a beacon is shown where a secret was committed to.", "entropy", "another kind of randomness than the terms announce",
            Operator(draw => Revealing(draw, HonestDraw.DrandRound(HonestDraw.Round).Json()))),
        Caught("secret-beside-a-round", "A secret that the terms do not commit to is shown beside the round.", "entropy", "another kind of randomness than the terms announce",
            Files(f => f.Bundle["beacon"]!["secret"] = new string('a', 64), HonestDraw.ByDrand)),
        Caught("round-replaced", "A later round decides, because its outcome suits.", "entropy", "The bundle draws from round 1002, but the terms and the time of closing fix round 1001",
            Operator(draw =>
            {
                draw.Draw(HonestDraw.DrandRound(1002), SHA256.HashData(Convert.FromHexString(Facts.Quicknet(1002))));
                return draw.Files();
            }, HonestDraw.ByDrand)),
        Caught("round-forged", "The signature of one round is passed off as that of another.", "entropy", "The signature of beacon round 1001 does not verify",
            Operator(draw =>
            {
                draw.Draw(HonestDraw.DrandRound(1002) with { Round = 1001 }, SHA256.HashData(Convert.FromHexString(Facts.Quicknet(1002))));
                return draw.Files();
            }, HonestDraw.ByDrand)),
        Caught("round-invented", "A signature is invented.", "entropy", "The signature of beacon round 1001 does not verify",
            Operator(draw =>
            {
                var invented = SHA256.HashData("a signature"u8);
                draw.Draw(new BeaconRound(1001, Convert.ToHexStringLower(invented), Convert.ToHexStringLower(SHA256.HashData(invented))), SHA256.HashData(invented));
                return draw.Files();
            }, HonestDraw.ByDrand)),
        Caught("randomness-invented", "The signature is genuine, but the randomness is not its hash.", "entropy", "The randomness is not the hash of the beacon's signature.",
            Files(f => f.Bundle["beacon"]!["randomness"] = new string('0', 64), HonestDraw.ByDrand)),
        Caught("round-renamed-in-the-closing", "The closing names another round than the terms fix.", "closing.round", "but the terms and the time of closing fix round 1001",
            Operator(draw => Resigned(draw, c => c with { Round = 1002 }), HonestDraw.ByDrand)),
        Caught("round-left-out-of-the-closing", "The closing names no round.", "closing.round", "The closing names round none", Operator(draw => Resigned(draw, c => c with { Round = null }), HonestDraw.ByDrand)),
        Caught("round-where-there-is-none", "The closing names a round where a secret decides.", "closing.round", "the terms say commit-reveal", Operator(draw => Resigned(draw, c => c with { Round = 7 }))),
        Caught("public-chain-with-another-key", "The terms name the public chain, but give it a key of the operator's own.", "terms.chain", "but give it another key",
            Files(f => f.Bundle["terms"]!["entropy"]!["publicKey"] = DrandBeacon.Default(30).PublicKey, HonestDraw.ByDrand)),
        Caught("chain-of-its-own", "The terms name a chain that nobody knows; here its rounds do not even verify.", "terms.chain", "is none of the public ones",
            Operator(draw =>
            {
                draw.Terms = draw.Terms with { Entropy = DrandBeacon.Quicknet(30) with { Chain = new string('a', 64) } };
                draw.Log.Clear();
                draw.Close(draw.Closing.ClosedAt);
                draw.Draw(draw.Bundle.Beacon, draw.Randomness);
                return draw.Files();
            }, HonestDraw.ByDrand)) with { IsDoubt = true },
        Caught("mixed-secret-not-matching", "The secret that is mixed in is another than was committed to.", "entropy", "The secret does not match the commitment",
            Files(f => f.Bundle["beacon"]!["secret"] = new string('1', 64), HonestDraw.Mixed)),
        Caught("mixed-secret-kept-back", "The secret that should be mixed in is left out, because the round alone suits.", "entropy", "\"secret\" is missing",
            Operator(draw =>
            {
                draw.Draw(HonestDraw.DrandRound(HonestDraw.Round), SHA256.HashData(Convert.FromHexString(Facts.Quicknet(HonestDraw.Round))));
                return draw.Files();
            }, HonestDraw.Mixed)),
        Caught("mixed-not-mixed", "The secret is shown, but the places are computed from the round alone.", "winners", "The winner for place",
            Operator(draw =>
            {
                var beacon = draw.Bundle.Beacon;
                draw.Draw(beacon, SHA256.HashData(Convert.FromHexString(Facts.Quicknet(HonestDraw.Round))));
                return draw.Files();
            }, HonestDraw.Mixed)),
        Caught("pulse-forged", "A value of the pulse is changed.", "entropy", "The signature of the pulse does not verify", Files(f => f.Bundle["beacon"]!["pulse"]!["localRandomValue"] = new string('A', 128), HonestDraw.ByNist)),
        Caught("pulse-chosen", "The closing came a minute earlier, and the pulse after the right one decides.", "entropy", "The pulse is not the first one at or after",
            Operator(draw => Resigned(draw, c => c with { ClosedAt = "2018-08-30T17:42:10Z" }), HonestDraw.ByNist)),
        Caught("pulse-from-before", "A pulse decides that was known when the lot closed.", "entropy", "The pulse is from before the time that the terms fix.",
            Operator(draw => Resigned(draw, c => c with { ClosedAt = "2018-08-30T17:44:10Z" }), HonestDraw.ByNist)),
        Caught("pulse-of-another-certificate", "The pulse is signed under another certificate than the terms pin.", "entropy", "The certificate is not the one that the terms pin.",
            Files(f => f.Bundle["beacon"]!["certificate"] = Facts.Certificate(Facts.Pulse(1884240)), HonestDraw.ByNist)),
        Caught("output-invented", "The pulse is genuine, but the randomness is not the hash of its output.", "entropy", "The randomness is not the hash of the pulse's output value.",
            Files(f => f.Bundle["beacon"]!["randomness"] = new string('0', 64), HonestDraw.ByNist)),
    ];

    private static IEnumerable<Cheat> OfFailover() =>
    [
        Caught("switch-hidden", "The draw switched to the next source, and was then drawn from the first all the same.", "log", "but the bundle says nothing of it",
            Operator(draw =>
            {
                draw.Draw(HonestDraw.DrandRound(HonestDraw.Round), SHA256.HashData(Convert.FromHexString(Facts.Quicknet(HonestDraw.Round))));
                draw.Bundle = draw.Bundle with { Switches = [] };
                return draw.Files();
            }, () => HonestDraw.FailedOver())),
        Caught("switch-hidden-and-late", "The draw switched when it was too late to, and was then drawn from the first source all the same.", "log", "but the bundle says nothing of it",
            Operator(draw =>
            {
                draw.Draw(HonestDraw.DrandRound(HonestDraw.Round), SHA256.HashData(Convert.FromHexString(Facts.Quicknet(HonestDraw.Round))));
                draw.Bundle = draw.Bundle with { Switches = [] };
                return draw.Files();
            }, () => HonestDraw.FailedOver(switchAt: HonestDraw.After(HonestDraw.DrandClosing, 30 + 3600 + 600)))),
        Caught("switch-not-logged", "A switch was never published.", "log", "The switch to step 1 does not stand in the closing log.",
            Operator(draw =>
            {
                draw.Log.RemoveAt(draw.Log.Count - 1);
                return draw.Files();
            }, () => HonestDraw.FailedOver())),
        Caught("switch-too-early", "The draw switches before the step is due.", "switches", "but the step is due only at", Operator(draw => draw.Files(), () => HonestDraw.FailedOver(switchAt: HonestDraw.After(HonestDraw.DrandClosing, 60)))),
        Caught("switch-too-late", "The draw switches when the next source's randomness was already known.", "switches", "when the randomness of that step could already be known",
            Operator(draw => draw.Files(), () => HonestDraw.FailedOver(switchAt: HonestDraw.After(HonestDraw.DrandClosing, 30 + 3600 + 600)))),
        Caught("switch-logged-too-late", "The switch is dated in time, but was published when the randomness was known.", "log", "when the randomness of that step could already be known",
            Operator(draw => draw.Files(), () => HonestDraw.FailedOver(loggedAt: HonestDraw.After(HonestDraw.DrandClosing, 30 + 3600 + 900)))),
        Caught("later-pulse-chosen", "After the switch a later pulse decides than the first that may.", "entropy", "The pulse is not the first one at or after", Operator(draw => draw.Files(), () => HonestDraw.FailedOver(pulsesLater: 1))),
        Caught("switch-of-another-list", "A switch of another lot is shown.", "switches", "was signed for another lot, other terms or another list",
            Operator(draw =>
            {
                var other = new SwitchStatement("other", draw.Terms.HashHex(), draw.Closing.Root, 1, draw.Log[^1].At).Sign(draw.Key, HonestDraw.Kid);
                draw.Bundle = draw.Bundle with { Switches = [other] };
                return draw.Files();
            }, () => HonestDraw.FailedOver())),
        Caught("switch-without-fail-over", "A switch is made although the terms have no fail-over.", "switches", "but the terms have 0 steps",
            Operator(draw =>
            {
                draw.Switch(1, HonestDraw.After(HonestDraw.DrandClosing, 3700));
                return draw.Files();
            }, HonestDraw.ByDrand)),
        Caught("drawn-after-the-refund", "The draw failed over to the refund and was drawn all the same.", "entropy", "everybody gets the money back",
            Operator(draw =>
            {
                draw.Switch(2, HonestDraw.After(HonestDraw.DrandClosing, 30 + 86_400));
                return draw.Files();
            }, () => HonestDraw.FailedOver())),
        Doubted("round-could-be-had", "The operator says that the round could not be had, and somebody kept it.", "beacon", "You brought round 1001, and it verifies.",
            Files(f => f.Beacon = new JsonObject { ["round"] = 1001, ["signature"] = Facts.Quicknet(1001) }.ToJsonString(), () => HonestDraw.FailedOver())),
        Doubted("pulse-could-be-had", "The operator says that the pulse could not be had, and somebody kept it.", "beacon", "and it verifies. The operator said that it could not be had in time.",
            Files(f => f.Beacon = new JsonObject { ["pulse"] = Facts.Pulse(54610), ["previous"] = Facts.Pulse(54609), ["certificate"] = Facts.Certificate(Facts.Pulse(54610)) }.ToJsonString(), HonestDraw.FailedOverFromNist)),
    ];

    private static DrawFiles Revealing(HonestDraw draw, JsonObject beacon)
    {
        var files = draw.Files();
        files.Bundle["beacon"] = beacon;
        return files;
    }

    private static JsonObject Json(this BeaconRound round) => new() { ["round"] = round.Round, ["signature"] = round.Signature, ["randomness"] = round.Randomness };
}
