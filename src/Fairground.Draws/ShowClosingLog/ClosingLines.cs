using System.Text.Json.Nodes;
using Fairground.Fairness;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>A line of the closing log, as people read it.</summary>
/// <param name="Step">0 for a closing; for a switch the step of the fail-over to which the draw went on.</param>
/// <param name="Entries">How many certificates the list holds; null for a switch.</param>
internal sealed record ClosingLineView(long Index, DateTimeOffset At, Guid LotId, string Title, int Step, int? Entries, string Root);

/// <summary>A page of the closing log, the newest line first.</summary>
/// <param name="Head">The signed head, made now.</param>
/// <param name="Older">Where the next page begins; null where there is none.</param>
internal sealed record ClosingLogView(long Size, string Head, IReadOnlyList<ClosingLineView> Lines, long? Older);

/// <summary>Reads the closing log for people.</summary>
internal sealed class ClosingLines(DrawsContext context, DrawsReader reader, ProofSigner signer, TimeProvider time)
{
    private const int PageSize = 30;

    /// <summary>The lines before one of them, or the last ones.</summary>
    public async Task<ClosingLogView> Look(long? before, CancellationToken ct)
    {
        var end = await reader.LogHead(ct);
        var rows = await reader.List(
            "select line, lot_id, step from draws_closing_log where line_no < @before order by line_no desc limit @take",
            r => (Line: ClosingLogLine.Parse(r.Text(0)), LotId: r.Uuid(1), Step: r.Int(2)), ct, ("@before", before ?? long.MaxValue), ("@take", PageSize));
        var ids = rows.Select(r => r.LotId).ToHashSet();
        var titles = await context.Lots.Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, l => l.Title, ct);
        var lines = rows.Select(r =>
        {
            var said = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(r.Line.Statement.Split('.')[1]))!;
            return new ClosingLineView(r.Line.Index, ProofTime.Parse(r.Line.At), r.LotId, titles.GetValueOrDefault(r.LotId, "A lot"), r.Step, (int?)said["size"], (string)said["root"]!);
        }).ToList();
        return new ClosingLogView(end.NextLine, await Head(end, ct), lines, lines is [.., { Index: > 0 } last] ? last.Index : null);
    }

    /// <summary>The signed head of the log as it is now.</summary>
    public async Task<string> Head(LogHead end, CancellationToken ct)
    {
        await signer.EnsureLoaded(ct);
        return signer.Sign(CanonicalJson.Serialize(new ClosingLogHead(end.NextLine, end.Hash, ProofTime.Format(time.GetUtcNow())).ToJson()), ClosingLogHead.Typ);
    }
}
