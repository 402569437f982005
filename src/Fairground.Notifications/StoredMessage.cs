using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Ui.Wording;

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

/// <summary>Whether a message goes out by itself. The numbers are stored.</summary>
internal enum DigestPart
{
    Alone = 0,

    /// <summary>It waits for the person's daily summary, or has gone with one.</summary>
    Collected = 1,

    /// <summary>It is such a summary: on the person's page stands what it sums up, not it.</summary>
    Summary = 2,
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

    /// <summary>A line is a paragraph: see <see cref="OutgoingMessage"/>.</summary>
    public required string Text { get; set; }

    /// <summary>What goes out by SMS where that is not the text.</summary>
    public string? Short { get; set; }

    /// <summary>The key of the template; empty for what was written before there were any.</summary>
    public required string Template { get; init; }

    /// <summary>BCP 47 tag of the words.</summary>
    public required string Language { get; init; }

    /// <summary>The page of what it is about, and what that is called.</summary>
    public string? AboutPath { get; init; }

    public string? AboutTitle { get; init; }

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

    public DigestPart Digest { get; set; }

    /// <summary>What is sent: to a telephone the short words, where there are some.</summary>
    public string Sent => Channel == ContactChannel.Sms ? Short ?? Text : Text;

    /// <summary>A message that has just come in; one for a local sender is delivered by being written.</summary>
    public static StoredMessage Of(Message message, WrittenMessage words, Language language, bool deliveredHere, DateTimeOffset now) => new()
    {
        Id = message.Id,
        UserId = message.UserId,
        Recipient = message.To,
        RecipientKey = ContactKey.Of(message.To),
        Channel = message.Channel,
        Subject = words.Subject,
        Text = words.Text,
        Short = words.Short,
        Template = message.Words.Template,
        Language = language.Code,
        AboutPath = message.About?.Path,
        AboutTitle = message.About?.Title,
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

    /// <summary>It waits for the summary of this time.</summary>
    public void Collect(DateTimeOffset due) => (Digest, State, Attempts, SentAt, NextTryAt) = (DigestPart.Collected, MessageState.Queued, 0, null, due);

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
        if (OneTime) (Code, Text, Short) = (null, "", null);
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
