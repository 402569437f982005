using Fairground.Identity.ChangeContact;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.EndSessions;
using Fairground.Identity.KeepAudit;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger;
using Fairground.Ledger.Statements;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.AdministerPeople;

/// <summary>A person as the operator sees them.</summary>
/// <param name="Sessions">Devices that are signed in.</param>
/// <param name="Wallet">What is in the wallet, by currency, holds included.</param>
/// <param name="JoinedTo">The account of the same person that this one was joined to.</param>
public sealed record PersonView(
    Guid PersonId, string DisplayName, string Contact, bool IsOperator, DateTimeOffset Since, DateTimeOffset ContactProvedAt, DateTimeOffset? BlockedAt, bool HasAuthenticator, int Sessions, IReadOnlyList<Money> Wallet, Guid? JoinedTo = null);

/// <summary>Why somebody is blocked, let in again, or acted as.</summary>
public sealed record ReasonRequest(string? Reason);

/// <summary>What is to be corrected; what is missing stays.</summary>
public sealed record CorrectionRequest(string? DisplayName, string? Contact, string? Reason);

/// <summary>Looks after people's accounts for the operator (C-37): every change says why, and stands in the audit with it.</summary>
internal sealed class PersonDesk(
    IdentityContext context, AuditBook audit, Looks looks, SessionEnder sessions, PeopleBook people, LedgerReader ledger, RoleBook roles, IMessages messages, TimeProvider time)
{
    private const int ShortestReason = 3;
    private const int LongestReason = 500;

    /// <summary>The person, whole; the look is noted. Null where there is none.</summary>
    public async Task<PersonView?> Find(Guid personId, Guid by, CancellationToken ct)
    {
        var user = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == personId && u.ErasedAt == null, ct);
        if (user is null) return null;
        await looks.Note(personId, by, "page", ct);
        var now = time.GetUtcNow();
        var living = await context.Sessions.CountAsync(s => s.UserId == personId && s.EndedAt == null && s.ExpiresAt > now, ct);
        var wallet = await ledger.BalancesOf(personId, SharedAccounts.Wallet, ct);
        return new PersonView(
            user.Id, user.DisplayName, user.Contact, user.IsOperator, user.CreatedAt, user.ContactProvedAt, user.BlockedAt, user.TotpSecret is not null, living,
            [.. wallet.Where(w => w.Value.Balance != 0 && Currency.TryParse(w.Key, out _)).Select(w => new Money(w.Value.Balance, Currency.Of(w.Key)))], user.JoinedTo);
    }

    /// <summary>Notes that a person's data is taken into a file. Refuses with <c>people.not_found</c>; null where it may be written.</summary>
    public async Task<Refusal?> Export(Guid personId, Guid by, CancellationToken ct)
    {
        if (!await context.Users.AnyAsync(u => u.Id == personId && u.ErasedAt == null, ct)) return AdministerRefusals.NotFound;
        await audit.Record(new AuditEntry(by, "person.export", $"{personId}"), ct);
        await looks.Note(personId, by, "export", ct);
        return null;
    }

    /// <summary>Shuts an account and ends its sessions. Refuses with <c>people.reason_invalid</c>, <c>people.not_found</c>, <c>people.already_blocked</c>, <c>people.own_account</c>, <c>people.is_operator</c>.</summary>
    public async Task<Refusal?> Block(Guid personId, Guid by, string? reason, CancellationToken ct)
    {
        if (Reason(reason) is not { } why) return AdministerRefusals.ReasonInvalid;
        if (personId == by) return AdministerRefusals.OwnAccount;
        var now = time.GetUtcNow();
        IReadOnlyCollection<Guid> ended;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var user = await context.Users.FirstOrDefaultAsync(u => u.Id == personId && u.ErasedAt == null, ct);
            if (user is null) return AdministerRefusals.NotFound;
            if (user.BlockedAt is not null) return AdministerRefusals.AlreadyBlocked;
            if (user.IsOperator) return AdministerRefusals.IsOperator;
            user.BlockedAt = now;
            user.ConcurrencyStamp = Ids.New().ToString();
            ended = await sessions.EndWithin(personId, null, now, ct);
            await audit.Add(context, new AuditEntry(by, "person.block", $"{personId}", why, "open", "blocked"), ct);
            await transaction.CommitAsync(ct);
        }
        sessions.Tell(ended, now);
        people.Forget(personId);
        return null;
    }

    /// <summary>Refuses with <c>people.reason_invalid</c>, <c>people.not_found</c>, <c>people.not_blocked</c>.</summary>
    public async Task<Refusal?> Unblock(Guid personId, Guid by, string? reason, CancellationToken ct)
    {
        if (Reason(reason) is not { } why) return AdministerRefusals.ReasonInvalid;
        await using var transaction = await context.BeginWriteAsync(ct);
        var user = await context.Users.FirstOrDefaultAsync(u => u.Id == personId && u.ErasedAt == null, ct);
        if (user is null) return AdministerRefusals.NotFound;
        if (user.BlockedAt is null) return AdministerRefusals.NotBlocked;
        user.BlockedAt = null;
        user.ConcurrencyStamp = Ids.New().ToString();
        await audit.Add(context, new AuditEntry(by, "person.unblock", $"{personId}", why, "blocked", "open"), ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>
    /// Corrects a name or a contact. A new contact counts as not proved by the person: both contacts are told, every session ends, and payouts wait a day.
    /// Refuses with <c>people.reason_invalid</c>, <c>people.not_found</c>, <c>people.name_invalid</c>, <c>people.contact_invalid</c>, <c>people.already_registered</c>, <c>people.nothing_to_correct</c>.
    /// </summary>
    public async Task<Refusal?> Correct(Guid personId, Guid by, CorrectionRequest request, CancellationToken ct)
    {
        if (Reason(request.Reason) is not { } why) return AdministerRefusals.ReasonInvalid;
        var name = string.IsNullOrWhiteSpace(request.DisplayName) ? null : DisplayNames.Check(request.DisplayName) is { Refused: false } good ? good.Value : "";
        if (name is "") return PeopleRefusals.NameInvalid;
        Contact? contact = null;
        if (!string.IsNullOrWhiteSpace(request.Contact))
        {
            if (!Contact.TryParse(request.Contact, out var parsed)) return PeopleRefusals.ContactInvalid;
            contact = parsed;
        }
        var now = time.GetUtcNow();
        var notices = new List<Message>();
        IReadOnlyCollection<Guid> ended = [];
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var user = await context.Users.FirstOrDefaultAsync(u => u.Id == personId && u.ErasedAt == null, ct);
            if (user is null) return AdministerRefusals.NotFound;
            if (name == user.DisplayName) name = null;
            if (contact?.Value == user.Contact) contact = null;
            if (name is null && contact is null) return AdministerRefusals.NothingToCorrect;
            if (contact is { } taken && await context.Users.AnyAsync(u => u.NormalizedUserName == taken.Value, ct)) return PeopleRefusals.AlreadyRegistered;
            if (name is not null)
            {
                var before = user.DisplayName;
                user.DisplayName = name;
                await audit.Add(context, new AuditEntry(by, "person.rename", $"{personId}", why, Masks.Name(before), Masks.Name(name)), ct);
            }
            if (contact is { } next)
            {
                var (before, channel) = (user.Contact, user.Channel);
                user.MoveTo(next, user.ContactProvedAt);
                user.HeldUntil = now.AddDays(1);
                ended = await sessions.EndWithin(personId, null, now, ct);
                await context.ContactChanges.Where(c => c.UserId == personId).ExecuteDeleteAsync(ct);
                await audit.Add(context, new AuditEntry(by, "person.contact", $"{personId}", why, Masks.Contact(before), Masks.Contact(next.Value)), ct);
                notices.AddRange(Notices.To(before, channel, personId, IdentityLetters.ContactCorrectedFrom(), now));
                notices.AddRange(Notices.To(next.Value, next.Channel, personId, IdentityLetters.ContactCorrectedTo(), now));
            }
            user.ConcurrencyStamp = Ids.New().ToString();
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            people.Remember(user);
        }
        sessions.Tell(ended, now);
        if (notices.Count > 0) await messages.Send(notices, ct);
        await roles.Reload(ct);
        return null;
    }

    /// <summary>The reason without outer spaces, or null where it says nothing.</summary>
    internal static string? Reason(string? reason) => reason?.Trim() is { Length: >= ShortestReason and <= LongestReason } why && !why.Any(char.IsControl) ? why : null;
}

/// <summary>Why the desk refuses. Codes are stable.</summary>
internal static class AdministerRefusals
{
    public static readonly RefusalKind ReasonInvalid = new("people.reason_invalid", 422, "Say why, in 3 to 500 characters. It stands in the audit.");
    public static readonly RefusalKind NotFound = new("people.not_found", 404, "There is no such person.");
    public static readonly RefusalKind AlreadyBlocked = new("people.already_blocked", 409, "This account is blocked already.");
    public static readonly RefusalKind NotBlocked = new("people.not_blocked", 409, "This account is not blocked.");
    public static readonly RefusalKind OwnAccount = new("people.own_account", 409, "That would be your own account.");
    public static readonly RefusalKind IsOperator = new("people.is_operator", 409, "An operator's account is neither blocked nor acted as. Take the role away first.");
    public static readonly RefusalKind NothingToCorrect = new("people.nothing_to_correct", 422, "Nothing would be different.");
}
