using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>An attempt to reach a winner; added with the message and never changed.</summary>
/// <param name="Attempt">From 1.</param>
internal sealed record WinContact(Guid WinId, Guid LotId, int Attempt, DateTimeOffset At);

/// <summary>Reaches out to a winner once more; a prize lapses only after every attempt.</summary>
/// <param name="Attempt">Which attempt it would be, so that each is made once.</param>
internal sealed record RemindWinner(Guid WinId, Guid LotId, int Attempt) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.remind", WinId.ToString("N"), Attempt.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.state_changed</c>, <c>lot.not_due</c>.</summary>
internal sealed class RemindWinnerRule : HotRule<RemindWinner, Done>
{
    public override void Needs(RemindWinner command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.LotId).Row(DrawsTables.Wins, command.WinId);

    public override Decision Decide(RemindWinner command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        var win = state.Row(DrawsTables.Wins, command.WinId);
        if (sale is null || win is null) return Refuse(DrawsRefusals.LotNotFound);
        if (!win.Waits || win.Contacts + 1 != command.Attempt) return Refuse(DrawsRefusals.StateChanged);
        if (win.ContactAt is not { } due || now < due) return Refuse(DrawsRefusals.NotDue);
        var reminded = win.Remind(sale, now);
        return Accept(Done.It)
            .Change(DrawsTables.Wins, reminded)
            .Add(DrawsTables.Contacts, new WinContact(win.Id, win.LotId, command.Attempt, now))
            .Publish(new WinnerReminded(win.LotId, win.Id, command.Attempt));
    }
}

/// <summary>Finds the winners who have not come and are to be reached once more.</summary>
internal sealed class Reminders(DrawsReader reader, GroupCommitter committer)
{
    /// <summary>True where someone was reminded.</summary>
    public async Task<bool> Remind(DateTimeOffset now, CancellationToken ct)
    {
        var due = await reader.List(
            $"select {DrawsTables.WinList} from draws_win w where w.state in (1, 5) and w.contact_at <= @now order by w.contact_at limit 50",
            DrawsTables.ReadWin, ct, ("@now", now.ToUnixTimeMilliseconds()));
        foreach (var win in due) await committer.Submit<Done>(new RemindWinner(win.Id, win.LotId, win.Contacts + 1));
        return due.Count > 0;
    }
}
