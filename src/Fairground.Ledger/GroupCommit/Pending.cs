using System.Diagnostics;
using Fairground.Kernel;

namespace Fairground.Ledger.GroupCommit;

internal readonly record struct Answer(object? Outcome, Refusal? Refusal, bool Replayed);

/// <summary>A command that waits for its answer. A group that is run again starts each of its commands afresh.</summary>
internal sealed class Pending(IHotCommand command, HotRule rule, long submitted)
{
    private Refusal? refusal;
    private string? stored;
    private Exception? error;
    private Pending? first;

    public IHotCommand Command => command;

    public HotRule Rule => rule;

    public Decision? Decision { get; set; }

    /// <summary>How long the caller has waited.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(submitted);

    public bool Failed => error is not null;

    public TaskCompletionSource<Answer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Reset() => (refusal, stored, error, first, Decision) = (null, null, null, null, null);

    public void Refuse(Refusal why) => refusal = why;

    /// <summary>Decided before: the stored outcome is the answer.</summary>
    public void Replay(string outcome) => stored = outcome;

    public void Fail(Exception exception) => error = exception;

    /// <summary>The same command stands earlier in this group: it gets the same answer.</summary>
    public void SameAs(Pending earlier) => first = earlier;

    public void Finish()
    {
        try
        {
            if (error is not null) Answer.TrySetException(error);
            else if (refusal is not null) Answer.TrySetResult(new Answer(null, refusal, false));
            else if (first is not null) Answer.TrySetResult(new Answer(first.Decision!.Outcome, null, true));
            else if (stored is not null) Answer.TrySetResult(new Answer(rule.Read(stored), null, true));
            else Answer.TrySetResult(new Answer(Decision!.Outcome, null, false));
        }
#pragma warning disable CA1031 // An outcome that can no longer be read is its caller's failure, not the group's.
        catch (Exception unreadable)
        {
            Answer.TrySetException(unreadable);
        }
#pragma warning restore CA1031
    }
}

/// <summary>Keys are the same where scope and key are; the hash only tells whether the request is.</summary>
internal sealed class KeyIdentity : IEqualityComparer<CommandKey>
{
    public static readonly KeyIdentity Comparer = new();

    public bool Equals(CommandKey x, CommandKey y) => x.Scope == y.Scope && x.Key == y.Key;

    public int GetHashCode(CommandKey obj) => HashCode.Combine(obj.Scope, obj.Key);
}
