using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Payments;

/// <summary>The links to payouts: for who works for a shop, and for the operator.</summary>
internal sealed class PayoutNavigation(TakeCash.TillOptions till) : INavigation
{
    private static NavItem Own => new(T["Payouts"], "/shop/payouts", NavSection.Shop, 60) { Icon = "wallet" };

    private static NavItem Office => new(T["Payouts"], "/office/payouts", NavSection.Operator, 40) { Icon = "wallet" };

    private static NavItem Bank => new(T["Bank"], "/office/bank", NavSection.Operator, 41) { Icon = "upload" };

    private static NavItem Gateways => new(T["Reports of companies"], "/office/gateways", NavSection.Operator, 41) { Icon = "upload" };

    private static NavItem Reconciliation => new(T["Reconciliation"], "/office/reconciliation", NavSection.Operator, 42) { Icon = "check" };

    private static NavItem Cash => new(T["Cash for wallets"], "/shop/till", NavSection.Shop, 61) { Icon = "wallet" };

    public IReadOnlyList<NavItem> Items(HttpContext http)
    {
        if (http.User.TryUserId() is null) return [];
        var links = new List<NavItem>();
        if (http.User.HasClaim(claim => claim.Type == FairgroundClaims.Shop)) links.AddRange(till.IsOn ? [Own, Cash] : [Own]);
        if (http.User.IsOperator()) links.AddRange([Office, Bank, Gateways, Reconciliation]);
        return links;
    }
}
