using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments;

/// <summary>A file of the bank or of a payment company that was taken in.</summary>
internal abstract class TakenFile
{
    public required Guid Id { get; init; }

    public required string Sha256 { get; init; }

    public required string Format { get; init; }

    public DateTimeOffset TakenAt { get; init; }

    public Guid TakenBy { get; init; }

    public int Lines { get; init; }

    /// <summary>How many of its lines were not known before.</summary>
    public int Fresh { get; init; }
}

/// <summary>Where a line of such a file stands.</summary>
internal enum BankLineState
{
    /// <summary>Nothing was found for it yet, or a person of the office decides.</summary>
    Waiting = 0,

    /// <summary>It is what the ledger knows.</summary>
    Matched = 1,

    /// <summary>The office said that it is none of the market's.</summary>
    SetAside = 2,
}

/// <summary>A line of such a file, and what was found for it. The same line in another file is the same row.</summary>
internal abstract class TakenLine
{
    /// <summary>Derived from what makes the line this one.</summary>
    public required Guid Id { get; init; }

    public Guid StatementId { get; init; }

    public required string Currency { get; init; }

    public BankLineState State { get; set; }

    /// <summary>What it was matched with, in a word.</summary>
    public string? MatchedKind { get; set; }

    public Guid? MatchedId { get; set; }

    /// <summary>What the office, or the matching, says about it.</summary>
    public string? Note { get; set; }

    public DateTimeOffset? SettledAt { get; set; }
}

/// <summary>What is done alike to the lines of both kinds of files.</summary>
internal static class TakenLines
{
    private const int Batch = 500;

    /// <summary>Those that no earlier file had.</summary>
    public static async Task<List<TLine>> Fresh<TLine>(this DbSet<TLine> lines, IEnumerable<TLine> read, CancellationToken ct)
        where TLine : TakenLine
    {
        var fresh = new List<TLine>();
        foreach (var some in read.Chunk(Batch))
        {
            var ids = some.Select(r => r.Id).ToList();
            var known = (await lines.Where(l => ids.Contains(l.Id)).Select(l => l.Id).ToListAsync(ct)).ToHashSet();
            fresh.AddRange(some.Where(r => !known.Contains(r.Id)));
        }
        return fresh;
    }

    /// <summary>Settles a line; one that is matched stays as it is. How many were: one, or none.</summary>
    public static Task<int> Settle<TLine>(this DbSet<TLine> lines, Guid id, BankLineState state, string? kind, Guid? matchedId, string? note, DateTimeOffset? now, CancellationToken ct)
        where TLine : TakenLine =>
        lines.Where(l => l.Id == id && l.State != BankLineState.Matched).ExecuteUpdateAsync(set => set
            .SetProperty(l => l.State, state).SetProperty(l => l.MatchedKind, kind).SetProperty(l => l.MatchedId, matchedId).SetProperty(l => l.Note, note).SetProperty(l => l.SettledAt, now), ct);

    /// <summary>Says why a line still waits.</summary>
    public static async Task Say<TLine>(this DbSet<TLine> lines, TLine line, string why, CancellationToken ct)
        where TLine : TakenLine
    {
        if (line.Note != why) await lines.Where(l => l.Id == line.Id && l.State == BankLineState.Waiting).ExecuteUpdateAsync(set => set.SetProperty(l => l.Note, why), ct);
    }
}
