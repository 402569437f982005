using System.Security.Cryptography;
using Fairground.Identity.AcceptSignIn;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.EndSessions;
using Fairground.Identity.GiveSignIn;
using Fairground.Identity.IssueKeys;
using Fairground.Identity.KeepAudit;
using Fairground.Identity.KeepMembers;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.ErasePerson;

/// <summary>
/// Takes the account apart in one transaction: contacts, name, every way in, sessions and roles go, the key of what cannot be removed is destroyed. What is left is
/// an id that leads to nobody, so that the ledger and the draws still add up.
/// </summary>
internal sealed class IdentityEraser(IdentityContext context, PersonKeys keys, AuditBook audit, SessionEnder sessions, PeopleBook people, RoleBook roles, KeyBook programs, ErasedList list, TimeProvider time)
{
    public async Task Erase(Guid person, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var ended = new List<Guid>();
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            foreach (var id in ids) ended.AddRange(await sessions.EndWithin(id, null, now, ct));
            await RemoveTraces(ids, await Contacts(ids, ct), ct);
            await RemoveWaysIn(ids, now, ct);
            await RemoveRoles(ids, ct);
            await Anonymise(ids, now, ct);
            await keys.Destroy(context, ids, ct);
            foreach (var wish in await context.Erasures.Where(e => ids.Contains(e.PersonId) && e.EndedAt == null).ToListAsync(ct)) wish.End(ErasureOutcome.Done, null, now);
            await audit.Add(context, new AuditEntry(person, "person.erased", $"{person}"), ct);
            await transaction.CommitAsync(ct);
        }
        await list.Add(ids, now, ct);
        sessions.Tell(ended, now);
        foreach (var id in ids) people.Forget(id);
        await roles.Reload(ct);
        await programs.Reload(ct);
    }

    private async Task<List<string>> Contacts(IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        var users = await context.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).ToListAsync(ct);
        var changes = await context.ContactChanges.AsNoTracking().Where(c => ids.Contains(c.UserId)).ToListAsync(ct);
        return [.. users.Select(u => u.Contact).Concat(changes.Select(c => c.OldContact)).Concat(changes.Select(c => c.NewContact)).Where(c => c.Length > 0).Distinct()];
    }

    // Where a contact stands without an account beside it: codes, registrations, invitations, counters.
    private async Task RemoveTraces(IReadOnlyList<Guid> ids, List<string> contacts, CancellationToken ct)
    {
        await context.Codes.Where(c => contacts.Contains(c.Contact) || (c.UserId != null && ids.Contains(c.UserId.Value))).ExecuteDeleteAsync(ct);
        await context.Registrations.Where(r => contacts.Contains(r.Contact)).ExecuteDeleteAsync(ct);
        await context.Invitations.Where(i => contacts.Contains(i.Contact)).ExecuteDeleteAsync(ct);
        await context.ContactChanges.Where(c => ids.Contains(c.UserId)).ExecuteDeleteAsync(ct);
        // What an older version kept is copied and read no more, and still says who somebody was.
        foreach (var id in ids.Select(i => context.Store.Kind == DatabaseKind.Postgres ? (object)i : i.ToByteArray(true))) await context.Database.ExecuteSqlAsync($"delete from identity_staff where user_id = {id}", ct);
        foreach (var contact in contacts) await context.Database.ExecuteSqlAsync($"delete from identity_invitation where contact = {contact}", ct);
        foreach (var contact in contacts) await context.Limits.Where(l => l.Name.EndsWith(" " + contact)).ExecuteDeleteAsync(ct);
        await context.Visits.Where(v => ids.Contains(v.PersonId)).ExecuteDeleteAsync(ct);
        await context.Joinings.Where(j => ids.Contains(j.Into)).ExecuteDeleteAsync(ct);
        await context.Looks.Where(l => ids.Contains(l.Person)).ExecuteDeleteAsync(ct);
    }

    private async Task RemoveWaysIn(IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken ct)
    {
        await context.Sessions.Where(s => ids.Contains(s.UserId)).ExecuteDeleteAsync(ct);
        await context.Devices.Where(d => ids.Contains(d.UserId)).ExecuteDeleteAsync(ct);
        await context.RecoveryCodes.Where(c => ids.Contains(c.UserId)).ExecuteDeleteAsync(ct);
        await context.Passkeys.Where(k => ids.Contains(k.UserId)).ExecuteDeleteAsync(ct);
        await context.Set<OutsideLogin>().Where(l => ids.Contains(l.UserId)).ExecuteDeleteAsync(ct);
        var subjects = ids.Select(id => id.ToString()).ToList();
        await context.Set<OidcToken>().Where(t => subjects.Contains(t.Subject!)).ExecuteDeleteAsync(ct);
        await context.Set<OidcAuthorization>().Where(a => subjects.Contains(a.Subject!)).ExecuteDeleteAsync(ct);
        DateTimeOffset? revoked = now;
        await context.ApiKeys.Where(k => ids.Contains(k.MadeBy) && k.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(k => k.RevokedAt, revoked), ct);
        await KeyBook.MarkChanged(context, ct);
    }

    private async Task RemoveRoles(IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        await context.Members.Where(m => ids.Contains(m.UserId)).ExecuteDeleteAsync(ct);
        await RoleBook.MarkChanged(context, ct);
        await context.MarkOperators(OrganisationInfo.OperatorId, ct);
    }

    private async Task Anonymise(IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken ct)
    {
        DateTimeOffset? at = now;
        foreach (var id in ids)
        {
            var (name, stamp, concurrency) = (FairgroundUser.ErasedName(id), RandomNumberGenerator.GetHexString(32), Ids.New().ToString());
            await context.Users.Where(u => u.Id == id).ExecuteUpdateAsync(set => set
                .SetProperty(u => u.UserName, name).SetProperty(u => u.NormalizedUserName, name)
                .SetProperty(u => u.DisplayName, FairgroundUser.Erased)
                // Without the salt nothing leads from the pseudonyms of published lists to this id.
                .SetProperty(u => u.HolderSalt, "")
                .SetProperty(u => u.PasswordHash, (string?)null).SetProperty(u => u.SecurityStamp, stamp).SetProperty(u => u.ConcurrencyStamp, concurrency)
                .SetProperty(u => u.JoinedHint, (string?)null)
                .SetProperty(u => u.TotpSecret, (byte[]?)null).SetProperty(u => u.TotpSince, (DateTimeOffset?)null).SetProperty(u => u.HeldUntil, (DateTimeOffset?)null)
                .SetProperty(u => u.ErasedAt, at), ct);
        }
    }
}
