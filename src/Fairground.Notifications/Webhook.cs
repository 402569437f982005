namespace Fairground.Notifications;

/// <summary>Whether a webhook is called.</summary>
internal enum WebhookState
{
    /// <summary>It is called.</summary>
    On = 0,

    /// <summary>Its owner has switched it off.</summary>
    Off = 1,

    /// <summary>It failed for days, or said that it is gone; we have stopped calling it.</summary>
    GivenUp = 2,
}

/// <summary>An address that is called when something happens, for a shop or for the operator. Its secrets are kept protected.</summary>
internal sealed class Webhook
{
    /// <summary>How long everything must have failed before we stop calling.</summary>
    public static readonly TimeSpan LongestFailure = TimeSpan.FromDays(3);

    public Guid Id { get; init; }

    /// <summary>The shop whose events it hears; null for the operator's, which hear all.</summary>
    public Guid? ShopId { get; init; }

    public required string Url { get; set; }

    public required string Description { get; set; }

    /// <summary>Topics with blanks between.</summary>
    public required string Events { get; set; }

    public WebhookState State { get; set; }

    public required byte[] Secret { get; set; }

    public byte[]? OldSecret { get; set; }

    public DateTimeOffset? OldSecretUntil { get; set; }

    public Guid MadeBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FailingSince { get; set; }

    public DateTimeOffset? OffAt { get; set; }

    public IReadOnlyList<string> Topics => Events.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The secrets that sign now: two while one is being replaced.</summary>
    public IReadOnlyList<byte[]> SecretsAt(DateTimeOffset now) => OldSecret is not null && now < OldSecretUntil ? [Secret, OldSecret] : [Secret];
}

/// <summary>Where one call stands.</summary>
internal enum DeliveryState
{
    Waiting = 0,

    Delivered = 1,

    Failed = 2,
}

/// <summary>One event on its way to one webhook.</summary>
internal sealed class WebhookDelivery
{
    /// <summary>After the first try, over three days in all, as Standard Webhooks has it.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    public Guid Id { get; init; }

    public Guid WebhookId { get; init; }

    /// <summary>The fact's id, the same at every try and for every webhook.</summary>
    public Guid EventId { get; init; }

    public required string Topic { get; init; }

    /// <summary>The bytes that are signed and sent.</summary>
    public required string Body { get; init; }

    public DeliveryState State { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset NextTryAt { get; set; }

    public DateTimeOffset? DoneAt { get; set; }

    public int? LastStatus { get; set; }

    public string? LastError { get; set; }

    /// <summary>How long to wait before the next try, or null where there is none.</summary>
    /// <param name="attempts">Tries so far, at least one.</param>
    /// <param name="jitter">From 0 to 1, spreads the tries over a tenth of the pause.</param>
    public static TimeSpan? Pause(int attempts, double jitter) => attempts > Pauses.Length ? null : Pauses[attempts - 1] * (1 + jitter / 10);

    /// <summary>Begins anew, with all its tries.</summary>
    public void Again(DateTimeOffset now) => (State, Attempts, NextTryAt, DoneAt) = (DeliveryState.Waiting, 0, now, null);
}

/// <summary>One try, as the log keeps it. What the receiver answered is not kept, only its status.</summary>
internal sealed class WebhookAttempt
{
    public Guid Id { get; init; }

    public Guid DeliveryId { get; init; }

    public DateTimeOffset At { get; init; }

    public int? Status { get; init; }

    public string? Error { get; init; }

    public int Milliseconds { get; init; }
}
