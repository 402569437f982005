using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Delivery;

/// <summary>The links to deliveries and addresses.</summary>
internal sealed class DeliveryNavigation : INavigation
{
    private static NavItem Mine => new(T["My deliveries"], "/me/deliveries", NavSection.Account, 35) { Icon = "box", Short = T["Deliveries"] };

    private static NavItem Shop => new(T["Deliveries"], "/shop/deliveries", NavSection.Shop, 25) { Icon = "box" };

    private static NavItem Office => new(T["Deliveries"], "/office/deliveries", NavSection.Operator, 38) { Icon = "box" };

    public IReadOnlyList<NavItem> Items(HttpContext http)
    {
        if (http.User.TryUserId() is null) return [];
        var links = new List<NavItem> { Mine };
        if (http.User.HasClaim(claim => claim.Type == FairgroundClaims.Shop)) links.Add(Shop);
        if (http.User.IsOperator()) links.Add(Office);
        return links;
    }
}
