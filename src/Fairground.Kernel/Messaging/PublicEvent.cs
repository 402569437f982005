namespace Fairground.Kernel.Messaging;

/// <summary>An event that programs outside may hear of, by a webhook. Declared by the module that publishes it, in words for whoever chooses.</summary>
/// <param name="Topic">The event's topic, which is its type outside.</param>
/// <param name="Wording">What has happened, in a few plain words.</param>
/// <param name="Inside">Members of the payload that stay inside: ids of people are nobody's business but theirs.</param>
public sealed record PublicEvent(string Topic, string Wording, params IReadOnlyCollection<string> Inside);
