namespace Fairground.Ledger.GroupCommit;

/// <summary>Why a group failed, and so what to do about it.</summary>
internal enum GroupFailure
{
    /// <summary>The database will not take what some command of the group wants: run them apart.</summary>
    Command,

    /// <summary>Another node added the same row first: run the whole group again, it will see that row.</summary>
    Clash,

    /// <summary>The database is away, in trouble, or chose this group as the victim of a deadlock: wait a little and run the whole group again.</summary>
    Away,
}

/// <summary>One engine's way to run a group: load and lock in one go, write in one go, commit. One instance a pump.</summary>
internal interface IGroupStore : IAsyncDisposable
{
    /// <summary>Begins a transaction, then loads and locks what the plan names and the outcomes of these commands.</summary>
    Task<GroupState> Begin(LoadPlan plan, IReadOnlyCollection<CommandKey> keys, CancellationToken ct);

    /// <summary>Writes everything that the group did, and commits durably.</summary>
    Task Commit(GroupState state, CancellationToken ct);

    /// <summary>Ends a group that changed nothing, or failed.</summary>
    Task Abandon();

    /// <summary>Throws the connection away, so that the next group starts on a new one.</summary>
    Task Reset();

    /// <summary>What went wrong.</summary>
    GroupFailure Classify(Exception error);
}
