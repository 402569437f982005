using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Draws;

/// <summary>The links to lots, certificates, wins and the counter.</summary>
internal sealed class DrawsNavigation : INavigation
{
    private static readonly NavItem Lots = new("Lots", "/lots", NavSection.Main, 10) { Icon = "flag" };

    private static readonly NavItem[] Account =
    [
        new("My certificates", "/me/certificates", NavSection.Account, 10) { Short = "Certificates" },
        new("My wins", "/me/wins", NavSection.Account, 20) { Short = "Wins" },
    ];

    private static readonly NavItem Scan = new("Scan a code", "/shop/scan", NavSection.Shop, 10) { Icon = "scan", Short = "Scan" };

    private static readonly NavItem ShopLots = new("Our lots", "/shop/lots", NavSection.Shop, 20) { Icon = "shop" };

    private static readonly NavItem Office = new("All lots", "/office/lots", NavSection.Operator, 30) { Icon = "flag" };

    private static readonly NavItem Beacons = new("Beacons", "/office/beacons", NavSection.Operator, 35) { Icon = "clock" };

    public IReadOnlyList<NavItem> Items(HttpContext http)
    {
        if (http.User.TryUserId() is null) return [Lots];
        var links = new List<NavItem> { Lots };
        links.AddRange(Account);
        var worksInShop = http.User.HasClaim(claim => claim.Type == FairgroundClaims.Shop);
        if (worksInShop || http.User.IsOperator()) links.Add(Scan);
        if (worksInShop) links.Add(ShopLots);
        if (http.User.IsOperator()) links.AddRange([Office, Beacons]);
        return links;
    }
}
