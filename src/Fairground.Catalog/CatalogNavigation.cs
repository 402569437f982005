using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Catalog;

/// <summary>The links to the catalogue and, for an operator, to shops and imports.</summary>
internal sealed class CatalogNavigation : INavigation
{
    private static readonly NavItem Catalogue = new("Catalogue", "/catalogue", NavSection.Main, 20);
    private static readonly NavItem Kept = new("Favourites", "/me/favourites", NavSection.Account, 60) { Icon = "heart" };
    private static readonly NavItem Shops = new("Shops", "/office/shops", NavSection.Operator, 10);
    private static readonly NavItem Categories = new("Categories", "/office/categories", NavSection.Operator, 15) { Icon = "tree" };
    private static readonly NavItem Imports = new("Imports", "/office/imports", NavSection.Operator, 20);

    public IReadOnlyList<NavItem> Items(HttpContext http) => http.User.IsOperator() ? [Catalogue, Kept, Shops, Categories, Imports] : http.User.TryUserId() is not null ? [Catalogue, Kept] : [Catalogue];
}
