using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Moves all mileage of a currency to the account that its owner's was joined to, with when each part of it expires (D-17).</summary>
internal sealed record MoveMileage(Guid From, Guid Into, string Currency) : IHotCommand
{
    // Mileage that is granted to the old account later is moved on in the same way, so each attempt has a name of its own.
    public CommandKey Key { get; } = CommandKey.System("draws.join_mileage", Ids.New().ToString("N"));
}

/// <summary>Refuses nothing: where there is no mileage there is nothing to move.</summary>
internal sealed class MoveMileageRule : HotRule<MoveMileage, Done>
{
    public override void Needs(MoveMileage command, LoadPlan plan)
    {
        foreach (var user in new[] { command.From, command.Into })
        {
            var account = TwoStagePostings.MileageOf(user, command.Currency);
            plan.Account(account).Row(TwoStageTables.Mileage, account.Id);
        }
    }

    public override Decision Decide(MoveMileage command, GroupState state, DateTimeOffset now)
    {
        var (from, into) = (TwoStagePostings.MileageOf(command.From, command.Currency), TwoStagePostings.MileageOf(command.Into, command.Currency));
        if (state.Row(TwoStageTables.Mileage, from.Id) is not { Lots.Sum: > 0 } row) return Accept(Done.It);
        var other = state.Row(TwoStageTables.Mileage, into.Id) ?? new MileageRow(into.Id, command.Into, command.Currency, MileageLots.None);
        return Accept(Done.It)
            .Post(TwoStagePostings.JoinMileage, from, into, row.Lots.Sum, command.From)
            .Change(TwoStageTables.Mileage, row with { Lots = MileageLots.None })
            .Change(TwoStageTables.Mileage, other with { Lots = row.Lots.All.Aggregate(other.Lots, (lots, lot) => lots.Add(lot.Amount, lot.ExpiresAt)) });
    }
}

/// <summary>Moves the mileage of accounts that were joined.</summary>
internal sealed class MileageMover(TwoStageReader lots, GroupCommitter committer)
{
    public async Task Move(Guid from, Guid into, CancellationToken ct)
    {
        foreach (var row in (await lots.Mileage([from], ct)).Where(r => r.Lots.Sum > 0))
        {
            var moved = await committer.Submit<Done>(new MoveMileage(from, into, row.Currency));
            // Busy or away: whoever asked asks again.
            if (moved.Refused) throw new InvalidOperationException($"The mileage could not be moved: {moved.Refusal!.Code}.");
        }
    }
}
