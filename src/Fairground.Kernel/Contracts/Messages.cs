namespace Fairground.Kernel.Contracts;

/// <summary>What a message is about, which people choose their ways by.</summary>
public enum MessageKind
{
    /// <summary>The account and its safety. Always goes out.</summary>
    Account = 0,

    /// <summary>Draws that are coming, their results, refunds.</summary>
    Draws = 1,

    /// <summary>Prizes won.</summary>
    Wins = 2,

    /// <summary>Offers and news. Goes out by a way only to those who agreed to that way; it stands on everybody's page.</summary>
    Offers = 3,
}

/// <summary>A message for one person, in words. <paramref name="Id"/> makes it once: the same id twice is one message.</summary>
/// <param name="Id">Derived from what the message is about.</param>
/// <param name="To">Normalised contact.</param>
/// <param name="UserId">The person, where known: the message then also stands on the person's page.</param>
/// <param name="Code">A one-time code inside the text, so that the development inbox can show it apart. Never logged.</param>
/// <param name="Kind">What it is about: a person may switch ways off for all kinds but the account's.</param>
public sealed record Message(Guid Id, string To, ContactChannel Channel, string Subject, string Text, Guid? UserId = null, string? Code = null, MessageKind Kind = MessageKind.Account);

/// <summary>Takes messages and sees to it that they go out. Answered by Notifications.</summary>
public interface IMessages
{
    /// <summary>Stores the messages for sending; those whose id is known already are left alone.</summary>
    Task Send(IReadOnlyCollection<Message> messages, CancellationToken ct);
}
