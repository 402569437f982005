using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>Cheats with the spelling of what is published: whatever two programs could read in two ways can be shown to each of them as it likes.</summary>
public static partial class CheatCatalogue
{
    private static IEnumerable<Cheat> OfSpelling() =>
    [
        Caught("key-twice", "The terms name the lot twice.", "bundle", "the key \"lot\" stands twice", Proof(text => Once(text, "\"lot\":", "\"lot\":\"other\",\"lot\":"))),
        Caught("key-twice-in-disguise", "The terms name the lot twice, once with an escape in the key.", "bundle", "the key \"lot\" stands twice", Proof(text => Once(text, "\"lot\":", "\"l\\u006ft\":\"other\",\"lot\":"))),
        Caught("number-as-power", "A number of the terms is spelt with an exponent, which leaves their hash as it is.", "terms", "\"winners\" must be a whole number", Proof(text => Once(text, "\"winners\":2", "\"winners\":2e0"))),
        Caught("number-with-a-point", "A place is spelt with a decimal point.", "winners", "\"place\" must be a whole number", Proof(text => Once(text, "\"place\":0", "\"place\":0.0"))),
        Caught("truth-for-a-number", "A place is given as false, which some languages take for 0.", "winners", "\"place\" must be a whole number", Proof(text => Once(text, "\"place\":0", "\"place\":false"))),
        Caught("minus-nothing", "A place is spelt as -0.", "winners", "\"place\" must be a whole number", Proof(text => Once(text, "\"place\":0", "\"place\":-0"))),
        Caught("number-beyond-doubles", "A number is larger than every program can hold, so that two programs hash it differently.", "terms", "cannot be held by a double", Proof(text => Once(text, "\"price\":10000000", "\"price\":9007199254740993"))),
        Caught("bundle-with-a-tail", "A second bundle stands behind the first.", "bundle", "something follows the end", Proof(text => text + "{}")),
        Caught("bundle-with-a-mark", "The bundle begins with a byte order mark.", "bundle", "The bundle cannot be read", Proof(text => "\ufeff" + text)),
        Caught("half-a-pair", "The title holds half of a surrogate pair, which programs replace each in its own way.", "bundle", "half of a surrogate pair", Proof(text => Once(text, "\"title\":\"", "\"title\":\"\\ud800"))),
        Caught("nested-too-deeply", "The terms are nested so deeply that some programs give up.", "bundle", "it is nested too deeply", Proof(text => Once(text, "\"title\":", $"\"deep\":{new string('[', 100)}{new string(']', 100)},\"title\":"))),
        Caught("lot-that-looks-alike", "The closing is of a lot whose name looks the same and is spelt otherwise in Unicode.", "closing.terms", "The closing is of lot", Operator(draw =>
        {
            draw.Terms = draw.Terms with { Lot = "caf\u00e9" };
            for (var i = 0; i < draw.Entries.Count; i++) draw.Entries[i] = draw.Entries[i].Replace(HonestDraw.Lot, "caf\u00e9", StringComparison.Ordinal);
            return Resigned(draw, c => c with { Lot = "cafe\u0301", TermsHash = draw.Terms.HashHex(), Root = HonestDraw.Root(draw.Entries) }, rebuild: true);
        })),
        Caught("date-that-is-none", "The sale closes on a day that no calendar has.", "terms", "\"closesAt\" must be a time", Files(f => f.Bundle["terms"]!["closesAt"] = "2026-02-30T00:00:00Z")),
        Caught("second-that-is-none", "The sale closes in a second that only some programs know.", "terms", "\"closesAt\" must be a time", Files(f => f.Bundle["terms"]!["closesAt"] = "2026-01-07T23:59:60Z")),
        Caught("negative-size", "The closing counts fewer than no entries.", "closing.signature", "\"size\" must lie between", Operator(draw => Resigned(draw, c => c with { Size = -40 }))),
        Caught("root-in-capitals", "The root is signed in capitals, to stand beside the other one.", "closing.signature", "lower-case hexadecimal", Operator(draw => Resigned(draw, c => c with { Root = c.Root.ToUpperInvariant() }))),
        Caught("secret-in-capitals", "The secret is written in capitals.", "entropy", "lower-case hexadecimal", Files(f => f.Bundle["beacon"]!["secret"] = ((string)f.Bundle["beacon"]!["secret"]!).ToUpperInvariant())),
        Caught("entries-with-other-line-ends", "The list is saved with carriage returns.", "entries", "It is not in canonical form.", Files(f => f.Spelt["entries.jsonl"] = string.Join("\r\n", f.Entries) + "\r\n")),
        Caught("entries-with-a-blank-line", "A blank line stands among the entries.", "entries", "Line 21 of the entries cannot be read", Files(f => f.Entries.Insert(20, ""))),
        Caught("place-as-text", "An entry gives its place as text.", "entries", "\"seq\" must be a whole number", Files(f => f.Entries[4] = f.Entries[4].Replace("\"seq\":5", "\"seq\":\"5\"", StringComparison.Ordinal))),
        Caught("calls-left-empty", "The calls of reserves are told as none, so that one may be put in later.", "calls", "\"calls\" is empty", Files(f => f.Bundle["calls"] = new JsonArray())),
        Caught("switches-left-empty", "The switches are told as none, so that one may be put in later.", "entropy", "\"switches\" is empty", Files(f => f.Bundle["switches"] = new JsonArray(), HonestDraw.ByDrand)),
    ];

    /// <summary>The text of the bundle is changed, as no program would write it.</summary>
    private static Func<DrawFiles> Proof(Func<string, string> change) => Files(f => f.Spelt["proof.json"] = change(f.ByName()["proof.json"]));

    private static string Once(string text, string old, string changed)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        return at < 0 ? throw new InvalidOperationException($"The text has no {old}.") : string.Concat(text.AsSpan(0, at), changed, text.AsSpan(at + old.Length));
    }
}
