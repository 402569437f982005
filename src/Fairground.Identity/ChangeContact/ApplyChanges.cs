using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.ChangeContact;

/// <summary>Moves accounts to their new contacts once the old ones had their time to say no.</summary>
internal sealed class ApplyChanges(IServiceScopeFactory scopes, PeopleBook people, IMessages messages, Leases leases, TimeProvider time, ILogger<ApplyChanges> logger)
    : LeasedWorker("identity.contact-changes", TimeSpan.FromSeconds(30), leases, time, logger)
{
    private readonly TimeProvider time = time;

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        var due = await context.ContactChanges.AsNoTracking().Where(c => c.DueAt <= now && c.EndedAt == null).OrderBy(c => c.DueAt).Select(c => c.Id).FirstOrDefaultAsync(ct);
        if (due == Guid.Empty) return false;
        await Apply(context, due, now, ct);
        return true;
    }

    /// <summary>Applies one, or finds that somebody else has the contact by now.</summary>
    internal async Task Apply(IdentityContext context, Guid id, DateTimeOffset now, CancellationToken ct)
    {
        ContactChange change;
        FairgroundUser user;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            change = await context.ContactChanges.FirstAsync(c => c.Id == id, ct);
            if (change.EndedAt is not null) return;
            user = await context.Users.FirstAsync(u => u.Id == change.UserId, ct);
            var other = await context.Users.FirstOrDefaultAsync(u => u.NormalizedUserName == change.NewContact, ct);
            (change.EndedAt, change.Outcome) = (now, other is null || other.IsNumberStale(now) ? ChangeOutcome.Done : ChangeOutcome.Taken);
            if (change.Outcome == ChangeOutcome.Done)
            {
                other?.Detach();
                // Before the number is given on: no two rows may have it, not even between two statements.
                await context.SaveChangesAsync(ct);
                if (other is not null) people.Forget(other.Id);
                user.MoveTo(new Contact(change.NewContact, change.NewChannel), change.CreatedAt);
            }
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        people.Remember(user);
        var words = IdentityLetters.ContactChangeEnded(change.Outcome);
        await messages.Send([.. Notices.To(change.OldContact, change.OldChannel, user.Id, words, now), .. Notices.To(change.NewContact, change.NewChannel, user.Id, words, now)], ct);
    }
}
