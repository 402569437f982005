using Fairground.Fairness;
using Fairground.Ledger.GroupCommit;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>Draws a lot: a published computation over the frozen list, the same whoever does it and however often.</summary>
internal sealed class Drawing(DrawsContext context, DrawsReader reader, GroupCommitter committer, EntropySources sources, BeaconRounds rounds, Failover failover)
{
    public async Task Draw(Sale sale, CancellationToken ct)
    {
        var lot = await context.Lots.AsNoTracking().FirstAsync(l => l.Id == sale.LotId, ct);
        var terms = LotTerms.Read(lot);
        var schedule = DrawSchedule.Of(terms, sale.ClosedAt!.Value, sale.DrawDelay);
        if (await Reveal(lot, schedule, sale.Step, ct) is not { } randomness)
        {
            await failover.Switch(sale, schedule, ct);
            return;
        }
        var places = await Places(sale, terms, randomness.Bytes, ct);
        var beacon = new DrawnBeacon(lot.Id, CanonicalJson.Text(randomness.Beacon.ToJson()), randomness.Bytes);
        Failpoint.Hit("draws.before_draw");
        await committer.Submit<Done>(new DrawLot(lot.Id, places, terms.Winners, randomness.Beacon is RevealedSecret ? randomness.Bytes : null, beacon, sale.Step, OrderedGoods.Of(lot)));
        Failpoint.Hit("draws.after_draw");
    }

    // The randomness of the source in force, or null where it cannot be had now. The same at every call.
    private async Task<Randomness?> Reveal(Lot lot, DrawSchedule schedule, int step, CancellationToken ct)
    {
        if (schedule.Entropy is CommitReveal committed)
        {
            var secret = sources.Secret(committed.Commitment, lot.Secret);
            return new Randomness(new RevealedSecret(Convert.ToHexStringLower(secret)), secret);
        }
        if (await rounds.Find(schedule.Source(step), schedule.DecidesAt(step), ct) is not { } found) return null;
        if (schedule.Entropy is not DrandEntropy { Commitment: { } commitment }) return found;
        var mixed = sources.Secret(commitment, lot.Secret);
        var hex = Convert.ToHexStringLower(mixed);
        Beacon published = found.Beacon is BeaconPulse pulse ? pulse with { Secret = hex } : (BeaconRound)found.Beacon with { Secret = hex };
        return new Randomness(published, Seed.Mix(found.Bytes, mixed));
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
        var numbers = new Dictionary<int, string>(seqs.Count);
        foreach (var some in seqs.Chunk(500))
        {
            foreach (var (seq, number) in await reader.List(
                $"select seq, number from draws_certificate where lot_id = @lot and seq in ({string.Join(", ", some)})", r => (r.Int(0), r.Text(1)), ct, ("@lot", sale.LotId)))
                numbers[seq] = number;
        }
        return [.. seqs.Select(seq => new DrawnEntry(seq, numbers[seq], owners[seq - 1]))];
    }
}
