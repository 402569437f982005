using Fairground.Kernel.Http;

namespace Fairground.Catalog;

/// <summary>What may be done with a shop and its goods.</summary>
internal static class CatalogPermissions
{
    public static readonly Permission Goods = new("goods.write", "Add goods to the shop, change them, and add pictures.");
    public static readonly Permission Imports = new("imports.run", "Bring goods in from feeds, see how that went, and undo it.");
    public static readonly Permission Documents = new("documents.write", "Keep the shop's documents, and see how much room is left.");
    public static readonly Permission Look = new("sources.look", "See where goods come from by themselves, and have them looked at now.");
    public static readonly Permission Sources = new("sources.manage", "Set up where goods come from by themselves, with the secrets for it.", Access.ShopOwner, ForPrograms: false);
    public static readonly Permission Shop = new("shop.change", "Change the shop's name, address and words.", Access.ShopOwner, ForPrograms: false);

    public static IReadOnlyList<Permission> All { get; } = [Goods, Imports, Documents, Look, Sources, Shop];
}
