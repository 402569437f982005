using Fairground.Fairness;
using Fairground.Ledger.GroupCommit;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>Computes the root over all entries of a closed lot and has it published. The same again at every call.</summary>
internal sealed class EntryFreezer(DrawsContext context, DrawsReader reader, GroupCommitter committer, ProofSigner signer, RelayHealth health)
{
    private const int BatchSize = 8192;

    public async Task Freeze(Sale sale, CancellationToken ct)
    {
        await signer.EnsureLoaded(ct);
        var lot = await context.Lots.AsNoTracking().FirstAsync(l => l.Id == sale.LotId, ct);
        var root = await Root(sale, ct);
        var schedule = DrawSchedule.Of(LotTerms.Read(lot), sale.ClosedAt!.Value, sale.DrawDelay);
        var statement = new ClosingStatement(
            lot.Id.ToString(), Convert.ToHexStringLower(sale.TermsHash!), sale.Sold, Convert.ToHexStringLower(root), ProofTime.Format(sale.ClosedAt!.Value), schedule.Round);
        var closing = signer.Sign(CanonicalJson.Serialize(statement.ToJson()), ClosingStatement.Typ);
        Failpoint.Hit("draws.before_freeze");
        await committer.Submit<Done>(new FreezeEntries(lot.Id, sale.Sold, root, closing, schedule.FirstAt, schedule.Round, schedule.IsBeacon, schedule.IsBeacon ? health.NewestSeen : null));
        Failpoint.Hit("draws.after_freeze");
    }

    /// <summary>The root over the entries as they are stored (draw proof, section 2). While one batch is hashed on all cores, the next is read.</summary>
    public async Task<byte[]> Root(Sale sale, CancellationToken ct)
    {
        var (tree, lot, expected) = (new MerkleAccumulator(), sale.LotId.ToString(), 0);
        var (batch, hashing) = (new List<byte[]>(BatchSize), Task.CompletedTask);
        await foreach (var (seq, number, holder) in reader.Entries(sale.LotId, ct))
        {
            if (seq != ++expected) throw new InvalidOperationException($"Lot {sale.LotId} lacks entry {expected}.");
            batch.Add(EntryLeaf.Bytes(lot, seq, number, holder));
            if (batch.Count < BatchSize) continue;
            await hashing;
            var full = batch;
            hashing = Task.Run(() => tree.AddAll(full), ct);
            batch = new List<byte[]>(BatchSize);
        }
        await hashing;
        if (expected != sale.Sold) throw new InvalidOperationException($"Lot {sale.LotId} sold {sale.Sold} certificates but {expected} are there.");
        tree.AddAll(batch);
        return tree.Root();
    }
}
