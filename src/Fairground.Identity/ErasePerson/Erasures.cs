using System.Globalization;
using Fairground.Identity.EndSessions;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Fairground.Identity.ErasePerson;

/// <summary>How long a wish to be erased waits: <c>FAIRGROUND_ERASURE_DAYS</c>, 7 where it is not set.</summary>
internal sealed record ErasureSettings(TimeSpan Wait)
{
    public const string Setting = "FAIRGROUND_ERASURE_DAYS";

    private const int DefaultDays = 7;
    private const int MostDays = 30;

    /// <summary>Throws <see cref="SettingException"/> where the setting cannot be read.</summary>
    public static ErasureSettings From(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } text) return new(TimeSpan.FromDays(DefaultDays));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDays
            ? new(TimeSpan.FromDays(days))
            : throw new SettingException($"{Setting} cannot be used: {text} is no number of days from 0 to {MostDays}.");
    }
}

/// <summary>Something that stands in the way of erasing me.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Sentence">What it is and what to do about it.</param>
public sealed record ErasureObstacle(string Code, string Sentence);

/// <summary>How it stands with erasing me.</summary>
/// <param name="State"><c>none</c>, <c>waiting</c>, or <c>stopped</c> where something stood in the way when its time came.</param>
/// <param name="Obstacles">What stands in the way at this moment.</param>
public sealed record ErasureOfMine(string State, DateTimeOffset? AskedAt, DateTimeOffset? DueAt, IReadOnlyList<ErasureObstacle> Obstacles);

/// <summary>Takes a person's wish to be erased, lets it be taken back for some days, and carries it out when its time has come.</summary>
internal sealed class Erasures(IdentityContext context, IEnumerable<IPersonalData> modules, IdentityEraser eraser, SessionEnder sessions, IPeople people, IMessages messages, ErasureSettings settings, TimeProvider time)
{
    private const int AtOnce = 20;

    public async Task<ErasureOfMine> Find(Guid person, CancellationToken ct)
    {
        var last = await context.Erasures.AsNoTracking().Where(e => e.PersonId == person).OrderByDescending(e => e.AskedAt).ThenByDescending(e => e.Id).FirstOrDefaultAsync(ct);
        var state = last?.Outcome switch { ErasureOutcome.Waiting => "waiting", ErasureOutcome.Stopped => "stopped", _ => "none" };
        var obstacles = await Obstacles(await people.IdsOf(person, ct), ct);
        return new ErasureOfMine(state, state == "none" ? null : last?.AskedAt, state == "waiting" ? last?.DueAt : null, [.. obstacles.Select(o => new ErasureObstacle(o.Code, o.Sentence))]);
    }

    /// <summary>Refuses with <c>people.erasure_waiting</c>, and with whatever stands in the way: <c>wallet.not_empty</c>, <c>payment.under_way</c>, <c>lot.certificates_open</c>,
    /// <c>win.open</c>, <c>win.reserve_open</c>, <c>protection.still_out</c>, <c>organisation.last_owner</c>; the detail <c>obstacles</c> names all of them.</summary>
    public async Task<Result<ErasureOfMine>> Ask(Guid person, CancellationToken ct)
    {
        if (await context.Erasures.AnyAsync(e => e.PersonId == person && e.EndedAt == null, ct)) return DataRefusals.ErasureWaiting;
        var obstacles = await Obstacles(await people.IdsOf(person, ct), ct);
        if (obstacles is [var first, ..]) return first with { Details = [.. first.Details, ("obstacles", obstacles.Select(o => o.Code).ToArray())] };
        var now = time.GetUtcNow();
        var erasure = new Erasure { Id = Ids.New(), PersonId = person, AskedAt = now, DueAt = now + settings.Wait };
        context.Erasures.Add(erasure);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            context.ChangeTracker.Clear();
            if (!await context.Erasures.AnyAsync(e => e.PersonId == person && e.EndedAt == null, ct)) throw;
            return DataRefusals.ErasureWaiting;
        }
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == person, ct);
        await messages.Send(Notices.Of(user, IdentityLetters.ErasureWaiting(erasure.DueAt), now), ct);
        return new ErasureOfMine("waiting", erasure.AskedAt, erasure.DueAt, []);
    }

    /// <summary>Refuses with <c>people.erasure_not_found</c>; null where it is taken back.</summary>
    public async Task<Refusal?> TakeBack(Guid person, CancellationToken ct)
    {
        var waiting = await context.Erasures.FirstOrDefaultAsync(e => e.PersonId == person && e.EndedAt == null, ct);
        if (waiting is null) return DataRefusals.ErasureNotFound;
        waiting.End(ErasureOutcome.Cancelled, null, time.GetUtcNow());
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return DataRefusals.ErasureNotFound;
        }
        return null;
    }

    /// <summary>Carries out what is due; true where more is waiting.</summary>
    public async Task<bool> CarryOut(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = await context.Erasures.Where(e => e.EndedAt == null && e.DueAt <= now).OrderBy(e => e.DueAt).Take(AtOnce).ToListAsync(ct);
        foreach (var erasure in due)
        {
            var ids = await people.IdsOf(erasure.PersonId, ct);
            // Looked at a second time once nobody can do anything in the account: what was bought in between must not be lost.
            var why = await Obstacles(ids, ct);
            if (why.Count == 0)
            {
                foreach (var id in ids) await sessions.EndAll(id, ct);
                why = await Obstacles(ids, ct);
            }
            if (why is [var first, ..]) await Stop(erasure, first, now, ct);
            else await Erase(erasure.PersonId, ids, ct);
        }
        return due.Count == AtOnce;
    }

    /// <summary>Erases without asking what stands in the way: the person was erased before, and a copy of the database from before that was brought back.</summary>
    public async Task EraseAgain(Guid person, CancellationToken ct)
    {
        if (!await context.Users.AnyAsync(u => u.Id == person && u.ErasedAt == null, ct)) return;
        await Erase(person, await people.IdsOf(person, ct), ct);
    }

    // Each module removes what is its own; last of all the account goes, and with it the key and the mark that this is still to be done. What a crash leaves is done again.
    private async Task Erase(Guid person, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        foreach (var module in modules.Where(m => m is not ExportData.IdentityData)) await module.Erase(ids, ct);
        await eraser.Erase(person, ids, ct);
        context.ChangeTracker.Clear();
    }

    private async Task Stop(Erasure erasure, Refusal why, DateTimeOffset now, CancellationToken ct)
    {
        erasure.End(ErasureOutcome.Stopped, why.Code, now);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Taken back at this very moment.
            context.ChangeTracker.Clear();
            return;
        }
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == erasure.PersonId, ct);
        await messages.Send(Notices.Of(user, IdentityLetters.ErasureStopped(why.Sentence), now), ct);
    }

    private async Task<List<Refusal>> Obstacles(IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        var found = new List<Refusal>();
        foreach (var module in modules) found.AddRange(await module.HoldsBack(ids, ct));
        return found;
    }
}
