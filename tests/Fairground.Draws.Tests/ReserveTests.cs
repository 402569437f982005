using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>What follows where nobody collects.</summary>
public sealed class ReserveTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AWinnerIsReachedOnThreeDaysBeforeThePrizeGoesToTheNextReserve(DatabaseKind kind)
    {
        await using var host = await Drawn(kind, UnclaimedPolicy.NextReserve, out var lot);
        var drawnAt = host.Clock.Now;
        for (var day = 0; day < 3; day++)
        {
            await host.Deliver();
            await host.Pass(TimeSpan.FromDays(1));
        }
        var (wins, calls) = (await host.Reader.WinsOf(await lot, DrawsHost.Ct), await Calls(host, await lot));
        Assert.Equal([WinState.Unclaimed, WinState.Drawn, WinState.Reserve], wins.Select(w => w.State));
        Assert.Equal([(1, 0, "unclaimed", drawnAt.AddDays(3))], calls);
        Assert.Equal([drawnAt, drawnAt.AddDays(1), drawnAt.AddDays(2)], await Contacts(host, wins[0].Id));
        await host.Deliver();
        var subjects = host.Town.Sent.Values.Where(m => m.UserId == wins[0].UserId).Select(m => m.Subject).ToList();
        Assert.Equal(2, subjects.Count(s => s == "Your prize waits: Kettle"));
        Assert.Single(subjects, s => s == "The time to collect has passed: Kettle");
        var called = Assert.Single(host.Town.Sent.Values, m => m.UserId == wins[1].UserId && m.Subject == "You won: Kettle");
        Assert.StartsWith("The prize was not collected by the one before you in the published order", called.Text, StringComparison.Ordinal);
        // The second reserve is called after the first, never before.
        await host.PassClaimPeriod(TimeSpan.FromDays(3));
        Assert.Equal([(1, 0), (2, 1)], (await Calls(host, await lot)).Select(c => (c.Place, c.Instead)));
        await host.PassClaimPeriod(TimeSpan.FromDays(3));
        Assert.Equal(LotState.Settled, await host.StateOf(await lot));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhereTheTermsSaySoTheGoodsGoBackToTheShopAndNobodyIsCalled(DatabaseKind kind)
    {
        await using var host = await Drawn(kind, UnclaimedPolicy.ReturnToShop, out var lot);
        await host.PassClaimPeriod(TimeSpan.FromDays(3));
        Assert.Equal([WinState.Unclaimed, WinState.Reserve, WinState.Reserve], (await host.Reader.WinsOf(await lot, DrawsHost.Ct)).Select(w => w.State));
        Assert.Empty(await Calls(host, await lot));
        Assert.Equal((LotState.Settled, 30_000), (await host.StateOf(await lot), await host.Payable()));
        var terms = LotTerms.Read(await host.In<DrawsContext, Lot>(async c => (await c.Lots.FindAsync([await lot], DrawsHost.Ct))!)).Extra;
        Assert.Equal(("return-to-shop", 3), (terms["unclaimedPolicy"]!.GetValue<string>(), terms["contactAttempts"]!.GetValue<int>()));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AServerThatWasAwayReachesTheWinnerBeforeThePrizeLapses(DatabaseKind kind)
    {
        await using var host = await Drawn(kind, UnclaimedPolicy.NextReserve, out var lot);
        var drawnAt = host.Clock.Now;
        await host.Pass(TimeSpan.FromDays(30));
        var win = (await host.Reader.WinsOf(await lot, DrawsHost.Ct))[0];
        Assert.Equal((WinState.Drawn, 2, drawnAt.AddDays(32)), (win.State, win.Contacts, win.ClaimBy));
        await host.Pass(TimeSpan.FromDays(1));
        win = (await host.Reader.WinsOf(await lot, DrawsHost.Ct))[0];
        Assert.Equal((WinState.Drawn, 3), (win.State, win.Contacts));
        await host.Pass(TimeSpan.FromDays(1));
        Assert.Equal(WinState.Unclaimed, (await host.Reader.WinsOf(await lot, DrawsHost.Ct))[0].State);
        Assert.Equal([drawnAt, drawnAt.AddDays(30), drawnAt.AddDays(31)], await Contacts(host, win.Id));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task NobodyCanFishForAWinnerByLapsingEarlyTwiceOrOutOfOrder(DatabaseKind kind)
    {
        await using var host = await Drawn(kind, UnclaimedPolicy.NextReserve, out var lot);
        var wins = await host.Reader.WinsOf(await lot, DrawsHost.Ct);
        Assert.Equal("lot.not_due", (await host.Committer.Submit<Done>(new LapseWin(wins[0].Id, await lot, 1))).Refusal!.Code);
        Assert.Equal("lot.state_changed", (await host.Committer.Submit<Done>(new LapseWin(wins[1].Id, await lot, 1))).Refusal!.Code);
        Assert.Equal("lot.state_changed", (await host.Committer.Submit<Done>(new LapseWin(wins[0].Id, await lot, 2))).Refusal!.Code);
        Assert.Equal("lot.not_due", (await host.Committer.Submit<Done>(new RemindWinner(wins[0].Id, await lot, 2))).Refusal!.Code);
        Assert.Equal("lot.state_changed", (await host.Committer.Submit<Done>(new RemindWinner(wins[0].Id, await lot, 3))).Refusal!.Code);
        Assert.Empty(await Calls(host, await lot));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task CallsAndContactsCannotBeRewritten(DatabaseKind kind)
    {
        await using var host = await Drawn(kind, UnclaimedPolicy.NextReserve, out var lot);
        await host.PassClaimPeriod(TimeSpan.FromDays(3));
        Assert.NotEqual(Guid.Empty, await lot);
        foreach (var table in new[] { "draws_call", "draws_contact", "draws_closing_log" })
        {
            var column = table == "draws_closing_log" ? "line" : "at";
            var refused = await Record.ExceptionAsync(() => host.Reader.List($"update {table} set {column} = {column}", r => r.Int(0), DrawsHost.Ct));
            Assert.Contains("append-only", refused!.Message, StringComparison.Ordinal);
            refused = await Record.ExceptionAsync(() => host.Reader.List($"delete from {table}", r => r.Int(0), DrawsHost.Ct));
            Assert.Contains("append-only", refused!.Message, StringComparison.Ordinal);
        }
    }

    private static Task<DrawsHost> Drawn(DatabaseKind kind, UnclaimedPolicy policy, out Task<Guid> lot)
    {
        var id = new TaskCompletionSource<Guid>();
        lot = id.Task;
        return Start();

        async Task<DrawsHost> Start()
        {
            var host = await DrawsHost.Start(kind);
            var opened = await host.OpenLot(host.Asked() with { ClaimSeconds = 3 * 86_400, UnclaimedPolicy = policy.Wire() });
            for (var i = 0; i < 3; i++) await host.Buy(await host.Buyer(10_000), opened, 1);
            await host.Pass(TimeSpan.FromDays(3));
            await host.Pass(TimeSpan.FromMinutes(1));
            id.SetResult(opened);
            return host;
        }
    }

    private static Task<List<(int Place, int Instead, string Reason, DateTimeOffset At)>> Calls(DrawsHost host, Guid lot) => host.Reader.List(
        "select place, instead, reason, at from draws_call where lot_id = @lot order by place", r => (r.Int(0), r.Int(1), r.Text(2), r.Instant(3)), DrawsHost.Ct, ("@lot", lot));

    private static Task<List<DateTimeOffset>> Contacts(DrawsHost host, Guid win) =>
        host.Reader.List("select at from draws_contact where win_id = @win order by attempt", r => r.Instant(0), DrawsHost.Ct, ("@win", win));
}
