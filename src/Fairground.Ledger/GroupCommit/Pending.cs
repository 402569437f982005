using Fairground.Kernel;

namespace Fairground.Ledger.GroupCommit;

internal readonly record struct Answer(object? Outcome, Refusal? Refusal, bool Replayed);

/// <summary>A command that waits for its answer. A group that is run again starts each of its commands afresh.</summary>
internal sealed class Pending(IHotCommand command, HotRule rule)
{
    private Answer answer;
    private Exception? error;
    private Pending? first;

    public IHotCommand Command => command;

    public HotRule Rule => rule;

    public Decision? Decision { get; set; }

    public TaskCompletionSource<Answer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Reset() => (answer, error, first, Decision) = (default, null, null, null);

    public void Refuse(Refusal refusal) => answer = new Answer(null, refusal, false);

    public void Replay(object outcome) => answer = new Answer(outcome, null, true);

    public void Fail(Exception exception) => error = exception;

    /// <summary>The same command stands earlier in this group: it gets the same answer.</summary>
    public void SameAs(Pending earlier) => first = earlier;

    public void Finish()
    {
        if (error is not null) Answer.TrySetException(error);
        else if (first is not null) Answer.TrySetResult(new Answer(first.Decision!.Outcome, null, true));
        else Answer.TrySetResult(Decision is null ? answer : new Answer(Decision.Outcome, null, false));
    }
}

/// <summary>Keys are the same where scope and key are; the hash only tells whether the request is.</summary>
internal sealed class KeyIdentity : IEqualityComparer<CommandKey>
{
    public static readonly KeyIdentity Comparer = new();

    public bool Equals(CommandKey x, CommandKey y) => x.Scope == y.Scope && x.Key == y.Key;

    public int GetHashCode(CommandKey obj) => HashCode.Combine(obj.Scope, obj.Key);
}
