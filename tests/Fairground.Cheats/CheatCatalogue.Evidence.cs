using System.Security.Cryptography;
using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>Cheats with receipts, the closing log and its heads.</summary>
public static partial class CheatCatalogue
{
    private static IEnumerable<Cheat> OfEvidence() =>
    [
        Caught("receipt-of-another-number", "A receipt was given for another number than the list shows.", "receipt", "The receipt proves fraud: it gives entry 5 the number OTHER",
            Operator(draw => With(draw, draw.ReceiptFor(5) with { Entries = [new(5, "OTHER")] }))),
        Caught("receipt-of-a-missing-entry", "A receipt was given for an entry that the list lacks.", "receipt", "it names entry 41, which the published entries lack",
            Operator(draw => With(draw, draw.ReceiptFor(5) with { Entries = [new(5, HonestDraw.Number(5)), new(41, HonestDraw.Number(41))] }))),
        Caught("receipt-of-another-holder", "The entry on the receipt stands to somebody else in the list.", "receipt", "the published entries give entry 5 to another holder",
            Operator(draw => With(draw, draw.ReceiptFor(5) with { Holder = HonestDraw.Holder("a buyer") }))),
        Caught("receipt-forged", "A receipt is shown that the server did not sign.", "receipt", "The receipt is not one of the server's.",
            Operator(draw =>
            {
                using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                var files = draw.Files();
                files.Receipt = draw.ReceiptFor(5).Sign(other, HonestDraw.Kid);
                return files;
            })),
        Caught("closing-backdated", "The closing was written when the round was known, and dated before.", "log", "when its randomness was already known",
            Operator(draw =>
            {
                draw.Log.RemoveAt(draw.Log.Count - 1);
                draw.Append(draw.Bundle.Closing, HonestDraw.After(draw.Closing.ClosedAt, 31));
                return draw.Files();
            }, HonestDraw.ByDrand)),
        Caught("logged-before-it-closed", "The closing stands in the log before it was made.", "log", "but entered the closing log before that",
            Operator(draw =>
            {
                draw.Log.Clear();
                draw.Append(draw.Bundle.Closing, HonestDraw.After(draw.Closing.ClosedAt, -3600));
                return draw.Files();
            })),
        Caught("log-line-changed", "A line of the log is changed.", "log", "does not carry the hash of the line before it",
            Files(f => f.Log![0] = f.Log[0].Replace("\"at\":\"2026", "\"at\":\"2025", StringComparison.Ordinal))),
        Caught("log-line-taken-out", "A line is taken out of the log.", "log", "Line 0 of the closing log calls itself line 1.", Files(f => f.Log!.RemoveAt(0))),
        Caught("log-lacks-the-closing", "The closing was never published.", "log", "The closing of this lot does not stand in the closing log.", Files(f => f.Log!.RemoveAt(1))),
        Caught("log-goes-back-in-time", "A line is written as if it were older than the one before it.", "log", "is older than the line before it",
            Operator(draw =>
            {
                draw.Append(draw.Log[0].Statement, HonestDraw.After(draw.Log[^1].At, -10));
                return draw.Files();
            })),
        Caught("closed-twice", "Two closings of one lot are kept, to show the one that suits.", "log", "the operator closed it twice",
            Operator(draw =>
            {
                draw.Append((draw.Closing with { Root = new string('0', 64) }).Sign(draw.Key, HonestDraw.Kid), draw.Log[^1].At);
                return draw.Files();
            })),
        Caught("two-logs-for-two-people", "Two people are shown two logs of the same length.", "head", "this proves that two people were shown two logs",
            Operator(draw => Headed(draw, new ClosingLogHead(2, new string('0', 64), draw.Log[^1].At)))),
        Caught("log-shortened", "A later head counts fewer lines than an earlier one.", "head", "this proves that lines were taken out of the log",
            Operator(draw => Headed(draw, new ClosingLogHead(1, draw.Log[0].Hash(), HonestDraw.After(draw.Log[^1].At, 60))))),
        Caught("log-rewritten", "The whole log is rewritten, in an unbroken chain, after its head was signed.", "head", "this proves that the log was rewritten",
            Operator(draw =>
            {
                var files = draw.Files();
                files.Heads = [draw.Head(2, draw.Log[^1].At)];
                var lines = draw.Log.ToList();
                draw.Log.Clear();
                foreach (var line in lines) draw.Append(line.Statement, HonestDraw.After(line.At, 1));
                files.Log = [.. draw.Log.Select(line => line.ToLine())];
                return files;
            })),
        Caught("head-forged", "A head of the log is shown that the server did not sign.", "head", "A head of the closing log is not signed by the server.",
            Operator(draw =>
            {
                using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                var files = draw.Files();
                files.Heads!.Add(new ClosingLogHead(2, draw.Log[^1].Hash(), draw.Log[^1].At).Sign(other, HonestDraw.Kid));
                return files;
            })),
    ];

    private static DrawFiles With(HonestDraw draw, Receipt receipt)
    {
        var files = draw.Files();
        files.Receipt = receipt.Sign(draw.Key, HonestDraw.Kid);
        return files;
    }

    private static DrawFiles Headed(HonestDraw draw, ClosingLogHead head)
    {
        var files = draw.Files();
        files.Heads!.Add(head.Sign(draw.Key, HonestDraw.Kid));
        return files;
    }
}
