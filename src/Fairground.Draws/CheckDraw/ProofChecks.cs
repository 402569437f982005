using System.Text;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Verification;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Draws;

/// <summary>Recomputes a draw with the program that strangers use, from the same documents that they are given, and stores what was found.</summary>
internal sealed class ProofChecks(DrawsContext context, DrawsReader reader, DrawProofs proofs, ProofSigner signer, BeaconOptions beacons, TimeProvider time)
{
    /// <summary>Drawn or settled lots that were not checked in that state, the oldest first.</summary>
    public Task<List<Guid>> Due(int take, CancellationToken ct) => reader.List(
        $"""
        select s.lot_id from draws_sale s left join draws_proof_check p on p.lot_id = s.lot_id
        where s.state in ({(int)LotState.Drawn}, {(int)LotState.Settled}) and (p.lot_id is null or p.lot_state <> s.state) order by s.lot_id limit @take
        """,
        r => r.Uuid(0), ct, ("@take", take));

    /// <summary>Checks one lot and stores the outcome. Refusals: <c>lot.not_found</c>, <c>lot.not_drawn</c>.</summary>
    public async Task<Result<ProofCheck>> Check(Guid lotId, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return DrawsRefusals.LotNotFound;
        var bundle = await proofs.Bundle(lotId, "entries.txt", ct);
        if (bundle.Refused) return bundle.Refusal!;
        var log = await reader.List("select line from draws_closing_log order by line_no", r => r.Text(0), ct);
        var table = await context.Lots.Where(l => l.Id == lotId).Select(l => l.OutcomesJson).FirstAsync(ct);
        // Whoever runs a server on a chain of its own has pinned that chain in the settings, and knows whose it is.
        var evidence = new Evidence { Log = log, TrustedKeys = signer.Jwks.ToJson().ToJsonString(), Outcomes = table, KnownChains = [beacons.Chain.Hash] };
        var report = await Verify(bundle.Value.ToJson().ToJsonString(), Leaves(lotId, ct), evidence, ct);
        var check = await context.ProofChecks.FirstOrDefaultAsync(c => c.LotId == lotId, ct);
        if (check is null) context.ProofChecks.Add(check = new ProofCheck { LotId = lotId });
        check.Take(report, sale.State, time.GetUtcNow());
        await context.SaveChangesAsync(ct);
        return check;
    }

    /// <summary>The verification itself, from the published text. It reads its lines one by one and computes for long, so it has a thread to itself.</summary>
    public static Task<VerificationReport> Verify(string bundle, IAsyncEnumerable<string> entries, Evidence evidence, CancellationToken ct) =>
        Task.Run(() => DrawVerifier.Verify(bundle, entries.ToBlockingEnumerable(ct), evidence), ct);

    private async IAsyncEnumerable<string> Leaves(Guid lotId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var lot = lotId.ToString();
        await foreach (var (seq, number, holder) in reader.Entries(lotId, ct)) yield return Encoding.UTF8.GetString(EntryLeaf.Bytes(lot, seq, number, holder));
    }
}

/// <summary>Checks every draw soon after it took place and once more when it is settled, on one node at a time.</summary>
internal sealed class ProofCheckWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<ProofCheckWorker> logger)
    : LeasedWorker("draws.proof-checks", TimeSpan.FromSeconds(1), leases, time, logger)
{
    private const int AtOnce = 20;

    private readonly TimeProvider clock = time;
    private readonly ILogger log = logger;
    private readonly Dictionary<Guid, DateTimeOffset> restUntil = [];

    protected override Task<bool> RunOnce(CancellationToken ct) => Turn(ct);

    /// <summary>One turn; true where there may be more to do at once.</summary>
    internal async Task<bool> Turn(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var done = 0;
        // Those that rest stand in the way of nobody: they are asked for on top.
        foreach (var lotId in await scope.ServiceProvider.GetRequiredService<ProofChecks>().Due(AtOnce + restUntil.Count, ct))
        {
            if (restUntil.TryGetValue(lotId, out var until) && until > now) continue;
            restUntil.Remove(lotId);
            try
            {
                await using var one = scopes.CreateAsyncScope();
                var check = await one.ServiceProvider.GetRequiredService<ProofChecks>().Check(lotId, ct);
                if (check is { Refused: false, Value.Holds: false }) log.LogError("The draw of lot {Lot} does not prove itself: {Sentence}", lotId, check.Value.Sentence);
                done++;
            }
#pragma warning disable CA1031 // One draw that cannot be checked must not keep the others from it.
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                log.LogError(error, "The draw of lot {Lot} could not be checked and will be tried again", lotId);
                restUntil[lotId] = now + TimeSpan.FromMinutes(1);
            }
#pragma warning restore CA1031
        }
        return done >= AtOnce;
    }
}
