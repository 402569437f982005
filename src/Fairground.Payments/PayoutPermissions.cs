using Fairground.Kernel.Http;

namespace Fairground.Payments;

/// <summary>What may be done with an organisation's money. No program may: a key that leaks must not reach it.</summary>
internal static class PayoutPermissions
{
    public static readonly Permission See = new("payouts.see", "See the organisation's balance, its payouts and its statement.", Access.OrganisationOwner, ForPrograms: false);
    public static readonly Permission Manage = new("payouts.manage", "Say where and when the organisation is paid, and have it paid out now.", Access.OrganisationOwner, ForPrograms: false);
    public static readonly Permission Till = new("till.cash", "Take cash for people's wallets at the till, hand it out, and see what was taken.", Access.ShopStaff, ForPrograms: false);

    public static IReadOnlyList<Permission> All { get; } = [See, Manage, Till];
}
