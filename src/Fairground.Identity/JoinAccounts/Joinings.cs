using System.Security.Cryptography;
using Fairground.Identity.AcceptSignIn;
using Fairground.Identity.AdministerPeople;
using Fairground.Identity.ChangeContact;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.EndSessions;
using Fairground.Identity.GiveSignIn;
using Fairground.Identity.IssueKeys;
using Fairground.Identity.KeepAudit;
using Fairground.Identity.SendCodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.JoinAccounts;

/// <summary>What joins one account to another.</summary>
/// <param name="Into">The account that stays.</param>
/// <param name="Reason">Why the operator knows that both are one person's.</param>
/// <param name="FromCode">The code that came to the contact of the account that ends; missing where the operator's word is all there is.</param>
/// <param name="IntoCode">The code that came to the other contact.</param>
/// <param name="Proof">What <c>joining-codes</c> answered.</param>
public sealed record JoinRequest(Guid Into, string? Reason, JoiningProof? Proof = null, string? FromCode = null, string? IntoCode = null);

/// <summary>The codes that were sent to both contacts.</summary>
public sealed record JoiningProof(Guid FromId, Guid IntoId);

/// <summary>Asks for codes to both contacts.</summary>
public sealed record JoiningCodesRequest(Guid Into);

/// <summary>
/// Makes one account of two that are one person's (C-37). The account that ends becomes a signpost: nobody signs in to it, and what was bought under it is
/// shown and paid out to the one that stays.
/// </summary>
internal sealed class Joinings(
    IdentityContext context, IEnumerable<IPersonalData> modules, CodeDesk desk, AuditBook audit, SessionEnder sessions, PeopleBook people, RoleBook roles, KeyBook programs, IMessages messages, TimeProvider time, ILogger<Joinings> logger)
{
    private const int AtOnce = 20;

    private static readonly TimeSpan Again = TimeSpan.FromHours(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    /// <summary>Sends a code to each contact, for the person to tell the operator. Refuses as <see cref="Join"/> does, and with <c>people.codes_capped</c>, <c>sms_country</c>, <c>sms_paused</c>.</summary>
    public async Task<Result<JoiningProof>> SendCodes(Guid from, Guid into, string client, CancellationToken ct)
    {
        var pair = await Pair(from, into, ct);
        if (pair.Refused) return pair.Refusal!;
        var sent = new List<Guid>(2);
        foreach (var user in new[] { pair.Value.From, pair.Value.Into })
        {
            if (!Contact.TryParse(user.Contact, out var contact)) return PeopleRefusals.ContactInvalid.Saying("One of the accounts has no contact. Join them by your own word, and say why.");
            var code = await desk.Send(CodePurpose.Joining, contact, user.Id, client, IdentityLetters.JoiningCode, ct);
            if (code.Refused) return code.Refusal!;
            sent.Add(code.Value);
        }
        return new JoiningProof(sent[0], sent[1]);
    }

    /// <summary>
    /// Joins. Refuses with <c>people.reason_invalid</c>, <c>people.not_found</c>, <c>people.own_account</c>, <c>people.is_operator</c>, <c>people.blocked</c>, <c>people.already_joined</c>, <c>people.join_same</c>,
    /// <c>people.erasure_waiting</c>, those of a code, and with what keeps the two apart: <c>lot.held_by_both</c>.
    /// </summary>
    public async Task<Refusal?> Join(Guid from, Guid by, JoinRequest request, CancellationToken ct)
    {
        if (PersonDesk.Reason(request.Reason) is not { } why) return AdministerRefusals.ReasonInvalid;
        var found = await Pair(from, request.Into, ct);
        if (found.Refusal is { } no) return no;
        if (by == from || by == request.Into) return AdministerRefusals.OwnAccount;
        foreach (var module in modules)
        {
            if (await module.KeepsApart(from, request.Into, ct) is [var first, ..]) return first;
        }
        if (await Proved(from, request, ct) is { } unproved) return unproved;
        var proof = request.Proof is null ? "by the operator's word" : "by codes to both contacts";
        await Decide(from, request.Into, by, why, proof, ct);
        await CarryOut(ct);
        return null;
    }

    /// <summary>Asks every module to move what is left to move; true where more is waiting.</summary>
    public async Task<bool> CarryOut(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = await context.Joinings.Where(j => j.DueAt <= now).OrderBy(j => j.DueAt).Take(AtOnce).ToListAsync(ct);
        foreach (var joining in due)
        {
            try
            {
                foreach (var module in modules) await module.Join(joining.From, joining.Into, ct);
                (joining.DoneAt, joining.DueAt) = (joining.DoneAt ?? now, now + Again);
            }
            catch (Exception error) when (error is InvalidOperationException or System.Data.Common.DbException or DbUpdateException)
            {
                // One that cannot be finished now must not keep the others waiting.
                logger.LogError(error, "{From} could not be joined to {Into} in all parts; it is tried again in a minute", joining.From, joining.Into);
                joining.DueAt = now + Soon;
            }
            await context.SaveChangesAsync(ct);
        }
        return due.Count == AtOnce;
    }

    private async Task<Result<(FairgroundUser From, FairgroundUser Into)>> Pair(Guid from, Guid into, CancellationToken ct)
    {
        if (from == into) return DataRefusals.JoinSame;
        var users = await context.Users.AsNoTracking().Where(u => (u.Id == from || u.Id == into) && u.ErasedAt == null).ToDictionaryAsync(u => u.Id, ct);
        if (!users.TryGetValue(from, out var ends) || !users.TryGetValue(into, out var stays)) return AdministerRefusals.NotFound;
        if (ends.JoinedTo is not null || stays.JoinedTo is not null) return DataRefusals.AlreadyJoined;
        if (ends.IsOperator || stays.IsOperator) return AdministerRefusals.IsOperator.Saying("An operator's account is joined with no other. Take the role away first.");
        // Joining must not be a way round a block.
        if (ends.BlockedAt is not null || stays.BlockedAt is not null) return PeopleRefusals.Blocked.Saying("A blocked account is joined with no other. Let it in again first.");
        if (await context.Erasures.AnyAsync(e => (e.PersonId == from || e.PersonId == into) && e.EndedAt == null, ct)) return DataRefusals.ErasureWaiting.Saying("One of the accounts waits to be erased. That must be taken back first.");
        return (ends, stays);
    }

    private async Task<Refusal?> Proved(Guid from, JoinRequest request, CancellationToken ct)
    {
        if (request.Proof is not { } proof) return null;
        foreach (var (id, whose, code) in new[] { (proof.FromId, from, request.FromCode), (proof.IntoId, request.Into, request.IntoCode) })
        {
            var found = await desk.Look(context.Codes, id, r => r.Kind == CodePurpose.Joining && r.UserId == whose, code, PeopleRefusals.CodeNotFound, ct);
            if (found.Refused) return found.Refusal;
        }
        var used = (DateTimeOffset?)time.GetUtcNow();
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Codes.Where(c => c.Id == proof.FromId || c.Id == proof.IntoId).ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, used), ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    private async Task Decide(Guid from, Guid into, Guid by, string why, string proof, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var users = await context.Users.AsNoTracking().Where(u => u.Id == from || u.Id == into).ToDictionaryAsync(u => u.Id, ct);
        IReadOnlyCollection<Guid> ended;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            ended = await sessions.EndWithin(from, null, now, ct);
            await MoveRoles(from, into, ct);
            await CloseWaysIn(from, now, ct);
            Guid? target = into;
            var (hint, stamp, concurrency) = (Masks.Contact(users[into].Contact), RandomNumberGenerator.GetHexString(32), Ids.New().ToString());
            await context.Users.Where(u => u.Id == from || u.JoinedTo == from).ExecuteUpdateAsync(set => set.SetProperty(u => u.JoinedTo, target).SetProperty(u => u.JoinedHint, hint).SetProperty(u => u.SecurityStamp, stamp).SetProperty(u => u.ConcurrencyStamp, concurrency), ct);
            await context.Joinings.Where(j => j.Into == from).ExecuteUpdateAsync(set => set.SetProperty(j => j.Into, into).SetProperty(j => j.DueAt, now), ct);
            context.Joinings.Add(new Joining { From = from, Into = into, By = by, At = now, DueAt = now });
            await audit.Add(context, new AuditEntry(by, "person.join", $"{from}", why, "an account of its own", $"joined to {into}, {proof}"), ct);
            await audit.Add(context, new AuditEntry(by, "person.join", $"{into}", why, null, $"took in {from}, {proof}"), ct);
            await transaction.CommitAsync(ct);
        }
        sessions.Tell(ended, now);
        people.Forget(from);
        await roles.Reload(ct);
        await programs.Reload(ct);
        var told = IdentityLetters.AccountsJoined(Masks.Contact(users[from].Contact), Masks.Contact(users[into].Contact));
        await messages.Send([.. Notices.Of(users[from], told, now).Select(m => m with { UserId = into }), .. Notices.Of(users[into], told, now)], ct);
    }

    // The greater of two roles in one organisation stays.
    private async Task MoveRoles(Guid from, Guid into, CancellationToken ct)
    {
        var (theirs, mine) = (await context.Members.Where(m => m.UserId == from).ToListAsync(ct), await context.Members.Where(m => m.UserId == into).ToListAsync(ct));
        foreach (var member in theirs)
        {
            var present = mine.FirstOrDefault(m => m.OrganisationId == member.OrganisationId);
            if (present is null) context.Members.Add(new Member { OrganisationId = member.OrganisationId, UserId = into, Role = member.Role, Since = member.Since });
            else if (member.Role > present.Role) present.Role = member.Role;
            context.Members.Remove(member);
        }
        await context.SaveChangesAsync(ct);
        // A key or an application never does more than its maker may, and the maker is the account that stays.
        await context.ApiKeys.Where(k => k.MadeBy == from).ExecuteUpdateAsync(set => set.SetProperty(k => k.MadeBy, into), ct);
        await context.Set<OidcApplication>().Where(a => a.MadeBy == from).ExecuteUpdateAsync(set => set.SetProperty(a => a.MadeBy, into), ct);
        await context.Visits.Where(v => v.PersonId == from).ExecuteUpdateAsync(set => set.SetProperty(v => v.PersonId, into), ct);
        await RoleBook.MarkChanged(context, ct);
        await KeyBook.MarkChanged(context, ct);
    }

    // The password stays, so that whoever knows it is told where to go; nothing else opens anything.
    private async Task CloseWaysIn(Guid from, DateTimeOffset now, CancellationToken ct)
    {
        await context.Passkeys.Where(k => k.UserId == from).ExecuteDeleteAsync(ct);
        await context.RecoveryCodes.Where(c => c.UserId == from).ExecuteDeleteAsync(ct);
        await context.Set<OutsideLogin>().Where(l => l.UserId == from).ExecuteDeleteAsync(ct);
        var subject = from.ToString();
        await context.Set<OidcToken>().Where(t => t.Subject == subject).ExecuteDeleteAsync(ct);
        await context.Set<OidcAuthorization>().Where(a => a.Subject == subject).ExecuteDeleteAsync(ct);
        await PendingChanges.Stop(context, from, now, ct);
    }
}
