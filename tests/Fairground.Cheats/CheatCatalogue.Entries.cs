using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>Cheats with the list of entries and the closing that froze it.</summary>
public static partial class CheatCatalogue
{
    private static IEnumerable<Cheat> OfEntries() =>
    [
        Caught("entry-removed", "An entry is taken out of the list.", "entries", "Entry 17 is missing from the list.", Files(f => f.Entries.RemoveAt(16))),
        Caught("last-entry-removed", "The last entry is taken out of the list.", "closing.size", "The closing counts 40 entries, but the list holds 39.", Files(f => f.Entries.RemoveAt(39))),
        Caught("entry-added-after-closing", "A friend's entry is added when the list is frozen.", "closing.size", "The closing counts 40 entries, but the list holds 41.",
            Files(f => f.Entries.Add(HonestDraw.Leaf(41, HonestDraw.Number(41), "a friend")))),
        Caught("root-republished", "An entry changes hands after closing, and the new list is signed and published as the one that was frozen.", "log", "the operator closed it twice",
            Operator(draw =>
            {
                draw.Entries[4] = HonestDraw.Leaf(5, HonestDraw.Number(5), "a friend");
                draw.Close(draw.Closing.ClosedAt);
                draw.Draw(draw.Bundle.Beacon, draw.Randomness);
                return draw.Files();
            })),
        Caught("entry-doubled", "An entry stands in the list twice.", "entries", "Entry 10 stands in the list more than once.", Files(f => f.Entries.Insert(9, f.Entries[9]))),
        Caught("entries-reordered", "Two entries change places.", "entries", "The entries are out of order: line 5 holds entry 6.", Files(f => (f.Entries[4], f.Entries[5]) = (f.Entries[5], f.Entries[4]))),
        Caught("entries-renumbered", "Two entries change places and numbers of place.", "closing.root", "The entries were changed",
            Files(f => (f.Entries[4], f.Entries[5]) = (HonestDraw.Leaf(5, HonestDraw.Number(6), HonestDraw.Person(6)), HonestDraw.Leaf(6, HonestDraw.Number(5), HonestDraw.Person(5))))),
        Caught("number-given-twice", "One certificate number is sold twice.", "entries", "was given out twice, to entries 3 and 10",
            Operator(draw => Reclosed(draw, 10, HonestDraw.Leaf(10, HonestDraw.Number(3), HonestDraw.Person(10))))),
        Caught("entry-of-another-lot", "An entry of another lot is smuggled in.", "entries", "Line 5 of the entries belongs to lot \"other\"",
            Files(f => f.Entries[4] = f.Entries[4].Replace(HonestDraw.Lot, "other", StringComparison.Ordinal))),
        Caught("entry-respelled", "A line is spelt otherwise, so that the list has two roots.", "entries", "It is not in canonical form.", Files(f => f.Entries[4] = f.Entries[4].Replace(",", ", ", StringComparison.Ordinal))),
        Caught("entry-with-more", "A line carries a member of which the format knows nothing.", "entries", "It has a member \"winner\" that no entry has.",
            Files(f => f.Entries[4] = f.Entries[4].Replace("}", ",\"winner\":true}", StringComparison.Ordinal))),
        Caught("holder-changed", "An entry is written to another holder.", "closing.root", "The entries were changed", Files(f => f.Entries[4] = HonestDraw.Leaf(5, HonestDraw.Number(5), "a friend"))),
        Caught("salt-changed", "A holder's salt is changed before closing, so that the holder no longer finds its entries.", "receipt", "the published entries give entry 5 to another holder",
            Operator(draw => Reclosed(draw, 5, HonestDraw.Leaf(5, HonestDraw.Number(5), HonestDraw.Person(5), new string('f', 32))))),
        Caught("number-changed", "The number of an entry is changed.", "closing.root", "The entries were changed", Files(f => f.Entries[4] = HonestDraw.Leaf(5, HonestDraw.Number(500), HonestDraw.Person(5)))),
        Caught("size-lied-about", "The closing counts more entries than there are.", "closing.size", "The closing counts 41 entries, but the list holds 40.", Operator(draw => Resigned(draw, c => c with { Size = 41 }))),
        Caught("root-lied-about", "The closing carries a root of no list.", "closing.root", "but the closing froze 0000", Operator(draw => Resigned(draw, c => c with { Root = new string('0', 64) }))),
        Caught("more-than-allowed", "More entries are sold than the terms allow.", "entries.limits", "The list holds 41 entries, but the terms allow 40.",
            Operator(draw => Reclosed(draw, 41, HonestDraw.Leaf(41, HonestDraw.Number(41), "a friend")))),
        Caught("closing-of-another-key", "The closing is signed by a key that is not the server's, and the bundle brings that key along.", "closing.signature", "does not verify under the key",
            Operator(draw =>
            {
                using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
                var files = draw.Files();
                files.Bundle["closing"] = draw.Closing.Sign(other, HonestDraw.Kid);
                files.Bundle["jwks"] = new Jwks(Jwk.FromKey(other, HonestDraw.Kid)).ToJson();
                return files;
            })),
        Caught("closing-altered", "The closing is altered after it was signed.", "closing.signature", "does not verify under the key",
            Operator(draw =>
            {
                var (files, parts) = (draw.Files(), draw.Bundle.Closing.Split('.'));
                var payload = System.Buffers.Text.Base64Url.EncodeToString(CanonicalJson.Serialize((draw.Closing with { ClosedAt = "2026-01-07T00:00:00Z" }).ToJson()));
                files.Bundle["closing"] = $"{parts[0]}.{payload}.{parts[2]}";
                return files;
            })),
        Caught("closing-of-another-lot", "The closing of another lot is shown.", "closing.terms", "The closing is of lot \"other\"", Operator(draw => Resigned(draw, c => c with { Lot = "other" }))),
        Caught("closed-before-opening", "The closing is dated before the sale opened.", "closing.terms", "before the sale opened", Operator(draw => Resigned(draw, c => c with { ClosedAt = "2025-01-01T00:00:00Z" }))),
        Caught("receipt-as-closing", "A signature of another kind is passed off as the closing.", "closing.signature", "The signature is one of another kind",
            Operator(draw =>
            {
                var files = draw.Files();
                files.Bundle["closing"] = draw.ReceiptFor(5).Sign(draw.Key, HonestDraw.Kid);
                return files;
            })),
    ];

    /// <summary>An entry is set before the list is frozen, and everything after is honest.</summary>
    private static DrawFiles Reclosed(HonestDraw draw, int seq, string leaf)
    {
        if (seq > draw.Entries.Count) draw.Entries.Add(leaf);
        else draw.Entries[seq - 1] = leaf;
        draw.Log.Clear();
        draw.Close(draw.Closing.ClosedAt);
        draw.Draw(draw.Bundle.Beacon, draw.Randomness);
        return draw.Files();
    }

    /// <summary>The operator signs another closing, in the log too; and draws by it where it is to be rebuilt.</summary>
    private static DrawFiles Resigned(HonestDraw draw, Func<ClosingStatement, ClosingStatement> change, bool rebuild = false)
    {
        draw.Closing = change(draw.Closing);
        if (rebuild) draw.Draw(draw.Bundle.Beacon, draw.Randomness);
        draw.Bundle = draw.Bundle with { Closing = draw.Closing.Sign(draw.Key, HonestDraw.Kid) };
        var at = draw.Log[^1].At;
        draw.Log.RemoveAt(draw.Log.Count - 1);
        draw.Append(draw.Bundle.Closing, at);
        return draw.Files();
    }
}
