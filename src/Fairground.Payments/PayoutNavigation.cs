using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Payments;

/// <summary>The links to payouts: for who works for a shop, and for the operator.</summary>
internal sealed class PayoutNavigation : INavigation
{
    private static NavItem Own => new(T["Payouts"], "/shop/payouts", NavSection.Shop, 60) { Icon = "wallet" };

    private static NavItem Office => new("Payouts", "/office/payouts", NavSection.Operator, 40) { Icon = "wallet" };

    public IReadOnlyList<NavItem> Items(HttpContext http)
    {
        if (http.User.TryUserId() is null) return [];
        var links = new List<NavItem>();
        if (http.User.HasClaim(claim => claim.Type == FairgroundClaims.Shop)) links.Add(Own);
        if (http.User.IsOperator()) links.Add(Office);
        return links;
    }
}
