using Fairground.Kernel.Http;

namespace Fairground.Identity;

/// <summary>What may be done with an organisation's people and programs. No program may: a key that makes keys would never end.</summary>
internal static class IdentityPermissions
{
    public static readonly Permission See = new("organisation.see", "See that the organisation is there, and the own role in it.", Access.Member, ForPrograms: false);
    public static readonly Permission Members = new("members.manage", "See who is in it, invite people, change their roles, and take them out.", Access.OrganisationOwner, ForPrograms: false);
    public static readonly Permission Staff = new("staff.appoint", "Give people a role at the shop without asking back.", Access.ShopOwner, ForPrograms: false);
    public static readonly Permission Keys = new("keys.manage", "Make, rotate and revoke keys for the shop's programs.", Access.ShopOwner, ForPrograms: false);

    public static readonly Permission Applications = new("applications.manage", "Register applications that people sign in to with their account here.", Access.OrganisationOwner, ForPrograms: false);

    public static IReadOnlyList<Permission> All { get; } = [See, Members, Staff, Keys, Applications];
}
