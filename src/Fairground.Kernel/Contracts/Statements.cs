namespace Fairground.Kernel.Contracts;

/// <summary>What a line of a statement is about, for a person.</summary>
/// <param name="Name">Such as the title of a lot.</param>
/// <param name="Href">The page where it stands, an address on this server that begins with a slash.</param>
public sealed record StatementName(string Name, string Href);

/// <summary>Names what transfers refer to. Answered by each module that moves money; whoever shows a statement asks all of them.</summary>
public interface IStatementNames
{
    /// <summary>Those of the references that this module knows.</summary>
    Task<IReadOnlyDictionary<Guid, StatementName>> Find(IReadOnlyCollection<Guid> references, CancellationToken ct);
}
