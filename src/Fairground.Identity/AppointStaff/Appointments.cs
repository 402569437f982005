using System.Security.Claims;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.InviteMembers;
using Fairground.Identity.KeepMembers;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.AppointStaff;

/// <summary>Who shall work for the shop, as <c>staff</c> or <c>owner</c>.</summary>
public sealed record AppointRequest(string? Contact, string? Role);

/// <summary>What became of it.</summary>
/// <param name="State"><c>member</c> where the role counts already; <c>invited</c> where it comes with the registration of the contact.</param>
public sealed record Appointment(Guid ShopId, string Contact, string Role, string State);

/// <summary>Gives a role at a shop without asking back, for programs that set shops up. Whoever would be asked first is invited instead.</summary>
internal sealed class Appointments(IdentityContext context, Members members, Invitations invitations, RoleBook roles, IRecentSignIn recent, TimeProvider time)
{
    /// <summary>
    /// Refuses with <c>people.role_invalid</c>, <c>people.contact_invalid</c>, <c>organisation.not_found</c>, <c>organisation.invitations_capped</c>, <c>people.codes_capped</c>,
    /// <c>sms_country</c>, <c>sms_paused</c>; where it gives ownership also with <c>access.confirm_identity</c>, <c>access.held</c>. Again is the same.
    /// </summary>
    public async Task<Result<Appointment>> Appoint(Guid shopId, AppointRequest request, ClaimsPrincipal by, CancellationToken ct)
    {
        var role = OrganisationNames.ReadRole(request.Role);
        if (role.Refused) return role.Refusal!;
        if (!Contact.TryParse(request.Contact, out var contact)) return PeopleRefusals.ContactInvalid;
        if (await roles.Find(shopId, ct) is not { Kind: OrganisationKind.Shop } shop) return OrganisationRefusals.NotFound;
        if (role.Value == ShopRole.Owner && await recent.Check(by, ct) is { } unproved) return unproved;
        var now = time.GetUtcNow();
        var person = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedUserName == contact.Value, ct);
        if (person is null || person.IsNumberStale(now))
        {
            var invited = await invitations.Invite(shopId, request.Contact, request.Role, by, ct, appointed: true);
            return invited.Refused ? invited.Refusal! : new Appointment(shopId, contact.Value, OrganisationNames.Of(role.Value), "invited");
        }
        await invitations.Ensure(shop, now, ct);
        await members.Add(shopId, person.Id, role.Value, ct);
        return new Appointment(shopId, contact.Value, OrganisationNames.Of(role.Value), "member");
    }

    /// <summary>Gives whoever just proved the contact the roles that wait for it; inside the registration's own transaction. True where there were any: then the roles must be loaded anew after it.</summary>
    public static async Task<bool> Take(IdentityContext context, FairgroundUser person, DateTimeOffset now, CancellationToken ct)
    {
        var waiting = await context.Invitations.Where(i => i.Contact == person.NormalizedUserName && i.Appointed && i.EndedAt == null && i.ExpiresAt > now).ToListAsync(ct);
        if (waiting.Count == 0) return false;
        foreach (var invitation in waiting)
        {
            context.Members.Add(new Member { OrganisationId = invitation.OrganisationId, UserId = person.Id, Role = invitation.Role, Since = now });
            invitation.End(InvitationOutcome.Accepted, now);
        }
        await RoleBook.MarkChanged(context, ct);
        await context.SaveChangesAsync(ct);
        return true;
    }
}
