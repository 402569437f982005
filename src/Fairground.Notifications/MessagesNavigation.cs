using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Notifications;

/// <summary>The link to a person's messages and, for an operator, to what could not be delivered.</summary>
internal sealed class MessagesNavigation : INavigation
{
    private static readonly NavItem Messages = new("Messages", "/messages", NavSection.Account, 60) { Icon = "mail" };
    private static readonly NavItem Undelivered = new("Undelivered", "/office/undelivered", NavSection.Operator, 80) { Icon = "alert" };

    public IReadOnlyList<NavItem> Items(HttpContext http) => http.User.TryUserId() is null ? [] : http.User.IsOperator() ? [Messages, Undelivered] : [Messages];
}
