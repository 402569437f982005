namespace Fairground.Kernel.Modules;

/// <summary>One line of the self-audit: what was checked, whether it holds, and the first places where it does not.</summary>
public sealed record AuditFinding(string Check, bool Holds, string Text);

/// <summary>Invariants that a module adds to <c>fairground doctor</c>.</summary>
public interface IAuditCheck
{
    Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct);
}
