using System.Security.Claims;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.KeepMembers;
using Fairground.Identity.LimitTries;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.InviteMembers;

/// <summary>An invitation that waits for an answer.</summary>
/// <param name="Role"><c>staff</c> or <c>owner</c>.</param>
/// <param name="SentAt">When it was last sent.</param>
/// <param name="State"><c>open</c> or <c>expired</c>.</param>
public sealed record InvitationInfo(Guid InvitationId, string Contact, string Role, DateTimeOffset SentAt, DateTimeOffset ExpiresAt, string State);

/// <summary>The organisation's invitations that wait, newest first.</summary>
public sealed record InvitationList(IReadOnlyList<InvitationInfo> Items);

/// <summary>An invitation to me.</summary>
public sealed record InvitationToMe(Guid InvitationId, Guid OrganisationId, string Kind, string Name, string Role, string? InvitedBy, DateTimeOffset ExpiresAt);

/// <summary>The invitations that wait for my answer.</summary>
public sealed record InvitationsToMe(IReadOnlyList<InvitationToMe> Items);

/// <summary>
/// Asks people into an organisation by e-mail or phone. The answer is the same whether the contact has an account or not; whoever proves the contact to be
/// theirs sees the invitation after signing in, and takes it once.
/// </summary>
internal sealed class Invitations(IdentityContext context, RoleBook roles, IRecentSignIn recent, IMessages messages, SendingLimits limits, TimeProvider time)
{
    private const int MostOpen = 100;

    /// <summary>
    /// Refuses with <c>people.role_invalid</c>, <c>people.contact_invalid</c>, <c>organisation.not_found</c>, <c>organisation.member_already</c>,
    /// <c>organisation.invitations_capped</c>, <c>people.codes_capped</c>, <c>sms_country</c>, <c>sms_paused</c>; where it gives ownership or makes an operator
    /// also with <c>access.confirm_identity</c>, <c>access.held</c>. An invitation that waits for the same contact is sent again, with the new role.
    /// </summary>
    public async Task<Result<InvitationInfo>> Invite(Guid organisationId, string? contactText, string? roleText, ClaimsPrincipal by, CancellationToken ct, bool appointed = false)
    {
        var role = OrganisationNames.ReadRole(roleText);
        if (role.Refused) return role.Refusal!;
        if (!Contact.TryParse(contactText, out var contact)) return PeopleRefusals.ContactInvalid;
        if (await roles.Find(organisationId, ct) is not { } organisation) return OrganisationRefusals.NotFound;
        if ((role.Value == ShopRole.Owner || organisation.Kind == OrganisationKind.Operator) && await recent.Check(by, ct) is { } unproved) return unproved;
        var now = time.GetUtcNow();
        Invitation invitation;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            await Ensure(organisation, now, ct);
            await context.LockMembers(organisationId, ct);
            if (await context.Members.Where(m => m.OrganisationId == organisationId).Join(context.Users, m => m.UserId, u => u.Id, (m, u) => u.NormalizedUserName).AnyAsync(c => c == contact.Value, ct))
                return OrganisationRefusals.MemberAlready;
            var open = context.Invitations.Where(i => i.OrganisationId == organisationId && i.EndedAt == null);
            var present = await open.FirstOrDefaultAsync(i => i.Contact == contact.Value, ct);
            if (present is null && await open.CountAsync(ct) >= MostOpen) return OrganisationRefusals.InvitationsCapped;
            invitation = present ?? context.Invitations.Add(new Invitation { Id = Ids.New(), OrganisationId = organisationId, Contact = contact.Value, Channel = contact.Channel, CreatedAt = now }).Entity;
            (invitation.Role, invitation.InvitedBy, invitation.Appointed) = (role.Value, by.UserId(), appointed);
            if (await Count(invitation, now, ct) is { } refusal)
            {
                // What was counted stands, so that asking on does not help.
                context.ChangeTracker.Clear();
                await transaction.CommitAsync(ct);
                return refusal;
            }
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await Send(organisation, invitation, ct);
        return Describe(invitation, now);
    }

    /// <summary>What waits, newest first. Refuses with <c>organisation.not_found</c>.</summary>
    public async Task<Result<InvitationList>> List(Guid organisationId, CancellationToken ct)
    {
        if (await roles.Find(organisationId, ct) is null) return OrganisationRefusals.NotFound;
        var now = time.GetUtcNow();
        var open = await context.Invitations.AsNoTracking().Where(i => i.OrganisationId == organisationId && i.EndedAt == null).OrderByDescending(i => i.SentAt).ThenBy(i => i.Contact).ToListAsync(ct);
        return new InvitationList([.. open.Select(i => Describe(i, now))]);
    }

    /// <summary>Sends it again and begins its seven days anew. Refuses with <c>organisation.invitation_not_found</c>, <c>organisation.invitations_capped</c>, <c>people.codes_capped</c>, <c>sms_country</c>, <c>sms_paused</c>.</summary>
    public async Task<Result<InvitationInfo>> SendAgain(Guid organisationId, Guid invitationId, CancellationToken ct)
    {
        if (await roles.Find(organisationId, ct) is not { } organisation) return OrganisationRefusals.NotFound;
        var now = time.GetUtcNow();
        Invitation? invitation;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            invitation = await context.Invitations.FirstOrDefaultAsync(i => i.Id == invitationId && i.OrganisationId == organisationId && i.EndedAt == null, ct);
            if (invitation is null) return OrganisationRefusals.InvitationNotFound;
            if (await Count(invitation, now, ct) is { } refusal)
            {
                context.ChangeTracker.Clear();
                await transaction.CommitAsync(ct);
                return refusal;
            }
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await Send(organisation, invitation, ct);
        return Describe(invitation, now);
    }

    /// <summary>Takes it back. Refuses with <c>organisation.invitation_not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> Withdraw(Guid organisationId, Guid invitationId, CancellationToken ct)
    {
        DateTimeOffset? now = time.GetUtcNow();
        await using var transaction = await context.BeginWriteAsync(ct);
        var ended = await context.Invitations.Where(i => i.Id == invitationId && i.OrganisationId == organisationId && i.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.EndedAt, now).SetProperty(i => i.Outcome, InvitationOutcome.Withdrawn), ct);
        await transaction.CommitAsync(ct);
        return ended == 0 ? OrganisationRefusals.InvitationNotFound.ToRefusal() : null;
    }

    /// <summary>What waits for this person's answer.</summary>
    public async Task<InvitationsToMe> To(Guid userId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var contact = await context.Users.Where(u => u.Id == userId).Select(u => u.NormalizedUserName).FirstAsync(ct);
        var open = await context.Invitations.AsNoTracking().Where(i => i.Contact == contact && i.EndedAt == null && i.ExpiresAt > now).OrderBy(i => i.SentAt).ToListAsync(ct);
        var names = await context.Users.Where(u => open.Select(i => i.InvitedBy).Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, ct);
        var found = new List<InvitationToMe>(open.Count);
        foreach (var i in open)
        {
            if (await roles.Find(i.OrganisationId, ct) is { } organisation)
                found.Add(new InvitationToMe(i.Id, organisation.OrganisationId, OrganisationNames.Of(organisation.Kind), organisation.Name, OrganisationNames.Of(i.Role), names.GetValueOrDefault(i.InvitedBy), i.ExpiresAt));
        }
        return new InvitationsToMe(found);
    }

    /// <summary>Takes the role, once. Refuses with <c>organisation.invitation_not_found</c>, <c>invitation_over</c>, <c>prove_number</c>; null where it is done.</summary>
    public async Task<Refusal?> Accept(Guid userId, Guid invitationId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        Invitation? invitation;
        FairgroundUser person;
        try
        {
            await using var transaction = await context.BeginWriteAsync(ct);
            (invitation, person) = await Find(userId, invitationId, ct);
            if (Invitation.Decide(invitation, person, now) is { } refusal) return refusal;
            var members = await context.LockMembers(invitation!.OrganisationId, ct);
            var present = members.FirstOrDefault(m => m.UserId == userId);
            if (present is null) context.Members.Add(new Member { OrganisationId = invitation.OrganisationId, UserId = userId, Role = invitation.Role, Since = now });
            // An owner who is asked to be staff stays owner: an invitation takes nothing away.
            else if (invitation.Role > present.Role) present.Role = invitation.Role;
            invitation.End(InvitationOutcome.Accepted, now);
            await RoleBook.MarkChanged(context, ct);
            await context.SaveChangesAsync(ct);
            await context.MarkOperators(invitation.OrganisationId, ct);
            await transaction.CommitAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return OrganisationRefusals.InvitationOver;
        }
        await roles.Reload(ct);
        await TellInviter(invitation, person, now, ct);
        return null;
    }

    /// <summary>Says no. Refuses as <see cref="Accept"/> does; null where it is done.</summary>
    public async Task<Refusal?> Decline(Guid userId, Guid invitationId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (invitation, person) = await Find(userId, invitationId, ct);
        if (Invitation.Decide(invitation, person, now) is { } refusal && refusal.Kind != OrganisationRefusals.ProveNumber) return refusal;
        invitation!.End(InvitationOutcome.Declined, now);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return OrganisationRefusals.InvitationOver;
        }
        return null;
    }

    private async Task<(Invitation? Invitation, FairgroundUser Person)> Find(Guid userId, Guid invitationId, CancellationToken ct) =>
        (await context.Invitations.FirstOrDefaultAsync(i => i.Id == invitationId, ct), await context.Users.FirstAsync(u => u.Id == userId, ct));

    /// <summary>A shop is an organisation from the first time that somebody is asked or taken into it.</summary>
    public async Task Ensure(OrganisationInfo organisation, DateTimeOffset now, CancellationToken ct)
    {
        if (organisation.Kind == OrganisationKind.Shop)
            await context.Database.ExecuteSqlAsync($"insert into identity_organisation (id, kind, name, created_at) values ({Key(organisation.OrganisationId)}, {(int)OrganisationKind.Shop}, null, {now.ToUnixTimeMilliseconds()}) on conflict (id) do nothing", ct);
    }

    private object Key(Guid id) => context.Store.Kind == Kernel.Storage.DatabaseKind.Sqlite ? id.ToByteArray(true) : id;

    private async Task<Refusal?> Count(Invitation invitation, DateTimeOffset now, CancellationToken ct)
    {
        if (invitation.Sends >= Invitation.MostSends) return OrganisationRefusals.InvitationsCapped;
        if (await limits.Take(context, new Contact(invitation.Contact, invitation.Channel), null, now, ct) is { } refusal) return refusal;
        (invitation.SentAt, invitation.ExpiresAt, invitation.Sends) = (now, now + Invitation.Life, invitation.Sends + 1);
        return null;
    }

    private async Task Send(OrganisationInfo organisation, Invitation invitation, CancellationToken ct)
    {
        var userId = await context.Users.Where(u => u.NormalizedUserName == invitation.Contact).Select(u => (Guid?)u.Id).FirstOrDefaultAsync(ct);
        await messages.Send([new Message(Ids.Derive("identity.invitation", invitation.Id.ToString(), $"{invitation.Sends}"), invitation.Contact, invitation.Channel, IdentityLetters.Invited(invitation.Role, organisation.Name), userId)], ct);
    }

    private async Task TellInviter(Invitation invitation, FairgroundUser person, DateTimeOffset now, CancellationToken ct)
    {
        var inviter = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == invitation.InvitedBy, ct);
        var name = (await roles.Find(invitation.OrganisationId, ct))?.Name ?? "";
        if (inviter is not null) await messages.Send(Notices.Of(inviter, IdentityLetters.InvitationAccepted(person.DisplayName, invitation.Role, name), now), ct);
    }

    private static InvitationInfo Describe(Invitation i, DateTimeOffset now) => new(i.Id, i.Contact, OrganisationNames.Of(i.Role), i.SentAt, i.ExpiresAt, now < i.ExpiresAt ? "open" : "expired");
}
