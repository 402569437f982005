using Fairground.Kernel.Contracts;

namespace Fairground.Notifications;

/// <summary>Where a message stands.</summary>
internal enum MessageState
{
    /// <summary>Waits to be sent, or to be tried again.</summary>
    Queued = 0,

    /// <summary>The sender took it.</summary>
    Sent = 1,

    /// <summary>Given up.</summary>
    Failed = 2,
}

/// <summary>What came of one try.</summary>
public enum SendOutcome
{
    Sent,

    /// <summary>It may work later.</summary>
    TryLater,

    /// <summary>It cannot work: no such mailbox.</summary>
    Never,
}

/// <summary>A message as it is kept (C-20, C-26, C-28). A one-time code stays only until the message has left.</summary>
internal sealed class StoredMessage
{
    /// <summary>Tries before a message is given up.</summary>
    public const int MostAttempts = 8;

    public Guid Id { get; init; }

    public Guid? UserId { get; init; }

    public required string Recipient { get; init; }

    /// <summary>The recipient in the form that is compared: see <see cref="ContactKey"/>.</summary>
    public required string RecipientKey { get; init; }

    public ContactChannel Channel { get; init; }

    public required string Subject { get; init; }

    public required string Text { get; set; }

    public string? Code { get; set; }

    /// <summary>It carried a code: it never stands on a page, and its text does not outlive its sending.</summary>
    public bool OneTime { get; init; }

    public MessageState State { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset NextTryAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public DateTimeOffset? ReadAt { get; set; }

    public MessageKind Kind { get; init; }

    /// <summary>A message that has just come in; one for a local sender is delivered by being written.</summary>
    public static StoredMessage Of(Message message, bool deliveredHere, DateTimeOffset now) => new()
    {
        Id = message.Id,
        UserId = message.UserId,
        Recipient = message.To,
        RecipientKey = ContactKey.Of(message.To),
        Channel = message.Channel,
        Subject = message.Subject,
        Text = message.Text,
        Code = message.Code,
        OneTime = message.Code is not null,
        Kind = message.Kind,
        State = deliveredHere ? MessageState.Sent : MessageState.Queued,
        Attempts = deliveredHere ? 1 : 0,
        CreatedAt = now,
        NextTryAt = now,
        SentAt = deliveredHere ? now : null,
    };

    /// <summary>The person does not want it sent: it stands on the page only.</summary>
    public void StayHere() => (State, Attempts, SentAt) = (MessageState.Sent, 0, null);

    /// <summary>Notes what came of a try.</summary>
    /// <param name="keepCode">The development inbox: the row itself is what is read.</param>
    public void Tried(SendOutcome outcome, bool keepCode, DateTimeOffset now)
    {
        Attempts++;
        if (outcome == SendOutcome.Sent) (State, SentAt) = (MessageState.Sent, now);
        else if (outcome == SendOutcome.Never || Attempts >= MostAttempts) State = MessageState.Failed;
        else NextTryAt = now + Backoff(Attempts);
        if (State != MessageState.Queued && !keepCode) Forget();
    }

    /// <summary>Removes the code, and the text that has it.</summary>
    public void Forget()
    {
        if (OneTime) (Code, Text) = (null, "");
    }

    /// <summary>30 s, then twice as long each time: the eighth and last try comes an hour after the first.</summary>
    internal static TimeSpan Backoff(int attempts) => TimeSpan.FromSeconds(15L << Math.Min(attempts, 7));
}

/// <summary>Contacts in the form in which two of them are compared: e-mail in lower case, telephone as digits.</summary>
internal static class ContactKey
{
    public static string Of(string contact)
    {
        var trimmed = contact.Trim().ToLowerInvariant();
        if (trimmed.Contains('@', StringComparison.Ordinal)) return trimmed;
        var digits = string.Concat(trimmed.Where(char.IsAsciiDigit));
        return digits.Length == 0 ? trimmed : digits;
    }

    /// <summary>The forms under which someone who types this contact may be stored: 8 is the trunk prefix of +7.</summary>
    public static IReadOnlyList<string> Searched(string contact)
    {
        var key = Of(contact);
        return key.Length == 11 && key[0] == '8' ? [key, $"7{key[1..]}"] : [key];
    }
}
