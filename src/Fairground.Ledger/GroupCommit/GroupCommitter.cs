using System.Diagnostics;
using System.Threading.Channels;
using Fairground.Kernel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Ledger.GroupCommit;

/// <summary>The answer to a hot command: a refusal, or an outcome that is durable; and whether it was given before.</summary>
public readonly record struct HotResult<TOutcome>(TOutcome? Outcome, Refusal? Refusal, bool Replayed)
    where TOutcome : class
{
    public bool Refused => Refusal is not null;

    /// <summary>The outcome; throws where it was refused.</summary>
    public TOutcome Value => Outcome ?? throw new InvalidOperationException($"Refused: {Refusal?.Code}");
}

/// <summary>How groups are formed.</summary>
/// <param name="Capacity">Commands that may wait; one more is refused with <c>server.busy</c>.</param>
/// <param name="MaxGroup">Commands in one transaction at the most.</param>
/// <param name="Pumps">Groups that may run side by side (PostgreSQL only).</param>
/// <param name="GiveUpAfter">How long a group is tried again while the database is away, before its callers are told <c>server.unavailable</c>.</param>
public sealed record GroupCommitOptions(int Capacity = 16_384, int MaxGroup = 512, int Pumps = 1, TimeSpan? GiveUpAfter = null);

/// <summary>The one door to the ledger. Commands wait in a bounded queue; while one group commits, the next collects; each caller is answered once its effect is durable.</summary>
public sealed class GroupCommitter : BackgroundService
{
    private readonly Dictionary<Type, HotRule> rules;
    private readonly Func<IGroupStore> newStore;
    private readonly TimeProvider time;
    private readonly ILogger<GroupCommitter> logger;
    private readonly GroupCommitOptions options;
    private readonly Channel<Pending> queue;

    internal GroupCommitter(IEnumerable<HotRule> rules, Func<IGroupStore> newStore, TimeProvider time, ILogger<GroupCommitter> logger, GroupCommitOptions options)
    {
        this.rules = rules.ToDictionary(r => r.CommandType);
        (this.newStore, this.time, this.logger, this.options) = (newStore, time, logger, options);
        queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.Capacity) { SingleReader = options.Pumps == 1, FullMode = BoundedChannelFullMode.Wait });
    }

    /// <summary>Groups committed and commands in them since the start, for measurement.</summary>
    public (long Groups, long Commands) Counted => (Interlocked.Read(ref groups), Interlocked.Read(ref commands));

    private long groups;
    private long commands;

    /// <summary>Decides and commits a command with others. Refusals: the rule's own, <c>idempotency.key_reused</c>, <c>server.busy</c>, <c>server.unavailable</c>.</summary>
    public async Task<HotResult<TOutcome>> Submit<TOutcome>(IHotCommand command)
        where TOutcome : class
    {
        if (!rules.TryGetValue(command.GetType(), out var rule)) throw new InvalidOperationException($"No rule decides {command.GetType().Name}.");
        var pending = new Pending(command, rule);
        if (!queue.Writer.TryWrite(pending)) return new HotResult<TOutcome>(null, CommonRefusals.Busy, false);
        var answer = await pending.Answer.Task;
        return new HotResult<TOutcome>((TOutcome?)answer.Outcome, answer.Refusal, answer.Replayed);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Pumps).Select(_ => Task.Run(() => Pump(stoppingToken), CancellationToken.None)));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What has been accepted into the queue is still decided and answered; nothing new gets in.
        queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    private async Task Pump(CancellationToken ct)
    {
        await using var store = newStore();
        var group = new List<Pending>(options.MaxGroup);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            group.Clear();
            while (group.Count < options.MaxGroup && queue.Reader.TryRead(out var pending)) group.Add(pending);
            if (group.Count > 0) await Run(store, group, ct);
        }
    }

    private async Task Run(IGroupStore store, List<Pending> group, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var giveUp = options.GiveUpAfter ?? TimeSpan.FromSeconds(2);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Once(store, group);
                return;
            }
#pragma warning disable CA1031 // Every caller must be answered, whatever went wrong.
            catch (Exception error)
            {
                await store.Abandon();
                var transient = store.IsTransient(error);
                if (transient && attempt <= 50 && Stopwatch.GetElapsedTime(started) < giveUp && !(attempt > 4 && IsClash(error)))
                {
                    logger.LogWarning("A group of {Count} is tried again after {Error}", group.Count, error.GetType().Name);
                    await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5 << Math.Min(attempt, 6), 250)), CancellationToken.None);
                    continue;
                }
                if (transient && !IsClash(error))
                {
                    logger.LogError(error, "A group of {Count} could not be committed", group.Count);
                    foreach (var pending in group) pending.Answer.TrySetResult(new Answer(null, CommonRefusals.Unavailable, false));
                    return;
                }
                await RunApart(store, group, error, ct);
                return;
            }
#pragma warning restore CA1031
        }
    }

    // One command that the database will not take must not fail its neighbours.
    private async Task RunApart(IGroupStore store, List<Pending> group, Exception error, CancellationToken ct)
    {
        if (group.Count == 1)
        {
            logger.LogError(error, "{Command} could not be committed", group[0].Command.GetType().Name);
            group[0].Answer.TrySetException(error);
            return;
        }
        foreach (var pending in group) await Run(store, [pending], ct);
    }

    private static bool IsClash(Exception error) =>
        error is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation } or Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 19 };

    private async Task Once(IGroupStore store, List<Pending> group)
    {
        var plan = new LoadPlan();
        var keys = new HashSet<CommandKey>(KeyIdentity.Comparer);
        foreach (var pending in group)
        {
            pending.Reset();
            pending.Rule.Plan(pending.Command, plan);
            keys.Add(pending.Command.Key);
        }
        var state = await store.Begin(plan, keys, CancellationToken.None);
        var accepted = DecideAll(group, state, time.GetUtcNow());
        if (accepted.Count == 0)
        {
            await store.Abandon();
        }
        else
        {
            Seal(accepted);
            var at = time.GetUtcNow();
            foreach (var pending in accepted)
            {
                var key = pending.Command.Key;
                state.NewCommands.Add(new StoredCommand(key.Scope, key.Key, key.RequestHash.ToArray(), pending.Rule.Write(pending.Decision!.Outcome!), at));
            }
            await store.Commit(state, CancellationToken.None);
            Interlocked.Increment(ref groups);
            Interlocked.Add(ref commands, accepted.Count);
        }
        foreach (var pending in group) pending.Finish();
    }

    private List<Pending> DecideAll(List<Pending> group, GroupState state, DateTimeOffset now)
    {
        var accepted = new List<Pending>(group.Count);
        var firstOf = new Dictionary<CommandKey, Pending>(KeyIdentity.Comparer);
        foreach (var pending in group)
        {
            var key = pending.Command.Key;
            if (state.Commands.TryGetValue((key.Scope, key.Key), out var stored))
            {
                if (key.RequestHash.Span.SequenceEqual(stored.Hash)) pending.Replay(pending.Rule.Read(stored.Outcome));
                else pending.Refuse(CommonRefusals.KeyReused);
                continue;
            }
            if (firstOf.TryGetValue(key, out var first))
            {
                if (key.RequestHash.Span.SequenceEqual(first.Command.Key.RequestHash.Span)) pending.SameAs(first);
                else pending.Refuse(CommonRefusals.KeyReused);
                continue;
            }
            if (Decide(pending, state, now))
            {
                accepted.Add(pending);
                firstOf[key] = pending;
            }
        }
        return accepted;
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
            logger.LogError(error, "{Command} broke a rule", pending.Command.GetType().Name);
            pending.Fail(error);
            return false;
        }
#pragma warning restore CA1031
    }

    private static void Seal(List<Pending> accepted)
    {
        static void One(Pending p) => p.Decision!.Outcome = p.Rule.SealUntyped(p.Command, p.Decision.Outcome!);
        if (accepted.Count < 4) accepted.ForEach(One);
        else Parallel.ForEach(accepted, One);
    }
}
