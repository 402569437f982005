using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Payments;

/// <summary>The link to the wallet, for those who are signed in.</summary>
internal sealed class WalletNavigation : INavigation
{
    private static IReadOnlyList<NavItem> Links => [new(T["Wallet"], "/wallet", NavSection.Account, 30)];

    public IReadOnlyList<NavItem> Items(HttpContext http) => http.User.TryUserId() is null ? [] : Links;
}
