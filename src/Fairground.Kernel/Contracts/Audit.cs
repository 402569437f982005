namespace Fairground.Kernel.Contracts;

/// <summary>Something that an operator did.</summary>
/// <param name="Actor">The operator.</param>
/// <param name="What">Stable: <c>person.block</c>, or the name of the call or page.</param>
/// <param name="About">The id of what it was about, or null.</param>
/// <param name="Why">In the operator's words, where a reason is asked for.</param>
/// <param name="Before">What was there before; never a secret, and contacts and names only cut short.</param>
/// <param name="After">What is there now; likewise.</param>
/// <param name="OnBehalfOf">The person in whose name it was done, while acting as somebody.</param>
public sealed record AuditEntry(Guid Actor, string What, string? About = null, string? Why = null, string? Before = null, string? After = null, Guid? OnBehalfOf = null);

/// <summary>Notes that somebody of the staff looked at a person's data: it stands in the audit, and the person sees it. Answered by Identity.</summary>
public interface ILooks
{
    /// <summary>Once for a sitting of ten minutes; looking at oneself is not noted.</summary>
    /// <param name="what">Stable: <c>age</c>, <c>signs</c>, <c>payment</c>.</param>
    Task Looked(Guid person, Guid by, string what, CancellationToken ct) => Looked([person], by, what, ct);

    /// <summary>At several people at once, as on a list; noted together or not at all.</summary>
    Task Looked(IReadOnlyCollection<Guid> people, Guid by, string what, CancellationToken ct);
}

/// <summary>Keeps what operators do, in a chain of hashes that nobody can rewrite. Answered by Identity.</summary>
public interface IAuditTrail
{
    Task Record(AuditEntry entry, CancellationToken ct);
}
