using Fairground.Kernel.Http;

namespace Fairground.Draws;

/// <summary>What may be done with a shop's lots.</summary>
internal static class DrawsPermissions
{
    public static readonly Permission Lots = new("lots.write", "Draft lots for the shop's goods, keep their documents, open them, and end their sale.");
    public static readonly Permission Cancel = new("lots.cancel", "Drop a lot that was drafted.", ForPrograms: false);
    public static readonly Permission Claims = new("claims.redeem", "Hand prizes over against the winners' codes.");
    public static readonly Permission Deposits = new("deposits.pay", "Pay the deposit of a two-stage lot.", Access.ShopOwner);

    public static IReadOnlyList<Permission> All { get; } = [Lots, Cancel, Claims, Deposits];
}
