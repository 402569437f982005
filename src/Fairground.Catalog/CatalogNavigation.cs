using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Catalog;

/// <summary>The links to the catalogue and, for an operator, to shops and imports.</summary>
internal sealed class CatalogNavigation : INavigation
{
    private static NavItem Catalogue => new(T["Catalogue"], "/catalogue", NavSection.Main, 20);
    private static NavItem Kept => new(T["Favourites"], "/me/favourites", NavSection.Account, 60) { Icon = "heart" };
    private static NavItem Shops => new(T["Shops"], "/office/shops", NavSection.Operator, 10);
    private static NavItem Categories => new(T["Categories"], "/office/categories", NavSection.Operator, 15) { Icon = "tree" };
    private static NavItem Imports => new(T["Imports"], "/office/imports", NavSection.Operator, 20);

    public IReadOnlyList<NavItem> Items(HttpContext http) => http.User.IsOperator() ? [Catalogue, Kept, Shops, Categories, Imports] : http.User.TryUserId() is not null ? [Catalogue, Kept] : [Catalogue];
}
