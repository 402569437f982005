using Fairground.Kernel;

namespace Fairground.Notifications;

/// <summary>Why a request about messages is refused.</summary>
internal static class NotificationRefusals
{
    public static readonly RefusalKind NotFound = new("message.not_found", 404, "There is no such message of yours.");
}
