using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>Element 8: a lot opens with what its goods cost at that moment.</summary>
[Requirement("C-06")]
public sealed class CurrentCostTests
{
    private static readonly RefusalKind Silent = new("goods.source_silent", 409, "Silent.", IsTransient: true);

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_source_that_refuses_keeps_the_draft_a_draft_and_the_terms_say_where_the_price_is_from(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await Draft(host, host.Asked());
        host.Town.Cost = () => Silent;
        Assert.Equal("goods.source_silent", (await Open(host, lot)).Refusal?.Code);
        Assert.Equal(LotState.Draft, (await host.Reader.Sale(lot, DrawsHost.Ct))!.State);
        var asOf = new DateTimeOffset(2026, 5, 31, 23, 59, 30, 500, TimeSpan.Zero);
        host.Town.Cost = () => new CurrentCost(CostOrigin.LastKnown, asOf);
        var opened = await Open(host, lot);
        Assert.False(opened.Refused, opened.Refusal?.Code);
        var terms = LotTerms.Read(opened.Value).Extra;
        Assert.Equal((LotTerms.LastKnownPrice, "2026-05-31T23:59:30Z"), (terms["priceFrom"]!.GetValue<string>(), terms["priceAsOf"]!.GetValue<string>()));

        // Buyers see it on the lot's page, not only in its terms.
        Assert.Equal(LotTerms.WholeSeconds(asOf), (await Shown(host, lot)).PriceAsOf);

        host.Town.Cost = () => new CurrentCost(CostOrigin.Source, asOf);
        terms = LotTerms.Read((await Open(host, await Draft(host, host.Asked()))).Value).Extra;
        Assert.Equal("the shop's system", terms["priceFrom"]!.GetValue<string>());
        host.Town.Cost = () => new CurrentCost(CostOrigin.Shelf, null);
        Assert.False(LotTerms.Read((await Open(host, await Draft(host, host.Asked()))).Value).Extra.ContainsKey("priceFrom"));
    }

    [Theory]
    [InlineData(null, 120_000L, null)]
    [InlineData(null, 100_000L, null)]
    [InlineData(10, 100_000L, null)]
    [InlineData(10, 120_000L, "lot.price_moved")]
    [InlineData(10, 90_000L, "lot.price_moved")]
    [InlineData(null, 9_000L, "lot.price_moved")]
    public async Task A_draft_that_no_longer_fits_the_price_is_not_opened(int? entries, long price, string? code)
    {
        await using var host = await DrawsHost.Start(DatabaseKind.Sqlite);
        var lot = await Draft(host, host.Asked() with { Entries = entries });
        // As the source says it while the lot is being opened.
        host.Town.Cost = () =>
        {
            host.Town.Product = host.Town.Product with { Price = DrawsHost.Tenge(price) };
            return new CurrentCost(CostOrigin.Source, DateTimeOffset.UnixEpoch);
        };
        var opened = await Open(host, lot);
        Assert.Equal(code, opened.Refusal?.Code);
        if (code is null) Assert.Equal((price, (int)((price + 9_999) / 10_000)), (opened.Value.Price, opened.Value.Entries));
        else Assert.Equal(["KZT", "KZT"], opened.Refusal!.Details.Select(d => $"{d.Value}"[^3..]));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_lots_that_hold_a_price_are_named_from_their_opening_to_their_end(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var freeze = host.Get<IPriceFreeze>();
        var draft = await Draft(host, host.Asked("refund-all"));
        Assert.Empty(await freeze.Holders([DrawsHost.Kettle], DrawsHost.Ct));
        Assert.False((await Open(host, draft)).Refused);
        var second = await host.OpenLot(host.Asked("refund-all"));
        var holders = await freeze.Holders([DrawsHost.Kettle, Ids.New()], DrawsHost.Ct);
        Assert.Equal([(draft, "Kettle", "open"), (second, "Kettle", "open")], Assert.Single(holders).Value.Select(h => (h.LotId, h.Title, h.State)));
        Assert.Equal((await host.Reader.Sale(draft, DrawsHost.Ct))!.ClosesAt, holders[DrawsHost.Kettle][0].Until);
        await host.Pass(TimeSpan.FromDays(3));
        Assert.Empty(await freeze.Holders([DrawsHost.Kettle], DrawsHost.Ct));
    }

    private static async Task<Guid> Draft(DrawsHost host, CreateLotRequest asked) => (await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Seller), asked, DrawsHost.Ct))).Value.Id;

    private static async Task<LotView> Shown(DrawsHost host, Guid lot) => (await host.In<LotViews, Result<LotView>>(v => v.Find(DrawsHost.As(Ids.New()), lot, DrawsHost.Ct))).Value;

    private static Task<Result<Lot>> Open(DrawsHost host, Guid lot) => host.In<LotOpening, Result<Lot>>(o => o.Open(DrawsHost.As(DrawsHost.Seller), lot, DrawsHost.Ct));
}
