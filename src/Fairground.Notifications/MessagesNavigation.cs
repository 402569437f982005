using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Notifications;

/// <summary>The link to a person's messages.</summary>
internal sealed class MessagesNavigation : INavigation
{
    private static readonly IReadOnlyList<NavItem> Links = [new("Messages", "/messages", NavSection.Account, 60) { Icon = "mail" }];

    public IReadOnlyList<NavItem> Items(HttpContext http) => http.User.TryUserId() is null ? [] : Links;
}
