using Fairground.Kernel.Contracts;

namespace Fairground.Notifications;

/// <summary>What a sender is given. <paramref name="Id"/> is the same at every try, so that a receiver can tell a repeat.</summary>
/// <param name="Text">A line is a paragraph; one that begins with U+001E is a heading, or a rule where nothing follows.</param>
/// <param name="Language">BCP 47 tag of its words.</param>
/// <param name="Unsubscribe">Where such mails are stopped, and what the link to there is called; null for what cannot be stopped.</param>
public sealed record OutgoingMessage(Guid Id, string To, ContactChannel Channel, string Subject, string Text, string Language, UnsubscribeLink? Unsubscribe = null);

/// <summary>A link that stops mails.</summary>
public sealed record UnsubscribeLink(string Address, string Words);

/// <summary>Takes messages out of the house (C-26): SMTP, later SMS and push. The development inbox keeps them in it.</summary>
public interface IMessageSender
{
    /// <summary>True where being written is being delivered: nothing leaves the machine, and codes stay readable.</summary>
    bool IsLocal { get; }

    /// <summary>Whether it sends by this channel.</summary>
    bool Carries(ContactChannel channel);

    /// <summary>One try. Throws only where <paramref name="ct"/> ends it.</summary>
    Task<SendOutcome> Send(OutgoingMessage message, CancellationToken ct);
}
