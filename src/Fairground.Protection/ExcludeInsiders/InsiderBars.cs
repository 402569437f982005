using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Protection.ExcludeInsiders;

/// <summary>Writes into people's guards who they may not buy from: the shops they work for, and those that somebody they live with works for.</summary>
internal sealed class InsiderBars(IServiceScopeFactory scopes, IInsiders insiders, GuardReader guards, GroupCommitter committer)
{
    /// <summary>Compares what should be with what is, and writes the difference. True where something was written.</summary>
    public async Task<bool> Apply(CancellationToken ct)
    {
        var should = await Wanted(ct);
        var written = await guards.AllBarred(ct);
        var changed = should.Keys.Union(written.Keys).Where(p => !(should.GetValueOrDefault(p) ?? []).SetEquals(written.GetValueOrDefault(p) ?? [])).ToList();
        foreach (var person in changed)
        {
            var bar = await committer.Submit<GuardChanged>(ChangeGuard.Once(person, Guid.Empty, new BarFrom([.. should.GetValueOrDefault(person) ?? []])));
            // Busy or away: the next round does it.
            if (bar.Refused) return true;
        }
        return changed.Count > 0;
    }

    /// <summary>What each guard should say.</summary>
    public async Task<IReadOnlyDictionary<Guid, HashSet<Guid>>> Wanted(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var links = await scope.ServiceProvider.GetRequiredService<ProtectionContext>().Household.AsNoTracking().Where(l => l.EndedAt == null).ToListAsync(ct);
        var working = await insiders.All(ct);
        var wanted = working.ToDictionary(i => i.Key, i => i.Value.ToHashSet());
        foreach (var (a, b) in links.SelectMany(l => new[] { (l.DeclaredBy, l.Other), (l.Other, l.DeclaredBy) }))
        {
            // Only work counts, not what another household brings with it: it goes one step and no further.
            if (!working.TryGetValue(a, out var sellers)) continue;
            if (!wanted.TryGetValue(b, out var barred)) wanted[b] = barred = [];
            barred.UnionWith(sellers);
        }
        return wanted;
    }
}

/// <summary>Keeps bars up with changes of staff.</summary>
internal sealed class InsiderWorker(InsiderBars bars, Leases leases, TimeProvider time, ILogger<InsiderWorker> logger)
    : LeasedWorker("protection.insiders", TimeSpan.FromSeconds(3), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await bars.Apply(ct);
        return false;
    }
}
