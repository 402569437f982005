using Fairground.Kernel.Contracts;

namespace Fairground.Notifications;

/// <summary>What this module tells people itself; the words stand in <c>Messages</c>.</summary>
internal static class NotificationLetters
{
    /// <summary>The daily summary of what is about draws.</summary>
    /// <param name="collected">What it sums up, the oldest first.</param>
    public static Wording Digest(IReadOnlyList<StoredMessage> collected)
    {
        var lots = collected.GroupBy(m => m.AboutPath ?? "").ToList();
        var lines = lots.SelectMany(lot => lot.Select(m => m.Text).Prepend($"{MessageLines.Mark}{lot.First().AboutTitle ?? lot.First().Subject}"));
        return new("notifications.digest") { ["count"] = collected.Count, ["lots"] = lots.Count, ["messages"] = string.Join('\n', lines), ["page"] = "/messages/settings" };
    }

    /// <param name="subject">Of the message that is tried.</param>
    public static Wording Test(string subject) => new("notifications.test") { ["subject"] = subject };

    /// <summary>To whoever's chat takes nothing any more.</summary>
    public static Wording MessengerGone() => new("notifications.messenger_gone") { ["page"] = "/messages/settings" };

    /// <param name="host">Whose program no longer answers.</param>
    /// <param name="page">Where it is switched on again.</param>
    public static Wording WebhookGivenUp(string host, string page) => new("notifications.webhook_given_up") { ["host"] = host, ["page"] = page };
}
