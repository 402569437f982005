using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fairground.Identity.LimitTries;

/// <summary>
/// Counts wrong passwords in the database and locks for a while: by contact, whether anybody has it or not, so that neither the lock nor the work
/// behind it tells who is registered.
/// </summary>
internal sealed class WrongPasswords(IdentityContext context, IOptions<IdentityOptions> options)
{
    private int Cap => options.Value.Lockout.MaxFailedAccessAttempts;

    private TimeSpan Pause => options.Value.Lockout.DefaultLockoutTimeSpan;

    public Task<bool> IsLocked(string contact, DateTimeOffset now, CancellationToken ct)
    {
        var (name, since) = (Name(contact), now - Pause);
        return context.Limits.AnyAsync(l => l.Name == name && l.Used >= Cap && l.Since > since, ct);
    }

    /// <summary>Counts one; false where the lock is shut already. One statement decides, so that guesses sent at once are all counted.</summary>
    public async Task<bool> Count(string contact, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var (name, at, cap, open) = (Name(contact), now.ToUnixTimeMilliseconds(), Cap, (now - Pause).ToUnixTimeMilliseconds());
        var counted = await context.Database.SqlQuery<LimitUse>($"""
            insert into identity_limit (name, used, since) values ({name}, 1, {at})
            on conflict (name) do update set
                used = case when identity_limit.used >= {cap} then 1 else identity_limit.used + 1 end,
                since = excluded.since
            where identity_limit.used < {cap} or identity_limit.since <= {open}
            returning used, since
            """).ToListAsync(ct);
        await transaction.CommitAsync(ct);
        return counted.Count == 1;
    }

    /// <summary>The right password came: the count starts again. Inside the caller's transaction.</summary>
    public Task Clear(string contact, CancellationToken ct)
    {
        var name = Name(contact);
        return context.Limits.Where(l => l.Name == name).ExecuteDeleteAsync(ct);
    }

    private static string Name(string contact) => "password of " + contact;
}
