using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>Cheats with signatures and keys, with the shape of the tree, and with the table of outcomes.</summary>
public static partial class CheatCatalogue
{
    private static IEnumerable<Cheat> OfPapers() =>
    [
        Caught("closing-respelled", "The closing is spelt with padding, so that it is another line of the log.", "closing.signature", "not base64url without padding", Closing((_, jws) => jws + "=")),
        Caught("closing-unsigned", "The closing says of itself that it needs no signature.", "closing.signature", "The signature is not made with ES256.", Closing((draw, jws) => $"{Header(new() { ["alg"] = "none", ["kid"] = HonestDraw.Kid })}.{jws.Split('.')[1]}.")),
        Caught("closing-signed-with-nothing", "The signature is 64 bytes of nothing, which careless programs take for valid.", "closing.signature", "does not verify under the key", Closing((_, jws) => $"{jws[..jws.LastIndexOf('.')]}.{Base64Url.EncodeToString(new byte[64])}")),
        Caught("closing-with-a-demand", "The closing is signed on a condition that no program knows.", "closing.signature", "asks for extensions", Closing((draw, jws) => Signed(draw.Key, new() { ["alg"] = "ES256", ["crit"] = new JsonArray("draft"), ["draft"] = true, ["kid"] = HonestDraw.Kid }, jws.Split('.')[1]))),
        Caught("round-of-nothing", "The closing names a round and says that it is none.", "closing.signature", "\"round\" must be a whole number", Closing((draw, _) =>
        {
            var said = draw.Closing.ToJson();
            said["round"] = null;
            return Jws.Sign(CanonicalJson.Serialize(said), draw.Key, HonestDraw.Kid, ClosingStatement.Typ);
        })),
        Caught("key-given-twice", "The server shows two keys of one name, so that each program believes another one.", "keys", "stands twice in the key set", Operator(draw =>
        {
            using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var files = draw.Files();
            files.Keys["keys"]!.AsArray().Add(new Jwks(Jwk.FromKey(other, HonestDraw.Kid)).ToJson()["keys"]![0]!.DeepClone());
            files.Bundle["jwks"] = files.Keys.DeepClone();
            return files;
        })),
        Caught("closed-before-under-another-key", "An earlier closing of the lot stands in the log, signed with a key that was then taken away.", "log", "is about this lot, but is not signed by a known key", Operator(draw =>
        {
            using var taken = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            draw.Log.RemoveAt(draw.Log.Count - 1);
            draw.Append((draw.Closing with { Root = new string('0', 64) }).Sign(taken, "2025-12"), draw.Closing.ClosedAt);
            draw.Append(draw.Bundle.Closing, HonestDraw.After(draw.Closing.ClosedAt, 1));
            return draw.Files();
        })),
        Caught("receipt-of-nothing", "A receipt is given that names no entry.", "receipt", "The receipt names no entry.", Operator(draw => With(draw, draw.ReceiptFor(5) with { Entries = [] }))),
        Caught("disqualified-with-blanks", "A winner is disqualified, and the explanation is blank.", "calls", "a disqualification that is not explained", Operator(draw => Calling(draw, Call(draw, 2, 0, "disqualified") with { Note = " \t " }))),
        Caught("reserve-promoted", "The first reserve is listed as one more winner.", "winners", "where nobody was drawn", Files(f =>
        {
            var reserve = f.Bundle["reserves"]![0]!.DeepClone();
            f.Bundle["reserves"]!.AsArray().RemoveAt(0);
            f.Bundle["winners"]!.AsArray().Add(reserve);
        })),
        Caught("tree-without-kinds", "The tree does not tell leaves from nodes, so that a node can be passed off as an entry.", "closing.root", "but the closing froze", Operator(draw => Resigned(draw, c => c with { Root = Root(draw, [], []) }, rebuild: true))),
        Caught("tree-with-a-leaf-doubled", "The tree doubles its last node where one is left over, so that two lists have one root.", "closing.root", "but the closing froze", Operator(draw => Resigned(draw, c => c with { Root = Root(draw, [0], [1]) }, rebuild: true))),
        Caught("half-the-tree", "The list is cut in half, and the closing counts the half but keeps the root.", "closing.root", "but the closing froze", Operator(draw =>
        {
            draw.Entries.RemoveRange(20, 20);
            return Resigned(draw, c => c with { Size = 20 }, rebuild: true);
        })),
        Caught("seed-of-another-size", "The seed is computed for one entry more.", "winners", "The winner for place", Operator(draw =>
        {
            var seed = Seed.Derive(draw.Terms.Hash(), Convert.FromHexString(draw.Closing.Root), HonestDraw.Size + 1, draw.Randomness);
            var seqs = WinnerSelection.Places(seed, HonestDraw.Size, HonestDraw.Person, 5);
            draw.Bundle = ProofBundle.Build(draw.Terms, draw.Bundle.Closing, "entries.jsonl", draw.Bundle.Beacon, seqs, HonestDraw.Number, draw.Keys);
            return draw.Files();
        })),
        Caught("outcomes-that-bend", "The table of outcomes gives away too much only between the ends of a piece.", "outcomes", "gives away more than comes in at 2 sold entries", Operator(draw => Fixing(draw, table =>
            table["pieces"]![1]!["figures"]!["seller"] = new JsonArray(-10_000_000, 10_500_000, 1, 1)))),
        Caught("outcomes-below-nothing", "The table of outcomes lets winners pay less than nothing, out of what is not there.", "outcomes", "a negative figure \"winnerPays\"", Operator(draw => Fixing(draw, table =>
            table["pieces"]![1]!["figures"]!["winnerPays"] = new JsonArray(-1, 0, 1, 0)))),
        Caught("outcomes-with-more-winners", "The table of outcomes promises more winners than the terms draw.", "outcomes", "promises 3 winners", Operator(draw => Fixing(draw, table => table["pieces"]![1]!["figures"]!["winners"] = new JsonArray(3, 0, 1, 0)))),
        Caught("outcomes-where-nobody-wins", "The table of outcomes says that nobody wins, yet there was a draw.", "outcomes", "says that nobody wins at 40 sold entries", Operator(draw => Fixing(draw, table => table["pieces"]![1]!["figures"]!.AsObject().Remove("winners")))),
    ];

    /// <summary>The closing of the bundle is another text.</summary>
    private static Func<DrawFiles> Closing(Func<HonestDraw, string, string> change) => Operator(draw =>
    {
        var files = draw.Files();
        files.Bundle["closing"] = change(draw, draw.Bundle.Closing);
        return files;
    });

    private static string Header(JsonObject header) => Base64Url.EncodeToString(CanonicalJson.Serialize(header));

    private static string Signed(ECDsa key, JsonObject header, string payload)
    {
        var text = $"{Header(header)}.{payload}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))}";
    }

    /// <summary>A root as other trees have it: levels folded in pairs, the last node doubled where one is left over.</summary>
    private static string Root(HonestDraw draw, byte[] beforeLeaf, byte[] beforeNode)
    {
        var level = draw.Entries.Select(entry => SHA256.HashData([.. beforeLeaf, .. Encoding.UTF8.GetBytes(entry)])).ToList();
        while (level.Count > 1) level = [.. level.Chunk(2).Select(pair => SHA256.HashData([.. beforeNode, .. pair[0], .. pair[^1]]))];
        return Convert.ToHexStringLower(level[0]);
    }
}
