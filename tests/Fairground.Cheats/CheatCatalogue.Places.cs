using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>Cheats with winners, reserves, calls, and terms.</summary>
public static partial class CheatCatalogue
{
    private static IEnumerable<Cheat> OfPlacesAndTerms() =>
    [
        Caught("winner-swapped", "A friend's entry is listed as the winner.", "winners", "The winner for place 0 is entry",
            Files(f => (f.Bundle["winners"]![0]!["seq"], f.Bundle["winners"]![0]!["number"]) = ((int)f.Bundle["reserves"]![0]!["seq"]!, (string)f.Bundle["reserves"]![0]!["number"]!))),
        Caught("winners-turned", "First and second prize change hands.", "winners", "where place 0 belongs", Files(f => Turn(f.Bundle["winners"]!.AsArray()))),
        Caught("winner-left-out", "A winner is left out.", "winners", "place 1 is missing from the bundle", Files(f => f.Bundle["winners"]!.AsArray().RemoveAt(1))),
        Caught("winner-added", "One more winner is added.", "winners", "where nobody was drawn",
            Files(f => f.Bundle["winners"]!.AsArray().Add(new JsonObject { ["place"] = 2, ["seq"] = 1, ["number"] = HonestDraw.Number(1) }))),
        Caught("reserves-reordered", "The reserves are listed in another order.", "reserves", "The reserve for place 2 is entry", Files(f =>
        {
            Turn(f.Bundle["reserves"]!.AsArray());
            for (var i = 0; i < 3; i++) f.Bundle["reserves"]![i]!["place"] = 2 + i;
        })),
        Caught("winning-number-changed", "The right entry wins with a wrong number.", "winners", "but the bundle gives the number", Files(f => f.Bundle["winners"]![0]!["number"] = HonestDraw.Number(999))),
        Caught("plain-modulo", "Places are computed by a plain modulo of a short number, which favours the first entries.", "winners", "The winner for place 0 is entry", Operator(PlainModulo)),
        Caught("terms-price-changed", "The price is changed after opening.", "closing.terms", "The terms were changed", Files(f => f.Bundle["terms"]!["price"] = 1)),
        Caught("terms-reserves-changed", "One more reserve is drawn than the terms said.", "closing.terms", "The terms were changed", Files(f => f.Bundle["terms"]!["reserves"] = 4)),
        Caught("terms-policy-changed", "A term of which this verifier knows nothing is changed.", "closing.terms", "The terms were changed", Files(f => f.Bundle["terms"]!["unsoldPolicy"] = "refund-all")),
        Caught("terms-member-added", "A term is added after opening.", "closing.terms", "The terms were changed", Files(f => f.Bundle["terms"]!["fee"] = 7)),
        Caught("terms-changed-and-resigned", "The terms are changed while entries are sold, and the closing is signed for the new ones.", "receipt", "The receipt proves fraud: it was given for terms that hash to",
            Operator(draw =>
            {
                var receipt = draw.ReceiptFor(5).Sign(draw.Key, HonestDraw.Kid);
                draw.Terms = draw.Terms with { Winners = 1 };
                draw.Log.Clear();
                draw.Close(draw.Closing.ClosedAt);
                draw.Draw(draw.Bundle.Beacon, draw.Randomness);
                var files = draw.Files();
                files.Receipt = receipt;
                return files;
            })),
        Caught("outcomes-changed", "Another table of outcomes is shown than the terms fix.", "outcomes", "The table of outcomes was changed",
            Files(f => f.Outcomes!["pieces"]![1]!["figures"]!["seller"] = new JsonArray(0, 200_000, 1, 0))),
        Caught("outcomes-that-give-too-much", "The table of outcomes gives away more than comes in, and the terms fix it so.", "outcomes", "gives away more than comes in at 1 sold entries",
            Operator(draw => Fixing(draw, table => table["pieces"]![1]!["figures"]!["seller"] = new JsonArray(0, 250_001, 1, 0)))),
        Caught("drawn-where-refund-was-promised", "The table of outcomes promises everybody the money back, yet there was a draw.", "outcomes", "but there was a draw",
            Operator(draw => Fixing(draw, table => table["pieces"]![1]!["outcome"] = "refund"))),
        Caught("outcomes-with-a-gap", "The table of outcomes says nothing of some numbers of entries, and the terms fix it so.", "outcomes", "a gap or an overlap at 1 sold entries",
            Operator(draw => Fixing(draw, table => table["pieces"]![1]!["from"] = 2))),
        Caught("reserve-passed-over", "A redraw is fished for: the first reserve is passed over.", "calls", "Place 3 was called, but place 2 was next", Operator(draw => Calling(draw, Call(draw, 3, 0, "unclaimed")))),
        Caught("reserve-called-out-of-order", "Reserves are called in the order that suits.", "calls", "Place 4 was called, but place 3 was next",
            Operator(draw => Calling(draw, Call(draw, 2, 0, "waived"), Call(draw, 4, 1, "waived")))),
        Caught("stranger-called", "Somebody who is no reserve is called.", "calls", "but the reserve there is entry", Operator(draw => Calling(draw, Call(draw, 2, 0, "unclaimed") with { Seq = draw.Bundle.Reserves[1].Seq }))),
        Caught("call-without-reason", "A reserve is called for no reason.", "calls", "Place 2 was called without a reason.", Operator(draw => Calling(draw, Call(draw, 2, 0, "")))),
        Caught("call-for-an-odd-reason", "A reserve is called for a reason of the operator's own.", "calls", "for a reason that the draw proof does not know: \"bad luck\"", Operator(draw => Calling(draw, Call(draw, 2, 0, "bad luck")))),
        Caught("disqualified-unexplained", "A winner is disqualified and nobody says why.", "calls", "a disqualification that is not explained", Operator(draw => Calling(draw, Call(draw, 2, 0, "disqualified")))),
        Caught("dropped-out-twice", "One winner makes room for two reserves.", "calls", "Place 0 is said to have dropped out twice.", Operator(draw => Calling(draw, Call(draw, 2, 0, "waived"), Call(draw, 3, 0, "waived")))),
        Caught("called-before-the-draw", "A reserve is called before the lot was closed.", "calls", "before what came ahead of it", Operator(draw => Calling(draw, Call(draw, 2, 0, "waived") with { At = "2026-01-01T00:00:00Z" }))),
        Caught("called-beyond-the-end", "One more is called than there are reserves.", "calls", "but no reserve is left", Operator(draw =>
            Calling(draw, Call(draw, 2, 0, "waived"), Call(draw, 3, 1, "waived"), Call(draw, 4, 2, "unclaimed"), new ReserveCall(5, 1, 3, "unclaimed", draw.Closing.ClosedAt)))),
    ];

    private static void Turn(JsonArray places)
    {
        var turned = places.Reverse().Select(place => place!.DeepClone()).ToList();
        places.Clear();
        foreach (var place in turned) places.Add(place);
    }

    private static ReserveCall Call(HonestDraw draw, int place, int insteadOf, string reason) =>
        new(place, draw.Bundle.Reserves[place - 2].Seq, insteadOf, reason, HonestDraw.After(draw.Closing.ClosedAt, 3600));

    private static DrawFiles Calling(HonestDraw draw, params ReserveCall[] calls)
    {
        draw.Bundle = draw.Bundle with { Calls = calls };
        return draw.Files();
    }

    /// <summary>One byte of the hash, modulo 40: entries 1 to 16 come up 7 times in 256, the others 6 times.</summary>
    private static DrawFiles PlainModulo(HonestDraw draw)
    {
        var (seed, taken) = (Seed.Derive(draw.Terms.Hash(), Convert.FromHexString(draw.Closing.Root), HonestDraw.Size, draw.Randomness), new HashSet<string>());
        var seqs = new List<int>();
        for (var j = 0; seqs.Count < 5; j++)
        {
            var seq = SHA256.HashData([.. seed, .. BitConverter.GetBytes(j)])[0] % HonestDraw.Size + 1;
            if (taken.Add(HonestDraw.Person(seq))) seqs.Add(seq);
        }
        // By chance the first could be right; then the second makes the first.
        if (seqs[0] == draw.Bundle.Winners[0].Seq) (seqs[0], seqs[1]) = (seqs[1], seqs[0]);
        var switches = draw.Bundle.Switches;
        draw.Bundle = ProofBundle.Build(draw.Terms, draw.Bundle.Closing, "entries.jsonl", draw.Bundle.Beacon, seqs, HonestDraw.Number, draw.Keys) with { Switches = switches };
        return draw.Files();
    }

    /// <summary>A draw whose terms fix a table changed like this.</summary>
    private static DrawFiles Fixing(HonestDraw draw, Action<JsonObject> change)
    {
        var table = draw.Table.ToJson();
        change(table);
        draw.Terms = draw.Terms with { Outcomes = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Serialize(table))) };
        draw.Log.Clear();
        draw.Close(draw.Closing.ClosedAt);
        draw.Draw(draw.Bundle.Beacon, draw.Randomness);
        var files = draw.Files();
        files.Outcomes = table;
        return files;
    }
}
