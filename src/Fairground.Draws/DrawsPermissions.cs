using Fairground.Kernel.Http;

namespace Fairground.Draws;

/// <summary>What keys may be allowed in a shop's lots.</summary>
internal static class DrawsPermissions
{
    public static readonly Permission Lots = new("lots.write", "Draft lots for the shop's goods, open them, and end their sale.");
    public static readonly Permission Claims = new("claims.redeem", "Hand prizes over against the winners' codes.");
}
