namespace Fairground.Kernel.Messaging;

/// <summary>Why a request about set-aside events is refused.</summary>
internal static class MessagingRefusals
{
    public static readonly RefusalKind NotDead = new("event.not_dead", 404, "This event is not among those set aside: it was applied, or given up, meanwhile.");
    public static readonly RefusalKind NoConsumer = new("event.no_consumer", 409, "Nothing on this server takes this event any more, so it cannot be delivered again. It can only be given up.");
}
