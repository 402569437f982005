using Fairground.Ui;

namespace Fairground.Server.Hosting;

/// <summary>Links that belong to no module.</summary>
internal sealed class ServerNavigation : INavigation
{
    public IReadOnlyList<NavItem> Items(HttpContext http) =>
    [
        new(T["How it works"], "/how-it-works", NavSection.Main, 90),
        new(T["Check a draw"], "/verify", NavSection.Footer, 80),
        new("API", "/swagger", NavSection.Footer, 90),
    ];
}
