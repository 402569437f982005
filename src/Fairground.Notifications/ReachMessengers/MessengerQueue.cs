using Fairground.Notifications.ChoosePreferences;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.ReachMessengers;

/// <summary>Puts one message on its way to the chat of its person.</summary>
internal static class MessengerQueue
{
    /// <summary>With the message, when the caller saves; nothing where the person does not want it there.</summary>
    public static async Task QueueForMessenger(this NotificationsContext context, StoredMessage message, MessagePreference? choice, CancellationToken ct)
    {
        if (choice?.Wants(message.Kind, "messenger") == false) return;
        foreach (var chat in await context.Messengers.Where(c => c.UserId == message.UserId).Select(c => c.Id).ToListAsync(ct)) context.MessengerMessages.Add(MessengerMessage.Of(message.Id, chat, message.CreatedAt));
    }
}
