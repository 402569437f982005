namespace Fairground.Kernel.Contracts;

/// <summary>
/// What a module keeps about people. Each module that keeps anything answers: it writes it out for its person, removes it, and lets two accounts of one
/// person become one. A person is given by ids: the account's own first, then those of accounts that were joined to it. Every effect is
/// idempotent, since it is asked for again where a server stopped half way.
/// </summary>
public interface IPersonalData
{
    /// <summary>The tables of which this answers for. Every table with a person in it is named by some module; a test compares.</summary>
    IReadOnlyCollection<string> Tables { get; }

    /// <summary>Writes everything about the person into the archive.</summary>
    Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct);

    /// <summary>Why the person cannot be erased at this moment, each with what to do about it; empty where nothing stands in the way.</summary>
    Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct);

    /// <summary>Removes what may be removed. What must stay, such as the ledger and the entries of draws, names the person by id alone.</summary>
    Task Erase(IReadOnlyList<Guid> person, CancellationToken ct);

    /// <summary>Why these two accounts cannot become one; empty where nothing stands in the way.</summary>
    Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct);

    /// <summary>What belonged to one account belongs to the other from now on. Where both had a rule that protects, the stricter one stays.</summary>
    Task Join(Guid from, Guid into, CancellationToken ct);
}

/// <summary>A file that gathers what is known about a person: one readable JSON document for each kind of thing.</summary>
public interface IDataArchive
{
    /// <summary>Adds a document. Rows are written as they come, so that their number does not matter.</summary>
    /// <param name="name">Lower case with dashes, without an ending: <c>certificates</c>.</param>
    /// <param name="about">What it holds, in a plain sentence.</param>
    Task Add<T>(string name, string about, IAsyncEnumerable<T> rows, CancellationToken ct);

    /// <summary>Adds a document of rows that are at hand.</summary>
    Task Add<T>(string name, string about, IEnumerable<T> rows, CancellationToken ct);
}
