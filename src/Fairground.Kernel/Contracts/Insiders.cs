namespace Fairground.Kernel.Contracts;

/// <summary>Who works where, all at once. Answered by Identity.</summary>
public interface IInsiders
{
    /// <summary>By person, the shops they work for; the empty id where they run the market.</summary>
    Task<IReadOnlyDictionary<Guid, IReadOnlyCollection<Guid>>> All(CancellationToken ct);
}

/// <summary>Finds people by their contact. Answered by Identity. Never let a caller learn from the answer who has an account.</summary>
public interface IContacts
{
    /// <summary>The person reached at this e-mail address or number, in any spelling; null where nobody is.</summary>
    Task<Guid?> PersonAt(string? contact, CancellationToken ct);
}

/// <summary>Something that a module noticed about a person and that may be a sign of harm. Every module may answer; Protection asks.</summary>
public interface IHarmSigns
{
    /// <summary>The people over a threshold of the pack, at this moment.</summary>
    Task<IReadOnlyList<HarmSign>> Find(SignalRule rule, int dayOffsetMinutes, DateTimeOffset now, CancellationToken ct);
}

/// <summary>One sign.</summary>
/// <param name="Kind">Stable: <c>chasing</c>, <c>night</c>, <c>raised-limits</c>, <c>declined-payments</c>.</param>
/// <param name="Figure">What was counted.</param>
/// <param name="Threshold">From which on it counts as a sign.</param>
public sealed record HarmSign(Guid Person, string Kind, int Figure, int Threshold, DateTimeOffset LastAt);
