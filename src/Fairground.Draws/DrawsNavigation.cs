using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Draws;

/// <summary>The links to lots, certificates, wins and the counter.</summary>
internal sealed class DrawsNavigation : INavigation
{
    private static NavItem Lots => new(T["Lots"], "/lots", NavSection.Main, 10) { Icon = "flag" };

    private static NavItem[] Account =>
    [
        new(T["My certificates"], "/me/certificates", NavSection.Account, 10) { Short = T["Certificates"] },
        new(T["My wins"], "/me/wins", NavSection.Account, 20) { Short = T["Wins"] },
        new(T["My mileage"], "/me/mileage", NavSection.Account, 25) { Icon = "spark", Short = T["Mileage"] },
    ];

    private static NavItem Scan => new(T["Scan a code"], "/shop/scan", NavSection.Shop, 10) { Icon = "scan", Short = T["Scan"] };

    private static NavItem ShopLots => new(T["Our lots"], "/shop/lots", NavSection.Shop, 20) { Icon = "shop" };

    private static NavItem Office => new(T["All lots"], "/office/lots", NavSection.Operator, 30) { Icon = "flag" };

    private static NavItem Beacons => new(T["Beacons"], "/office/beacons", NavSection.Operator, 35) { Icon = "clock" };

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
