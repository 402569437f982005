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

/// <summary>Keeps what operators do, in a chain of hashes that nobody can rewrite. Answered by Identity.</summary>
public interface IAuditTrail
{
    Task Record(AuditEntry entry, CancellationToken ct);
}
