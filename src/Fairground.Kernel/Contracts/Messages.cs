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

/// <summary>
/// What a message says: the template, and a value for each of its placeholders. A value is a <see cref="string"/>, a whole number (<see cref="int"/>, <see cref="long"/>), a
/// <see cref="Money"/>, an instant (<see cref="DateTimeOffset"/>), a <see cref="bool"/> (<c>yes</c> or <c>no</c> in a choice) or a list of strings; it is written as the reader writes it.
/// </summary>
/// <param name="template">The key in the module's <c>Messages/*.json</c>, such as <c>draws.won</c>.</param>
public sealed class Wording(string template)
{
    private readonly Dictionary<string, object> values = new(StringComparer.Ordinal);

    public string Template => template;

    public IReadOnlyDictionary<string, object> Values => values;

    /// <summary>Gives a placeholder its value.</summary>
    public object this[string name]
    {
        get => values[name];
        init => values[name] = value;
    }
}

/// <summary>The thing that a message is about: summaries put together what is about the same.</summary>
/// <param name="Path">Its page on this site.</param>
/// <param name="Title">What it is called.</param>
public sealed record MessageTopic(string Path, string Title);

/// <summary>A message for one person, written in the person's language when it is taken. <paramref name="Id"/> makes it once: the same id twice is one message.</summary>
/// <param name="Id">Derived from what the message is about.</param>
/// <param name="To">Normalised contact.</param>
/// <param name="Words">What it says.</param>
/// <param name="UserId">The person, where known: the message then also stands on the person's page, and is in the person's language. Else it is in the language of the request.</param>
/// <param name="Code">A one-time code inside the text, so that the development inbox can show it apart. Never logged.</param>
/// <param name="Kind">What it is about: a person may switch ways off for all kinds but the account's.</param>
/// <param name="About">The thing it is about, or null.</param>
public sealed record Message(Guid Id, string To, ContactChannel Channel, Wording Words, Guid? UserId = null, string? Code = null, MessageKind Kind = MessageKind.Account, MessageTopic? About = null);

/// <summary>Takes messages and sees to it that they go out. Answered by Notifications.</summary>
public interface IMessages
{
    /// <summary>Stores the messages for sending; those whose id is known already are left alone.</summary>
    Task Send(IReadOnlyCollection<Message> messages, CancellationToken ct);
}
