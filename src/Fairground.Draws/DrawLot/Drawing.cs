using Fairground.Fairness;
using Fairground.Ledger.GroupCommit;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>Draws a lot: a published computation over the frozen list, the same whoever does it and however often.</summary>
internal sealed class Drawing(DrawsContext context, DrawsReader reader, GroupCommitter committer, IEnumerable<IEntropySource> sources)
{
    public async Task Draw(Sale sale, CancellationToken ct)
    {
        var lot = await context.Lots.AsNoTracking().FirstAsync(l => l.Id == sale.LotId, ct);
        var terms = LotTerms.Read(lot);
        var source = sources.First(s => s.Name == lot.Entropy);
        var round = source.RoundFor(terms, sale.ClosedAt!.Value);
        if (await source.Reveal(terms, lot.Secret, round, ct) is not { } randomness) return;
        var places = await Places(sale, terms, randomness.Bytes, ct);
        Failpoint.Hit("draws.before_draw");
        await committer.Submit<Done>(new DrawLot(lot.Id, places, terms.Winners, (randomness.Beacon as RevealedSecret) is null ? null : randomness.Bytes));
        Failpoint.Hit("draws.after_draw");
    }

    /// <summary>The places of a frozen lot under this randomness (draw proof, sections 4 and 5).</summary>
    public async Task<IReadOnlyList<DrawnEntry>> Places(Sale sale, DrawTerms terms, byte[] randomness, CancellationToken ct)
    {
        var seed = Seed.Derive(sale.TermsHash!, sale.Root!, (ulong)sale.Sold, randomness);
        // Within a lot a person and the pseudonym stand for each other, and ids are smaller.
        var owners = new Guid[sale.Sold];
        await foreach (var (seq, user) in reader.Stream("select seq, user_id from draws_certificate where lot_id = @lot order by seq", r => (r.Int(0), r.Uuid(1)), ct, ("@lot", sale.LotId)))
            owners[seq - 1] = user;
        var seqs = WinnerSelection.Places(seed, sale.Sold, seq => owners[seq - 1].ToString("N"), checked(terms.Winners + terms.Reserves));
        var places = new List<DrawnEntry>(seqs.Count);
        foreach (var seq in seqs)
        {
            var number = (await reader.List("select number from draws_certificate where lot_id = @lot and seq = @seq", r => r.Text(0), ct, ("@lot", sale.LotId), ("@seq", seq)))[0];
            places.Add(new DrawnEntry(seq, number, owners[seq - 1]));
        }
        return places;
    }
}
