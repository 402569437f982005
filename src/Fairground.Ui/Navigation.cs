using Microsoft.AspNetCore.Http;

namespace Fairground.Ui;

/// <summary>Says which links the person behind a request is shown. A module may register its own; the layout joins them all.</summary>
public interface INavigation
{
    /// <summary>The links for this request, in any order.</summary>
    IReadOnlyList<NavItem> Items(HttpContext http);
}

/// <summary>Something that must stand above every page. A module may register its own.</summary>
public interface INotice
{
    /// <summary>One sentence, or null for none.</summary>
    string? Text(HttpContext http);

    /// <summary>Where the reader can do something about it, and what that is called.</summary>
    (string Href, string Text)? Action => null;
}

/// <summary>One link of the navigation.</summary>
/// <param name="Text">Words as shown.</param>
/// <param name="Href">A path on this site.</param>
/// <param name="Section">One of <see cref="NavSection"/>.</param>
/// <param name="Order">Lower stands first within the section.</param>
public sealed record NavItem(string Text, string Href, string Section, int Order)
{
    /// <summary>Name of an icon (see <see cref="Icon"/>); guessed from the path when left out.</summary>
    public string? Icon { get; init; }

    /// <summary>A short count or amount beside the text.</summary>
    public string? Badge { get; init; }

    /// <summary>A count beside the text that follows the server: where its events come from, and the name of the event and of the number in it.</summary>
    public (string Events, string Name)? LiveBadge { get; init; }

    /// <summary>A shorter text for the bar at the foot of a phone.</summary>
    public string? Short { get; init; }

    internal string IconName => Icon ?? Guess(Href);

    private static string Guess(string href) => href switch
    {
        _ when href.Contains("catalog", StringComparison.OrdinalIgnoreCase) => "grid",
        _ when href.Contains("import", StringComparison.OrdinalIgnoreCase) => "upload",
        _ when href.Contains("certificate", StringComparison.OrdinalIgnoreCase) => "ticket",
        _ when href.Contains("lot", StringComparison.OrdinalIgnoreCase) => "flag",
        _ when href.Contains("win", StringComparison.OrdinalIgnoreCase) => "trophy",
        _ when href.Contains("wallet", StringComparison.OrdinalIgnoreCase) => "wallet",
        _ when href.Contains("scan", StringComparison.OrdinalIgnoreCase) => "scan",
        _ when href.Contains("claim", StringComparison.OrdinalIgnoreCase) => "scan",
        _ when href.Contains("how", StringComparison.OrdinalIgnoreCase) => "info",
        _ when href.Contains("shop", StringComparison.OrdinalIgnoreCase) => "shop",
        _ when href.Contains("sign", StringComparison.OrdinalIgnoreCase) => "person",
        _ when href.Contains("join", StringComparison.OrdinalIgnoreCase) => "plus",
        _ when href.Contains("regist", StringComparison.OrdinalIgnoreCase) => "plus",
        _ => "dot",
    };
}

/// <summary>The places a link may stand in.</summary>
public static class NavSection
{
    /// <summary>The store: catalogue, lots, how it works.</summary>
    public const string Main = "main";

    /// <summary>What belongs to the person: certificates, wallet, sign in, sign out.</summary>
    public const string Account = "account";

    /// <summary>The shop's staff.</summary>
    public const string Shop = "shop";

    /// <summary>The operator's office.</summary>
    public const string Operator = "operator";

    /// <summary>The foot of every page.</summary>
    public const string Footer = "footer";
}
