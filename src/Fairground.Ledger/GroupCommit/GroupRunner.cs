using System.Diagnostics;
using Fairground.Kernel;
using Microsoft.Extensions.Logging;

namespace Fairground.Ledger.GroupCommit;

/// <summary>Runs a group until each of its callers has an answer: once as a rule, again after a clash or a lost connection, apart where a command is bad.</summary>
internal sealed class GroupRunner(IGroupStore store, TimeProvider time, ILogger logger, TimeSpan giveUp)
{
    private const int ClashTries = 5;

    private long groups;
    private long commands;

    /// <summary>True since a group was given up, until one commits.</summary>
    public bool DatabaseIsAway { get; private set; }

    public long TakeGroups() => Interlocked.Exchange(ref groups, 0);

    public long TakeCommands() => Interlocked.Exchange(ref commands, 0);

    public async Task Run(List<Pending> group)
    {
        var started = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Once(group);
                DatabaseIsAway = false;
                return;
            }
#pragma warning disable CA1031 // Every caller must be answered, whatever went wrong.
            catch (Exception error)
            {
                await store.Abandon();
                var failure = store.Classify(error);
                if (failure == GroupFailure.Command || (failure == GroupFailure.Clash && attempt >= ClashTries))
                {
                    await RunApart(group, error);
                    return;
                }
                if (failure == GroupFailure.Away && (DatabaseIsAway || TriedLongEnough(group, Stopwatch.GetElapsedTime(started))))
                {
                    await GiveUp(group, error);
                    return;
                }
                logger.LogWarning("A group of {Count} is tried again after {Error}", group.Count, error.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5 << Math.Min(attempt, 6), 250)));
            }
#pragma warning restore CA1031
        }
    }

    // Long enough for the group; or long enough for its oldest caller, who waited behind others, after a fair try.
    private bool TriedLongEnough(List<Pending> group, TimeSpan tried) => tried >= giveUp || (tried >= giveUp / 4 && group[0].Age >= giveUp);

    // Whether the last try took effect may be unknown. Nobody is told that it did: the same key finds out.
    private async Task GiveUp(List<Pending> group, Exception error)
    {
        if (!DatabaseIsAway) logger.LogError(error, "A group of {Count} could not be committed", group.Count);
        DatabaseIsAway = true;
        await store.Reset();
        foreach (var pending in group) pending.Answer.TrySetResult(new Answer(null, CommonRefusals.Unavailable, false));
    }

    // One command that the database will not take must not fail its neighbours: halves find it in a few transactions.
    private async Task RunApart(List<Pending> group, Exception error)
    {
        if (group.Count == 1)
        {
            logger.LogError(error, "{Command} could not be committed", group[0].Command.GetType().Name);
            group[0].Answer.TrySetException(error);
            return;
        }
        var half = group.Count / 2;
        await Run(group[..half]);
        await Run(group[half..]);
    }

    private async Task Once(List<Pending> group)
    {
        var plan = new LoadPlan();
        var keys = new HashSet<CommandKey>(group.Count, KeyIdentity.Comparer);
        foreach (var pending in group)
        {
            pending.Reset();
            if (Plan(pending, plan)) keys.Add(pending.Command.Key);
        }
        if (keys.Count > 0)
        {
            var state = await store.Begin(plan, keys, CancellationToken.None);
            var accepted = DecideAll(group, state, time.GetUtcNow());
            if (accepted.Count == 0) await store.Abandon();
            else await Write(state, accepted);
        }
        foreach (var pending in group) pending.Finish();
    }

    private async Task Write(GroupState state, List<Pending> accepted)
    {
        Seal(accepted);
        var at = time.GetUtcNow();
        foreach (var pending in accepted)
        {
            var key = pending.Command.Key;
            state.NewCommands.Add(new StoredCommand(key.Scope, key.Key, key.RequestHash.ToArray(), pending.Rule.Write(pending.Decision!.Outcome!), at));
        }
        await store.Commit(state, CancellationToken.None);
        groups++;
        commands += accepted.Count;
    }

    private List<Pending> DecideAll(List<Pending> group, GroupState state, DateTimeOffset now)
    {
        var accepted = new List<Pending>(group.Count);
        var firstOf = new Dictionary<CommandKey, Pending>(group.Count, KeyIdentity.Comparer);
        foreach (var pending in group)
        {
            if (pending.Failed) continue;
            var key = pending.Command.Key;
            if (state.Commands.TryGetValue((key.Scope, key.Key), out var stored))
            {
                if (key.RequestHash.Span.SequenceEqual(stored.Hash)) pending.Replay(stored.Outcome);
                else pending.Refuse(CommonRefusals.KeyReused);
            }
            else if (firstOf.TryGetValue(key, out var first))
            {
                if (key.RequestHash.Span.SequenceEqual(first.Command.Key.RequestHash.Span)) pending.SameAs(first);
                else pending.Refuse(CommonRefusals.KeyReused);
            }
            else if (Decide(pending, state, now))
            {
                accepted.Add(pending);
                firstOf[key] = pending;
            }
        }
        return accepted;
    }

    private bool Plan(Pending pending, LoadPlan plan)
    {
        try
        {
            pending.Rule.Plan(pending.Command, plan);
            return true;
        }
#pragma warning disable CA1031 // A broken rule fails its own command only.
        catch (Exception error)
        {
            Broke(pending, error);
            return false;
        }
#pragma warning restore CA1031
    }

    private bool Decide(Pending pending, GroupState state, DateTimeOffset now)
    {
        try
        {
            var decision = pending.Rule.DecideUntyped(pending.Command, state, now);
            if (decision.Refusal is { } refusal)
            {
                pending.Refuse(refusal);
                return false;
            }
            state.Apply(decision, now);
            pending.Decision = decision;
            return true;
        }
#pragma warning disable CA1031 // A broken rule fails its own command; nothing of it was applied.
        catch (Exception error)
        {
            Broke(pending, error);
            return false;
        }
#pragma warning restore CA1031
    }

    private void Broke(Pending pending, Exception error)
    {
        logger.LogError(error, "{Command} broke a rule", pending.Command.GetType().Name);
        pending.Fail(error);
    }

    private static void Seal(List<Pending> accepted)
    {
        static void One(Pending p) => p.Decision!.Outcome = p.Rule.SealUntyped(p.Command, p.Decision.Outcome!);
        var costly = accepted.Count(p => p.Rule.Seals);
        if (costly == 0) return;
        if (costly < 4) accepted.ForEach(One);
        else Parallel.ForEach(accepted, One);
    }
}
