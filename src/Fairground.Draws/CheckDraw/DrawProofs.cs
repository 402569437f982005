using System.Text;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>Makes what is published of a draw; page and API call this.</summary>
internal sealed class DrawProofs(DrawsContext context, DrawsReader reader, ProofSigner signer, LeafHashes leaves)
{
    /// <summary>The proof bundle. Refusals: <c>lot.not_found</c>, <c>lot.not_drawn</c>.</summary>
    /// <param name="entries">Where the list of entries can be had.</param>
    public async Task<Result<ProofBundle>> Bundle(Guid lotId, string entries, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return DrawsRefusals.LotNotFound;
        if (sale.State is not (LotState.Drawn or LotState.Settled)) return DrawsRefusals.NotDrawn.With(("state", sale.State.Wire()), ("drawsAt", sale.DrawsAt));
        var lot = await context.Lots.AsNoTracking().FirstAsync(l => l.Id == lotId, ct);
        var closing = await reader.Closing(lotId, ct) ?? throw new InvalidOperationException($"Lot {lotId} was drawn without a closing.");
        var beacon = await Beacon(sale, ct);
        var wins = await reader.WinsOf(lotId, ct);
        List<DrawnPlace> Places(bool winners) => [.. wins.Where(w => w.Place < lot.Winners == winners).Select(w => new DrawnPlace(w.Place, w.Seq, w.Number))];
        await signer.EnsureLoaded(ct);
        return new ProofBundle(
            (JsonObject)CanonicalJson.Parse(lot.TermsJson!)!, closing, entries, beacon, Places(true), Places(false), signer.Jwks)
        {
            Switches = await reader.Switches(lotId, ct),
            Calls = [.. (await reader.Calls(lotId, ct)).Select(c => new ReserveCall(c.Place, wins[c.Place].Seq, c.Instead, c.Reason, ProofTime.Format(c.At)))],
        };
    }

    /// <summary>What decided a draw, as it is published.</summary>
    public async Task<Beacon> Beacon(Sale sale, CancellationToken ct)
    {
        if (await reader.Beacon(sale.LotId, ct) is { } drawn) return Fairness.Beacon.Parse((JsonObject)CanonicalJson.Parse(drawn.Published)!);
        return new RevealedSecret(Convert.ToHexStringLower(sale.Secret ?? throw new InvalidOperationException($"Lot {sale.LotId} was drawn without its secret.")));
    }

    /// <summary>The proof that one entry stands in the frozen list. Refusals: <c>lot.not_found</c>, <c>lot.not_closed</c>, <c>lot.entry_not_found</c>.</summary>
    public async Task<Result<InclusionAnswer>> Inclusion(Guid lotId, int seq, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return DrawsRefusals.LotNotFound;
        if (sale.Root is null) return DrawsRefusals.NotClosed;
        if (seq < 1 || seq > sale.Sold) return DrawsRefusals.EntryNotFound;
        var hashes = await leaves.Of(lotId, sale.Sold, ct);
        var entry = await reader.List("""
            select c.number, h.holder from draws_certificate c
            join draws_holding h on h.lot_id = c.lot_id and h.user_id = c.user_id
            where c.lot_id = @lot and c.seq = @seq
            """, r => (Number: r.Text(0), Holder: r.Bytes(1)), ct, ("@lot", lotId), ("@seq", seq));
        var leaf = EntryLeaf.Bytes(lotId.ToString(), seq, entry[0].Number, entry[0].Holder);
        var path = MerkleTree.InclusionProof(seq - 1, hashes).Select(h => Convert.ToHexStringLower(h)).ToList();
        return new InclusionAnswer(seq, Encoding.UTF8.GetString(leaf), sale.Sold, Convert.ToHexStringLower(sale.Root), path);
    }
}

/// <summary>Keeps the leaf hashes of the lots last asked for: a frozen list never changes, and reading a million entries for one proof is dear.</summary>
internal sealed class LeafHashes(DrawsReader reader) : IDisposable
{
    private const int MostLeaves = 2_000_000;

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly LinkedList<(Guid LotId, byte[][] Hashes)> known = [];

    public void Dispose() => one.Dispose();

    public async Task<byte[][]> Of(Guid lotId, int size, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            var found = known.FirstOrDefault(k => k.LotId == lotId).Hashes;
            if (found is not null) return found;
            var hashes = new byte[size][];
            await foreach (var (seq, number, holder) in reader.Entries(lotId, ct))
                hashes[seq - 1] = MerkleTree.LeafHash(EntryLeaf.Bytes(lotId.ToString(), seq, number, holder));
            known.AddFirst((lotId, hashes));
            while (known.Count > 1 && known.Sum(k => (long)k.Hashes.Length) > MostLeaves) known.RemoveLast();
            return hashes;
        }
        finally
        {
            one.Release();
        }
    }
}
