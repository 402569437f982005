using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Takes mileage away whose time has passed; the money behind it is the operator's again (D-17).</summary>
/// <param name="ExpiresAt">The expiry that is due.</param>
internal sealed record ExpireMileage(Guid UserId, string Currency, DateTimeOffset ExpiresAt) : IHotCommand
{
    // Mileage that came back may expire at an instant at which other mileage expired before, so an attempt has a name of its own; expiring twice is expiring once.
    public CommandKey Key { get; } = CommandKey.System("draws.expire_mileage", UserId.ToString("N"), Currency, ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Ids.New().ToString("N"));
}

/// <summary>Refusals: <c>lot.not_due</c>.</summary>
internal sealed class ExpireMileageRule : HotRule<ExpireMileage, Done>
{
    public override void Needs(ExpireMileage command, LoadPlan plan)
    {
        var account = TwoStagePostings.MileageOf(command.UserId, command.Currency);
        plan.Row(TwoStageTables.Mileage, account.Id).Account(account)
            .Account(TwoStagePostings.IssuedOf(command.Currency)).Account(TwoStagePostings.BackingOf(command.Currency)).Account(TwoStagePostings.RevenueOf(command.Currency));
    }

    public override Decision Decide(ExpireMileage command, GroupState state, DateTimeOffset now)
    {
        var account = TwoStagePostings.MileageOf(command.UserId, command.Currency);
        if (state.Row(TwoStageTables.Mileage, account.Id) is not { } row) return Refuse(DrawsRefusals.NotDue);
        var (left, expired) = row.Lots.Expire(now);
        if (expired == 0) return Refuse(DrawsRefusals.NotDue);
        return Accept(Done.It)
            .Post(TwoStagePostings.Expire, account, TwoStagePostings.IssuedOf(command.Currency), expired, command.UserId)
            .Post(TwoStagePostings.ExpiredBacking, TwoStagePostings.BackingOf(command.Currency), TwoStagePostings.RevenueOf(command.Currency), expired, command.UserId)
            .Change(TwoStageTables.Mileage, row with { Lots = left });
    }
}

/// <summary>Finds mileage whose time has passed.</summary>
internal sealed class MileageExpiry(DrawsReader reader, GroupCommitter committer)
{
    private const int AtOnce = 200;

    /// <summary>True where something expired.</summary>
    public async Task<bool> Expire(DateTimeOffset now, CancellationToken ct)
    {
        var due = await reader.List(
            "select m.account_id, m.user_id, m.currency, m.lots from draws_mileage m where m.expires_at <= @now order by m.expires_at limit @take",
            TwoStageTables.ReadMileage, ct, ("@now", now.ToUnixTimeMilliseconds()), ("@take", AtOnce));
        await Task.WhenAll(due.Select(row => committer.Submit<Done>(new ExpireMileage(row.UserId, row.Currency, row.Lots.FirstExpiry!.Value))));
        return due.Count > 0;
    }
}
