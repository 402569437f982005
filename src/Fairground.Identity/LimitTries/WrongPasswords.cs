using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fairground.Identity.LimitTries;

/// <summary>
/// Counts wrong passwords in the database and locks for a while. A contact that nobody has is counted in the same way, so that the
/// lock does not tell who is registered.
/// </summary>
internal sealed class WrongPasswords(IdentityContext context, IOptions<IdentityOptions> options)
{
    private int Cap => options.Value.Lockout.MaxFailedAccessAttempts;

    private TimeSpan Pause => options.Value.Lockout.DefaultLockoutTimeSpan;

    public async Task<bool> IsLocked(FairgroundUser? user, string contact, DateTimeOffset now, CancellationToken ct)
    {
        if (user is not null) return user.LockoutEnd > now;
        var name = Name(contact);
        var since = now - Pause;
        return await context.Limits.AnyAsync(l => l.Name == name && l.Used >= Cap && l.Since > since, ct);
    }

    /// <summary>Counts one; false where the lock is shut already. One statement decides, so that guesses sent at once are all counted.</summary>
    public async Task<bool> Count(FairgroundUser? user, string contact, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var counted = user is not null ? await CountKnown(user.Id, now, ct) : await CountUnknown(Name(contact), now, ct);
        await transaction.CommitAsync(ct);
        return counted;
    }

    private async Task<bool> CountKnown(Guid userId, DateTimeOffset now, CancellationToken ct)
    {
        DateTimeOffset? until = now + Pause;
        var last = Cap - 1;
        // The count starts again when it locks, as the framework's own does.
        return await context.Users.Where(u => u.Id == userId && (u.LockoutEnd == null || u.LockoutEnd <= now)).ExecuteUpdateAsync(
            set => set
                .SetProperty(u => u.LockoutEnd, u => u.AccessFailedCount >= last ? until : u.LockoutEnd)
                .SetProperty(u => u.AccessFailedCount, u => u.AccessFailedCount >= last ? 0 : u.AccessFailedCount + 1),
            ct) == 1;
    }

    private async Task<bool> CountUnknown(string name, DateTimeOffset now, CancellationToken ct)
    {
        var (at, cap, open) = (now.ToUnixTimeMilliseconds(), Cap, (now - Pause).ToUnixTimeMilliseconds());
        var counted = await context.Database.SqlQuery<LimitUse>($"""
            insert into identity_limit (name, used, since) values ({name}, 1, {at})
            on conflict (name) do update set
                used = case when identity_limit.used >= {cap} then 1 else identity_limit.used + 1 end,
                since = excluded.since
            where identity_limit.used < {cap} or identity_limit.since <= {open}
            returning used, since
            """).ToListAsync(ct);
        return counted.Count == 1;
    }

    private static string Name(string contact) => "password of " + contact;
}
