using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Fairground.Protection.ExcludeInsiders;
using Fairground.Protection.SetLimits;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Protection.KeepPersonalData;

/// <summary>Limits, breaks, exclusion, age, household and signs of harm. An exclusion outlives every wish to be rid of it: nobody is erased or joined out of one.</summary>
internal sealed class ProtectionData(ProtectionContext context, GuardReader guards, GroupCommitter committer, IJurisdiction jurisdiction, InsiderBars bars, TimeProvider time) : IPersonalData
{
    public IReadOnlyCollection<string> Tables { get; } = ["ledger_guard", "ledger_guard_change", "protection_household", "protection_signal"];

    public async Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var offset = await Offset(ct);
        var found = new List<GuardView>();
        var changes = new List<GuardChangeLine>();
        foreach (var id in person)
        {
            found.Add(await guards.Of(id, offset, ct));
            changes.AddRange(await guards.Changes(id, ct));
        }
        await archive.Add("limits", "Your limits, breaks and age as far as they are kept, what you used of them, and where you cannot buy.", found, ct);
        await archive.Add("limit-changes", "The last changes of them, at most a hundred.", changes.Select(c => new { by = c.By == person[0] ? "you" : c.By == Guid.Empty ? "the system" : "the operator", c.What, c.Before, c.After, c.At }), ct);
        var links = await context.Household.AsNoTracking().Where(l => person.Contains(l.DeclaredBy) || person.Contains(l.Other)).OrderBy(l => l.Id).ToListAsync(ct);
        await archive.Add("household", "People you live with, as you or they said. Their names are theirs and are not given.", links.Select(l => new { byYou = person.Contains(l.DeclaredBy), since = l.At, until = l.EndedAt }), ct);
        var signals = await context.Signals.AsNoTracking().Where(s => person.Contains(s.Person)).OrderBy(s => s.FoundAt).ToListAsync(ct);
        await archive.Add("harm-signs", "Signs of harm that the operator was told of, and what was done.", signals.Select(s => new { s.Kind, s.Figure, s.Threshold, s.LastAt, s.FoundAt, s.AnsweredAt, s.Answer }), ct);
    }

    public async Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        var offset = await Offset(ct);
        foreach (var id in person)
        {
            var guard = await guards.Of(id, offset, ct);
            var until = guard.ExcludedUntil ?? guard.BreakUntil;
            if (until is not null) return [LimitRefusals.StillOut.Saying($"You keep yourself out until {until:yyyy-MM-dd HH:mm} UTC, and that holds only while we know you. Ask again after it.", ("until", until))];
        }
        return [];
    }

    public async Task Erase(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        var offset = await Offset(ct);
        foreach (var id in person)
        {
            var guard = await guards.Of(id, offset, ct);
            // Whoever never had a guard gets none by being erased.
            if (guard.Age == AgeProof.Unknown && guard.Limits.Count == 0 && guard.Barred.Count == 0) continue;
            Must(await committer.Submit<GuardChanged>(ChangeGuard.Once(id, Guid.Empty, new ForgetGuard())));
        }
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            await context.Household.Where(l => person.Contains(l.DeclaredBy) || person.Contains(l.Other)).ExecuteDeleteAsync(ct);
            // Figures stay, since the operator must show that it looked; what somebody wrote about the person goes.
            var (now, gone) = ((DateTimeOffset?)time.GetUtcNow(), (string?)"erased");
            await context.Signals.Where(s => person.Contains(s.Person)).ExecuteUpdateAsync(set => set.SetProperty(s => s.Answer, gone).SetProperty(s => s.AnsweredAt, s => s.AnsweredAt ?? now), ct);
            await transaction.CommitAsync(ct);
        }
        await bars.Apply(ct);
    }

    public Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public async Task Join(Guid from, Guid into, CancellationToken ct)
    {
        Must(await committer.Submit<GuardChanged>(ChangeGuard.Joined(from, into, await Offset(ct))));
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            DateTimeOffset? now = time.GetUtcNow();
            // Nobody lives with themselves.
            await context.Household.Where(l => (l.DeclaredBy == from && l.Other == into) || (l.DeclaredBy == into && l.Other == from)).ExecuteDeleteAsync(ct);
            await context.Household.Where(l => l.DeclaredBy == from).ExecuteUpdateAsync(set => set.SetProperty(l => l.DeclaredBy, into), ct);
            await context.Household.Where(l => l.Other == from).ExecuteUpdateAsync(set => set.SetProperty(l => l.Other, into), ct);
            // One open sign of a kind is kept for each person.
            await context.Signals.Where(s => s.Person == from && s.AnsweredAt == null && context.Signals.Any(o => o.Person == into && o.Kind == s.Kind && o.AnsweredAt == null))
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.AnsweredAt, now).SetProperty(s => s.Answer, "the account was joined with another that has the same sign"), ct);
            await context.Signals.Where(s => s.Person == from).ExecuteUpdateAsync(set => set.SetProperty(s => s.Person, into), ct);
            await transaction.CommitAsync(ct);
        }
        await bars.Apply(ct);
    }

    private async Task<int> Offset(CancellationToken ct) => (await jurisdiction.Chosen(ct))?.Pack.DayOffsetMinutes ?? 0;

    // Busy or away: whoever asked asks again.
    private static void Must(HotResult<GuardChanged> change)
    {
        if (change.Refused) throw new InvalidOperationException($"The guard could not be changed: {change.Refusal!.Code}.");
    }
}
