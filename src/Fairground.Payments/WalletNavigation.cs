using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Payments;

/// <summary>The link to the wallet, for those who are signed in, and to refunds that wait, for operators.</summary>
internal sealed class WalletNavigation : INavigation
{
    private static IReadOnlyList<NavItem> Links => [new(T["Wallet"], "/wallet", NavSection.Account, 30)];

    private static NavItem Refunds => new(T["Refunds that wait"], "/office/refunds", NavSection.Operator, 55) { Icon = "alert" };

    private static NavItem Trouble => new(T["Payments in trouble"], "/office/payments", NavSection.Operator, 56) { Icon = "alert" };

    public IReadOnlyList<NavItem> Items(HttpContext http) => http.User.TryUserId() is null ? [] : http.User.IsOperator() ? [.. Links, Refunds, Trouble] : Links;
}
