using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

public sealed class ResumeTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ADrawThatIsInterruptedAfterEachStepComesToTheSameWinners(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked() with { DrawDelaySeconds = 0 });
        for (var i = 0; i < 5; i++) await host.Buy(await host.Buyer(20_000), lot, 2);
        var expected = new[] { LotState.Closed, LotState.Drawing, LotState.Drawn };
        Sale before = (await host.Reader.Sale(lot, DrawsHost.Ct))!;
        var roots = new HashSet<string>();
        foreach (var state in expected)
        {
            // A new process does one step; then another one, that read the same row before, does it again.
            await using var worker = await host.StartAgain();
            await worker.In<LotSteps, bool>(s => s.Move(before, DrawsHost.Ct));
            await using var late = await host.StartAgain();
            await late.In<LotSteps, bool>(s => s.Move(before, DrawsHost.Ct));
            before = (await host.Reader.Sale(lot, DrawsHost.Ct))!;
            Assert.Equal(state, before.State);
            if (before.Root is not null) roots.Add(Convert.ToHexStringLower(before.Root));
        }
        Assert.Single(roots);
        Assert.Equal(3, (await host.Reader.WinsOf(lot, DrawsHost.Ct)).Count);
        Assert.Single(await host.Reader.List("select line from draws_closing_log", r => r.Text(0), DrawsHost.Ct));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ARefundThatIsInterruptedPaysNobodyTwiceAndForgetsNobody(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked("refund-all"));
        var buyers = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            buyers.Add(await host.Buyer(10_000));
            await host.Buy(buyers[i], lot, 1);
        }
        var cancelled = await host.In<LotCancellations, Result<Sale>>(c => c.Cancel(DrawsHost.As(DrawsHost.Operator, isOperator: true), lot, "The maker called it back", DrawsHost.Ct));
        Assert.Null(cancelled.Refusal);
        // Two of four are refunded, then the process dies.
        foreach (var buyer in buyers.Take(2)) await host.Committer.Submit<Done>(new RefundHolder(lot, buyer, "KZT"));
        await host.Audit();
        await using var again = await host.StartAgain();
        await again.Settle();
        Assert.Equal(LotState.Refunded, await host.StateOf(lot));
        foreach (var buyer in buyers) Assert.Equal(10_000, await host.Wallet(buyer));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AnOpeningThatIsInterruptedGoesOnWithTheSameTerms(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = (await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Seller), host.Asked(), DrawsHost.Ct))).Value.Id;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.In<LotOpening, Result<Lot>>(o => o.Open(DrawsHost.As(DrawsHost.Seller), lot, DrawsHost.Ct))));
        Assert.Single(answers, a => !a.Refused);
        Assert.All(answers.Where(a => a.Refused), a => Assert.Equal("lot.not_draft", a.Refusal!.Code));
        var sale = await host.Reader.Sale(lot, DrawsHost.Ct);
        Assert.Equal(Convert.ToHexStringLower(answers.Single(a => !a.Refused).Value.TermsHash!), Convert.ToHexStringLower(sale!.TermsHash!));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-06")]
    public async Task ThePriceIsFetchedAtOpeningAndFrozenFromThenUntilTheEnd(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var freeze = host.Get<Kernel.Contracts.IPriceFreeze>();
        var lot = (await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Seller), host.Asked("refund-all"), DrawsHost.Ct))).Value.Id;
        Assert.Empty(await freeze.Frozen([DrawsHost.Kettle], DrawsHost.Ct));
        host.Town.Product = host.Town.Product with { Price = DrawsHost.Tenge(200_000) };
        await host.In<LotOpening, Result<Lot>>(o => o.Open(DrawsHost.As(DrawsHost.Seller), lot, DrawsHost.Ct));
        Assert.Equal(20, (await host.Reader.Sale(lot, DrawsHost.Ct))!.Entries);
        Assert.Equal([DrawsHost.Kettle], await freeze.Frozen([DrawsHost.Kettle, Ids.New()], DrawsHost.Ct));
        await host.Pass(TimeSpan.FromDays(3));
        Assert.Empty(await freeze.Frozen([DrawsHost.Kettle], DrawsHost.Ct));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task OnlyAnOperatorStopsALotOnSaleAndNobodyAfterTheListIsFrozen(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked() with { Entries = 1 });
        Task<Result<Sale>> Cancel(Guid user, bool isOperator) => host.In<LotCancellations, Result<Sale>>(c => c.Cancel(DrawsHost.As(user, isOperator), lot, "The maker called it back", DrawsHost.Ct));
        Assert.Equal("access.forbidden", (await Cancel(DrawsHost.Seller, false)).Refusal!.Code);
        Assert.Equal("access.forbidden", (await Cancel(Ids.New(), false)).Refusal!.Code);
        await host.Buy(await host.Buyer(10_000), lot, 1);
        await host.Settle();
        Assert.Equal("lot.cannot_cancel", (await Cancel(DrawsHost.Operator, true)).Refusal!.Code);
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ListsArePagedNewestFirstAndHideDrafts(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lots = new List<Guid>();
        for (var i = 0; i < 3; i++) lots.Add(await host.OpenLot(host.Asked()));
        await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Seller), host.Asked(), DrawsHost.Ct));
        var anyone = DrawsHost.As(Ids.New());
        var first = (await host.In<LotViews, Result<Page<LotView>>>(v => v.List(anyone, new LotFilter("open", Take: 2), DrawsHost.Ct))).Value;
        Assert.Equal([lots[2], lots[1]], first.Items.Select(l => l.LotId));
        var second = (await host.In<LotViews, Result<Page<LotView>>>(v => v.List(anyone, new LotFilter("open", Take: 2, Cursor: first.Next), DrawsHost.Ct))).Value;
        Assert.Equal(lots[0], Assert.Single(second.Items).LotId);
        Assert.Null(second.Next);
        Assert.Equal(3, (await host.In<LotViews, Result<Page<LotView>>>(v => v.List(anyone, new LotFilter(Shop: DrawsHost.Shop, Product: DrawsHost.Kettle), DrawsHost.Ct))).Value.Items.Count);
        Assert.Equal(4, (await host.In<LotViews, Result<Page<LotView>>>(v => v.List(DrawsHost.As(DrawsHost.Seller), new LotFilter(Shop: DrawsHost.Shop), DrawsHost.Ct))).Value.Items.Count);
        Assert.Equal("request.invalid", (await host.In<LotViews, Result<Page<LotView>>>(v => v.List(anyone, new LotFilter("sold"), DrawsHost.Ct))).Refusal!.Code);
        Assert.Equal("request.cursor_invalid", (await host.In<LotViews, Result<Page<LotView>>>(v => v.List(anyone, new LotFilter(Cursor: "?"), DrawsHost.Ct))).Refusal!.Code);
    }
}
