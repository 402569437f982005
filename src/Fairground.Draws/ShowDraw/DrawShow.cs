using Fairground.Fairness;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>What the page of a draw shows: what is frozen, what will decide, and, once it has, what did.</summary>
/// <param name="Round">The round that decides under the step in force; null where none does.</param>
/// <param name="Chain">Its chain, in words.</param>
/// <param name="Beacon">What was revealed; null before.</param>
/// <param name="Randomness">The 32 bytes that went into the seed.</param>
internal sealed record DrawShow(Sale Sale, DrawTerms Terms, DrawSchedule Schedule, long? Round, string? Chain, Beacon? Beacon, byte[]? Randomness, IReadOnlyList<Win> Wins)
{
    public string TermsHash => Convert.ToHexStringLower(Sale.TermsHash!);

    public string Root => Convert.ToHexStringLower(Sale.Root!);

    public int Size => Sale.Sold;

    public byte[]? Seed => Randomness is null ? null : Fairness.Seed.Derive(Sale.TermsHash!, Sale.Root!, (ulong)Sale.Sold, Randomness);

    public IReadOnlyList<Win> Winners => [.. Wins.Where(w => w.Place < Terms.Winners)];
}

/// <summary>Puts a draw together for its page.</summary>
internal sealed class DrawShows(DrawsContext context, DrawsReader reader, DrawProofs proofs)
{
    /// <summary>The draw of a lot whose list is frozen, else null.</summary>
    public async Task<DrawShow?> Find(Guid lotId, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is not { Root: not null, State: LotState.Drawing or LotState.Drawn or LotState.Settled }) return null;
        var terms = LotTerms.Read(await context.Lots.AsNoTracking().FirstAsync(l => l.Id == lotId, ct));
        var schedule = DrawSchedule.Of(terms, sale.ClosedAt!.Value, sale.DrawDelay);
        var source = schedule.IsBeacon ? schedule.Source(sale.Step) : null;
        var (round, chain) = source is DrandEntropy drand ? (drand.RoundAtOrAfter(schedule.DecidesAt(sale.Step)), NameOf(drand)) : ((long?)null, source is NistEntropy nist ? nist.Uri : null);
        if (sale.State == LotState.Drawing) return new DrawShow(sale, terms, schedule, round, chain, null, null, []);
        return new DrawShow(
            sale, terms, schedule, round, chain, await proofs.Beacon(sale, ct), (await reader.Beacon(lotId, ct))?.Randomness ?? sale.Secret, await reader.WinsOf(lotId, ct));
    }

    private static string NameOf(DrandEntropy chain) =>
        chain.Chain == DrandChain.Quicknet.Hash ? "drand quicknet" : chain.Chain == DrandChain.Default.Hash ? "drand default" : $"drand chain {chain.Chain[..8]}…";
}
