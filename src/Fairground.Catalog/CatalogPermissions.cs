using Fairground.Kernel.Http;

namespace Fairground.Catalog;

/// <summary>What keys may be allowed in a shop's goods.</summary>
internal static class CatalogPermissions
{
    public static readonly Permission Goods = new("goods.write", "Add goods to the shop, change them, and add pictures.");
    public static readonly Permission Imports = new("imports.run", "Bring goods in from feeds, see how that went, and undo it.");
}
