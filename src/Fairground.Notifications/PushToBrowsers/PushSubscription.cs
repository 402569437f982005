using Fairground.Kernel;

namespace Fairground.Notifications.PushToBrowsers;

/// <summary>A browser that a person lets us push to.</summary>
internal sealed class PushSubscription
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>Where its push service takes messages.</summary>
    public required string Endpoint { get; init; }

    public required byte[] P256dh { get; init; }

    public required byte[] Auth { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One message on its way to one browser; gone when it has arrived or was given up, for it stands on the person's page anyway.</summary>
internal sealed class QueuedPush
{
    public Guid Id { get; init; }

    public Guid MessageId { get; init; }

    public Guid SubscriptionId { get; init; }

    public int Attempts { get; set; }

    public DateTimeOffset NextTryAt { get; set; }

    /// <summary>The same message goes to the same browser once.</summary>
    public static QueuedPush Of(Guid messageId, Guid subscriptionId, DateTimeOffset at) =>
        new() { Id = Ids.Derive("notifications.push", messageId.ToString("N"), subscriptionId.ToString("N")), MessageId = messageId, SubscriptionId = subscriptionId, NextTryAt = at };
}
