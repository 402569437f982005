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
/// <param name="GiveUpAfter">How long a command is tried again while the database is away, before its caller is told <c>server.unavailable</c>; 2 s where null.</param>
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
    private long groups;
    private long commands;

    internal GroupCommitter(IEnumerable<HotRule> rules, Func<IGroupStore> newStore, TimeProvider time, ILogger<GroupCommitter> logger, GroupCommitOptions options)
    {
        this.rules = rules.ToDictionary(r => r.CommandType);
        (this.newStore, this.time, this.logger, this.options) = (newStore, time, logger, options);
        queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.Capacity) { SingleReader = options.Pumps == 1, FullMode = BoundedChannelFullMode.Wait });
    }

    /// <summary>Groups committed and commands in them since the start, for measurement.</summary>
    public (long Groups, long Commands) Counted => (Interlocked.Read(ref groups), Interlocked.Read(ref commands));

    /// <summary>Decides and commits a command with others. Refusals: the rule's own, <c>idempotency.key_reused</c>, <c>server.busy</c>, <c>server.unavailable</c>.</summary>
    public async Task<HotResult<TOutcome>> Submit<TOutcome>(IHotCommand command)
        where TOutcome : class
    {
        if (!rules.TryGetValue(command.GetType(), out var rule)) throw new InvalidOperationException($"No rule decides {command.GetType().Name}.");
        var pending = new Pending(command, rule, Stopwatch.GetTimestamp());
        if (!queue.Writer.TryWrite(pending)) return new HotResult<TOutcome>(null, CommonRefusals.Busy, false);
        var answer = await pending.Answer.Task;
        return new HotResult<TOutcome>((TOutcome?)answer.Outcome, answer.Refusal, answer.Replayed);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Pumps).Select(_ => Task.Run(Pump, CancellationToken.None)));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What has been accepted into the queue is still decided and answered; nothing new gets in.
        queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    private async Task Pump()
    {
        await using var store = newStore();
        var giveUp = options.GiveUpAfter ?? TimeSpan.FromSeconds(2);
        var runner = new GroupRunner(store, time, logger, giveUp);
        var group = new List<Pending>(options.MaxGroup);
        while (await queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < options.MaxGroup && queue.Reader.TryRead(out var pending))
            {
                // While the database is away, those who have waited long enough are told so at once, however long the queue is.
                if (runner.DatabaseIsAway && pending.Age > giveUp) pending.Answer.TrySetResult(new Answer(null, CommonRefusals.Unavailable, false));
                else group.Add(pending);
            }
            if (group.Count == 0) continue;
            await runner.Run(group);
            Interlocked.Add(ref groups, runner.TakeGroups());
            Interlocked.Add(ref commands, runner.TakeCommands());
        }
    }
}
