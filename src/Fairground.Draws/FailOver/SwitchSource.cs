using System.Globalization;
using System.Text.Json.Serialization;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Messaging;
using Fairground.Ledger.GroupCommit;
using Microsoft.Extensions.Logging;

namespace Fairground.Draws;

/// <summary>Goes on to the next published step where the source in force gave no randomness in time; the signed switch stands in the closing log before that step's randomness can be known.</summary>
/// <param name="Statement">The signed <see cref="SwitchStatement"/>.</param>
/// <param name="At">The time that it names; whole seconds.</param>
internal sealed record SwitchSource(Guid LotId, ScheduledStep To, string Statement, DateTimeOffset At) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.switch", LotId.ToString("N"), To.Step.ToString(CultureInfo.InvariantCulture));
}

/// <summary>The draw is put off, because its source of randomness did not answer.</summary>
internal sealed record DrawSwitched(Guid LotId, int Step, DateTimeOffset DrawsAt) : IDomainEvent
{
    public const string Name = "draws.lot.switched";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>, <c>lot.not_due</c>.</summary>
internal sealed class SwitchSourceRule : HotRule<SwitchSource, Done>
{
    public override void Needs(SwitchSource command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.LotId).Row(DrawsTables.LogHeads, LogHead.TheOne);

    public override Decision Decide(SwitchSource command, GroupState state, DateTimeOffset now)
    {
        var (sale, head, to) = (state.Row(DrawsTables.Sales, command.LotId), state.Row(DrawsTables.LogHeads, LogHead.TheOne), command.To);
        if (sale is null || head is null) return Refuse(DrawsRefusals.LotNotFound);
        if (sale.State != LotState.Drawing || sale.Step >= to.Step) return Refuse(DrawsRefusals.StateChanged);
        if (command.At < to.DueAt || now < to.DueAt || now >= to.Until) return Refuse(DrawsRefusals.NotDue);

        var line = new ClosingLogLine(ProofTime.Format(now), command.Statement, head.NextLine, head.Hash, IsSwitch: true);
        var decision = Accept(Done.It)
            .Change(DrawsTables.LogHeads, new LogHead(head.Id, head.NextLine + 1, line.Hash()))
            .Add(DrawsTables.ClosingLog, new LogLine(line.Index, sale.LotId, to.Step, command.Statement, line.ToLine()));
        if (to.Source is null)
        {
            return decision
                .Change(DrawsTables.Sales, sale.To(LotState.Cancelled, now) with { Step = to.Step })
                .Add(DrawsTables.Cancellations, new Cancellation(sale.LotId, Cancellation.NoRandomness, null, null, now))
                .Publish(new LotCancelled(sale.LotId, sale.ShopId, Cancellation.NoRandomness));
        }
        return decision
            .Change(DrawsTables.Sales, sale with { Step = to.Step, DrawsAt = to.DecidesAt, DueAt = to.DecidesAt })
            .Publish(new DrawSwitched(sale.LotId, to.Step, to.DecidesAt));
    }
}

/// <summary>Switches where the published time has come. No person is asked.</summary>
internal sealed class Failover(GroupCommitter committer, ProofSigner signer, BeaconClock clock, TimeProvider time, ILogger<Failover> logger)
{
    public async Task Switch(Sale sale, DrawSchedule schedule, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (schedule.SwitchNow(sale.Step, now) is not { } step) return;
        // A clock that runs fast would give up on a round that has not come yet. The refund is never held up, so that nothing hangs.
        if (step.Source is not null && clock.IsFast(now))
        {
            logger.LogError("Lot {Lot} is not switched to the next source: this server's clock is fast", sale.LotId);
            return;
        }
        await signer.EnsureLoaded(ct);
        var at = LotTerms.WholeSeconds(now);
        var statement = new SwitchStatement(sale.LotId.ToString(), Convert.ToHexStringLower(sale.TermsHash!), Convert.ToHexStringLower(sale.Root!), step.Step, ProofTime.Format(at));
        Failpoint.Hit("draws.before_switch");
        await committer.Submit<Done>(new SwitchSource(sale.LotId, step, signer.Sign(CanonicalJson.Serialize(statement.ToJson()), SwitchStatement.Typ), at));
        Failpoint.Hit("draws.after_switch");
        logger.LogWarning("Lot {Lot} had no randomness from its source in time and went on to step {Step} of its published fail-over", sale.LotId, step.Step);
    }
}
