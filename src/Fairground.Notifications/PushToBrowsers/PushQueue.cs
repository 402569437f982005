using Fairground.Notifications.ChoosePreferences;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.PushToBrowsers;

/// <summary>Puts one message on its way to the browsers of its person.</summary>
internal static class PushQueue
{
    /// <summary>With the message, when the caller saves; nothing where the person does not want it pushed.</summary>
    public static async Task QueuePushes(this NotificationsContext context, StoredMessage message, MessagePreference? choice, CancellationToken ct)
    {
        if (choice?.Wants(message.Kind, "push") == false) return;
        foreach (var browser in await context.PushSubscriptions.Where(s => s.UserId == message.UserId).Select(s => s.Id).ToListAsync(ct)) context.Pushes.Add(QueuedPush.Of(message.Id, browser, message.CreatedAt));
    }
}
