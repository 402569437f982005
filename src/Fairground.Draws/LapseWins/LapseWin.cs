using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Ends a win that nobody collected in time and calls the next reserve.</summary>
/// <param name="NextPlace">The reserve that would be called, as last read.</param>
internal sealed record LapseWin(Guid WinId, Guid LotId, int NextPlace) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.lapse", WinId.ToString("N"));
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>, <c>lot.not_due</c>.</summary>
internal sealed class LapseWinRule : HotRule<LapseWin, Done>
{
    public override void Needs(LapseWin command, LoadPlan plan) => plan
        .Row(DrawsTables.Sales, command.LotId)
        .Row(DrawsTables.Wins, command.WinId)
        .Candidate(command.WinId)
        .NextReserve(command.LotId, command.NextPlace);

    public override Decision Decide(LapseWin command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        var win = state.Row(DrawsTables.Wins, command.WinId);
        if (sale is null || win is null) return Refuse(DrawsRefusals.LotNotFound);
        if (!win.Waits || sale.NextPlace != command.NextPlace) return Refuse(DrawsRefusals.StateChanged);
        if (win.ClaimBy is null || now < win.ClaimBy || win.Contacts < Win.EveryContact) return Refuse(DrawsRefusals.NotDue);

        var lapsed = Accept(Done.It).Publish(new WinLapsed(sale.LotId, win.Id, sale.ShopId));
        if (sale.Kind == LotKind.TwoStage) return lapsed.EndCandidate(state, sale, win, WinState.Unpaid, Fairness.ReserveCall.Unpaid, now);
        return lapsed
            .EndAndCall(state, sale, win.To(WinState.Unclaimed) with { EndedAt = now }, Fairness.ReserveCall.Unclaimed, now);
    }
}

/// <summary>Finds the wins whose claim deadline has passed.</summary>
internal sealed class Lapses(DrawsReader reader, GroupCommitter committer)
{
    /// <summary>The states of a place whose holder has time for something.</summary>
    internal static readonly WinState[] Waiting = [WinState.Drawn, WinState.Candidate];

    /// <summary>Those of one state: each has an index of its own, and a query for both could use neither.</summary>
    internal static string Due(WinState waiting) =>
        $"select {DrawsTables.WinList} from draws_win w where w.state = {(int)waiting} and w.claim_by <= @now and w.contact_at is null order by w.claim_by limit 50";

    /// <summary>True where something lapsed.</summary>
    public async Task<bool> Lapse(DateTimeOffset now, CancellationToken ct)
    {
        var due = new List<Win>();
        foreach (var waiting in Waiting) due.AddRange(await reader.List(Due(waiting), DrawsTables.ReadWin, ct, ("@now", now.ToUnixTimeMilliseconds())));
        foreach (var win in due)
        {
            if (await reader.Sale(win.LotId, ct) is { } sale) await committer.Submit<Done>(new LapseWin(win.Id, win.LotId, sale.NextPlace));
        }
        return due.Count > 0;
    }
}
