namespace Fairground.Kernel.Contracts;

/// <summary>A message for one person, in words. <paramref name="Id"/> makes it once: the same id twice is one message.</summary>
/// <param name="Id">Derived from what the message is about.</param>
/// <param name="To">Normalised contact.</param>
/// <param name="UserId">The person, where known: the message then also stands on the person's page.</param>
/// <param name="Code">A one-time code inside the text, so that the development inbox can show it apart. Never logged.</param>
public sealed record Message(Guid Id, string To, ContactChannel Channel, string Subject, string Text, Guid? UserId = null, string? Code = null);

/// <summary>Takes messages and sees to it that they go out. Answered by Notifications.</summary>
public interface IMessages
{
    /// <summary>Stores the messages for sending; those whose id is known already are left alone.</summary>
    Task Send(IReadOnlyCollection<Message> messages, CancellationToken ct);
}
