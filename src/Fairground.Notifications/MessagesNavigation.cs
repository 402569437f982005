using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Notifications;

/// <summary>The link to a person's messages and, for an operator, to what could not be delivered.</summary>
internal sealed class MessagesNavigation : INavigation
{
    private static NavItem Messages => new(T["Messages"], "/messages", NavSection.Account, 60) { Icon = "mail", LiveBadge = ("/api/v1/me/messages/live", "unread") };
    private static NavItem Undelivered => new(T["Undelivered"], "/office/undelivered", NavSection.Operator, 80) { Icon = "alert" };
    private static NavItem Texts => new(T["Message texts"], "/office/messages", NavSection.Operator, 77) { Icon = "mail" };

    private static NavItem Webhooks => new(T["Webhooks"], "/office/webhooks", NavSection.Operator, 75) { Icon = "arrow" };

    public IReadOnlyList<NavItem> Items(HttpContext http) => http.User.TryUserId() is null ? [] : http.User.IsOperator() ? [Messages, Webhooks, Texts, Undelivered] : [Messages];
}
