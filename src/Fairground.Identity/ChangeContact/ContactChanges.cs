using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fairground.Identity.EndSessions;
using Fairground.Identity.GiveConsent;
using Fairground.Identity.SendCodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.ChangeContact;

/// <summary>A change of my contact on its way.</summary>
/// <param name="DueAt">When it takes effect, unless it is cancelled before.</param>
public sealed record ContactChangeInfo(Guid ChangeId, string NewContact, DateTimeOffset CreatedAt, DateTimeOffset DueAt);

/// <summary>
/// Moves an account to another e-mail address or number: the owner proves to be there (a recent sign-in), the new contact proves itself with a code, the
/// old one is told and has three days to stop it by a link.
/// </summary>
internal sealed class ContactChanges(IdentityContext context, CodeDesk desk, SessionEnder sessions, IMessages messages, TimeProvider time)
{
    private const int TokenLength = 32;

    /// <summary>Sends a code to the new contact. Refuses with <c>people.contact_invalid</c>, <c>consent.number_needed</c>, <c>contact_same</c>, <c>change_pending</c>, <c>codes_capped</c>, <c>sms_country</c>, <c>sms_paused</c>.</summary>
    public async Task<Result<Guid>> Begin(Guid userId, string? contactText, bool numberConsent, string? client, CancellationToken ct)
    {
        if (!Contact.TryParse(contactText, out var contact)) return PeopleRefusals.ContactInvalid;
        if (contact.Channel == ContactChannel.Sms && !numberConsent) return DataRefusals.NumberConsent;
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        if (user.NormalizedUserName == contact.Value) return PeopleRefusals.ContactSame;
        if (await context.ContactChanges.AnyAsync(c => c.UserId == userId && c.EndedAt == null, ct)) return PeopleRefusals.ChangePending;
        // Whether another account has the contact is told only to who can read what is sent there.
        return await desk.Send(CodePurpose.NewContact, contact, userId, client, IdentityLetters.NewContactCode, ct);
    }

    /// <summary>The new contact is proved. Refuses with <c>people.code_not_found</c>, <c>code_expired</c>, <c>code_wrong</c>, <c>guesses_capped</c>, <c>codes_paused</c>, <c>already_registered</c>, <c>change_pending</c>.</summary>
    public async Task<Result<ContactChangeInfo>> Confirm(Guid userId, Guid id, string? code, string agent, CancellationToken ct)
    {
        var found = await desk.Look(context.Codes, id, r => r.Kind == CodePurpose.NewContact && r.UserId == userId, code, PeopleRefusals.CodeNotFound, ct);
        if (found.Refused) return found.Refusal!;
        var (sent, now) = (found.Value, time.GetUtcNow());
        var other = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedUserName == sent.Contact, ct);
        if (other is not null && !other.IsNumberStale(now)) return PeopleRefusals.AlreadyRegistered.Saying(T["Another account has this contact."]);
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenLength));
        var change = new ContactChange
        {
            Id = Ids.New(), UserId = userId, OldContact = user.Contact, OldChannel = user.Channel, NewContact = sent.Contact, NewChannel = sent.Channel,
            CancelHash = Hash(token), CreatedAt = now, DueAt = now + ContactChange.Delay,
        };
        sent.UsedAt = now;
        context.ContactChanges.Add(change);
        try
        {
            await using var transaction = await context.BeginWriteAsync(ct);
            await context.SaveChangesAsync(ct);
            // No code went to a number whose use was not agreed to.
            if (sent.Channel == ContactChannel.Sms) await ConsentBook.Add(context, userId, ConsentWording.ForNumber, true, "contact-change", agent, now, ct);
            await transaction.CommitAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return PeopleRefusals.CodeExpired;
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            context.ChangeTracker.Clear();
            if (!await context.ContactChanges.AnyAsync(c => c.UserId == userId && c.EndedAt == null, ct)) throw;
            return PeopleRefusals.ChangePending;
        }
        await messages.Send(Notices.To(change.OldContact, change.OldChannel, userId, IdentityLetters.ContactChanging(change.DueAt, token), now), ct);
        return Describe(change);
    }

    public async Task<ContactChangeInfo?> Find(Guid userId, CancellationToken ct) =>
        await context.ContactChanges.AsNoTracking().FirstOrDefaultAsync(c => c.UserId == userId && c.EndedAt == null, ct) is { } change ? Describe(change) : null;

    /// <summary>Cancels what I began. Refuses with <c>people.change_not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> Cancel(Guid userId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var stopped = await PendingChanges.Stop(context, userId, time.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
        return stopped == 1 ? null : (Refusal)PeopleRefusals.ChangeNotFound;
    }

    /// <summary>Stops it by the link that the old contact was sent, and signs everybody out: it was not the owner. Refuses with <c>people.change_not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> Stop(string? token, CancellationToken ct)
    {
        var (hash, now) = (Hash(token ?? ""), time.GetUtcNow());
        IReadOnlyCollection<Guid> over;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var change = await context.ContactChanges.AsNoTracking().FirstOrDefaultAsync(c => c.CancelHash == hash && c.EndedAt == null, ct);
            if (change is null || await PendingChanges.Stop(context, change.UserId, now, ct) == 0) return PeopleRefusals.ChangeNotFound;
            over = await sessions.EndWithin(change.UserId, null, now, ct);
            await transaction.CommitAsync(ct);
        }
        sessions.Tell(over, now);
        return null;
    }

    private static ContactChangeInfo Describe(ContactChange change) => new(change.Id, change.NewContact, change.CreatedAt, change.DueAt);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>Ends changes that wait.</summary>
internal static class PendingChanges
{
    /// <summary>Cancels what waits for this account; the count of them. Inside the caller's transaction.</summary>
    public static Task<int> Stop(IdentityContext context, Guid userId, DateTimeOffset now, CancellationToken ct)
    {
        DateTimeOffset? at = now;
        return context.ContactChanges.Where(c => c.UserId == userId && c.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.EndedAt, at).SetProperty(c => c.Outcome, ChangeOutcome.Cancelled), ct);
    }
}
