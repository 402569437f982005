using Fairground.Kernel;

namespace Fairground.Identity;

/// <summary>Why Identity says no where organisations are concerned.</summary>
public static class OrganisationRefusals
{
    public static readonly RefusalKind RoleInvalid = new("people.role_invalid", 422, "A role is staff or owner.");
    public static readonly RefusalKind KindInvalid = new("organisation.kind_invalid", 422, "An organisation that is founded here is a supplier, vendor, distributor or reseller.");
    public static readonly RefusalKind NameInvalid = new("organisation.name_invalid", 422, "Give the organisation a name of 1 to 120 characters.");
    public static readonly RefusalKind NotFound = new("organisation.not_found", 404, "There is no such organisation.");
    public static readonly RefusalKind MemberNotFound = new("organisation.member_not_found", 404, "This person is not in the organisation.");
    public static readonly RefusalKind MemberAlready = new("organisation.member_already", 409, "This person is in the organisation already. Change the role instead.");
    public static readonly RefusalKind LastOwner = new("organisation.last_owner", 409, "An organisation keeps at least one owner. Make somebody else an owner first.");
    public static readonly RefusalKind NotOwner = new("organisation.not_owner", 409, "Only an owner has ownership to hand over.");
    public static readonly RefusalKind InvitationNotFound = new("organisation.invitation_not_found", 404, "There is no such invitation for you.");
    public static readonly RefusalKind InvitationOver = new("organisation.invitation_over", 409, "This invitation was used, was taken back, or is too old. Ask for another.");
    public static readonly RefusalKind InvitationsCapped = new("organisation.invitations_capped", 409, "An invitation is sent at most five times, and at most a hundred wait at once. Take some back first.");
    public static readonly RefusalKind ProveNumber = new("organisation.prove_number", 403, "Your number proved itself here too long ago, and numbers change hands. Prove it again on the page Security, then accept.");
}
