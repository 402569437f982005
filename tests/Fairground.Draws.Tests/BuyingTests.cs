using System.Text;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

public sealed class BuyingTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-10"), Requirement("C-11"), Requirement("C-15")]
    public async Task TwoHundredAtOnceBuyASmallLotExactlyOut(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked() with { Entries = 100, MaxEntriesPerPerson = 3 });
        var buyers = new List<Guid>();
        for (var i = 0; i < 50; i++) buyers.Add(await host.Buyer(50_000));
        var tries = Enumerable.Range(0, 200).Select(i => Task.Run(() => host.Buy(buyers[i % 50], lot, 1)));
        var answers = await Task.WhenAll(tries);

        var sold = answers.Where(a => !a.Refused).SelectMany(a => Enumerable.Range(a.Value.Bought.FirstSeq, a.Value.Bought.Numbers.Count)).Order().ToList();
        Assert.Equal(Enumerable.Range(1, 100), sold);
        Assert.Equal(100, answers.Where(a => !a.Refused).SelectMany(a => a.Value.Bought.Numbers).Distinct().Count());
        Assert.All(answers.Where(a => a.Refused), a => Assert.Contains(a.Refusal!.Code, new[] { "lot.sold_out", "lot.entry_cap" }));
        Assert.Equal((LotState.SoldOut, 100 * 10_000), (await host.StateOf(lot), await host.Escrow(lot)));
        await host.Audit();
        await host.Settle();
        await host.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ANumberThatTheLotHasAlreadyFailsItsOwnPurchaseAndNoOther(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked());
        var (unlucky, neighbour) = (await host.Buyer(50_000), await host.Buyer(50_000));
        var taken = (await host.Buy(neighbour, lot, 1)).Value.Bought.Numbers;
        var facts = (await host.Get<DrawsMemory>().Facts(lot, DrawsHost.Ct))!;
        var clash = host.Committer.Submit<Bought>(new BuyCertificates(CommandKey.For(unlucky, "k", "test.buy"), facts, unlucky, new byte[32], Ids.New(), taken, GuardTerms.Of(FakeTown.OpenToAll)));
        var beside = await host.Buy(neighbour, lot, 1);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => clash);
        Assert.Equal(2, beside.Value.Bought.FirstSeq);
        Assert.Equal((50_000, 30_000, 20_000), (await host.Wallet(unlucky), await host.Wallet(neighbour), await host.Escrow(lot)));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task TheSameKeyGivesTheSameReceiptByteForByteEvenAfterARestart(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked());
        var buyer = await host.Buyer(50_000);
        var first = await host.Buy(buyer, lot, 3, "once");
        host.Clock.Now += TimeSpan.FromMinutes(5);
        var second = await host.Buy(buyer, lot, 3, "once");
        await using var again = await host.StartAgain();
        var third = await again.Buy(buyer, lot, 3, "once");
        Assert.False(first.Value.Replayed);
        Assert.True(second.Value.Replayed && third.Value.Replayed);
        Assert.Equal(first.Value.Receipt, second.Value.Receipt);
        Assert.Equal(first.Value.Receipt, third.Value.Receipt);
        Assert.Equal(20_000, await host.Wallet(buyer));
        var other = await host.Buy(buyer, lot, 2, "once");
        Assert.Equal("idempotency.key_reused", other.Refusal!.Code);
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AReceiptVerifiesUnderTheServersKeys(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked());
        var buyer = await host.Buyer(50_000);
        var bought = await host.Buy(buyer, lot, 2);
        var (receipt, problem) = Receipt.Verify(bought.Value.Receipt, host.Get<ProofSigner>().Jwks);
        Assert.Null(problem);
        Assert.Equal(lot.ToString(), receipt!.Lot);
        Assert.Equal(bought.Value.Bought.Numbers, receipt.Entries.Select(e => e.Number));
        // The hand-written bytes are the canonical ones.
        var holder = (await host.Reader.Holding(lot, buyer, DrawsHost.Ct))!.Holder;
        var written = PurchaseReceipt.Payload(bought.Value.Lot, holder, bought.Value.Bought);
        Assert.Equal(CanonicalJson.Text(receipt.ToJson()), Encoding.UTF8.GetString(written));
        Assert.Equal(Convert.ToHexStringLower(holder), receipt.Holder);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhoMayNotBuyIsToldWhy(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var draft = await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Seller), host.Asked(), DrawsHost.Ct));
        var lot = await host.OpenLot(host.Asked());
        var buyer = await host.Buyer(1_000_000);
        Assert.Equal("lot.not_open", (await host.Buy(buyer, draft.Value.Id, 1)).Refusal!.Code);
        Assert.Equal("lot.not_found", (await host.Buy(buyer, Ids.New(), 1)).Refusal!.Code);
        Assert.Equal("lot.quantity_invalid", (await host.Buy(buyer, lot, 0)).Refusal!.Code);
        Assert.Equal("lot.quantity_invalid", (await host.Buy(buyer, lot, 1001)).Refusal!.Code);
        Assert.Equal("lot.staff_excluded", (await host.Buy(DrawsHost.Seller, lot, 1)).Refusal!.Code);
        Assert.Equal("lot.entry_cap", (await host.Buy(buyer, lot, 6)).Refusal!.Code);
        Assert.Equal("lot.sold_out", (await host.Buy(buyer, lot, 11)).Refusal!.Code);
        Assert.Equal("wallet.insufficient_funds", (await host.Buy(await host.Buyer(9_999), lot, 1)).Refusal!.Code);
        host.Clock.Now += TimeSpan.FromDays(3);
        Assert.Equal("lot.not_open", (await host.Buy(buyer, lot, 1)).Refusal!.Code);
        await host.Audit();
    }

    [Fact]
    public void AnOutcomeIsReadBackAsItWasWritten()
    {
        var signature = new string('s', 86);
        var bought = new Bought(Ids.New(), 17, ["0123456789AB", "BA9876543210"], DateTimeOffset.FromUnixTimeSeconds(1_772_366_400), "kid-_6", signature);
        var read = Bought.Read(bought.Write());
        Assert.Equal((bought.PurchaseId, bought.FirstSeq, bought.At, bought.KidPrefix, bought.Signature), (read.PurchaseId, read.FirstSeq, read.At, read.KidPrefix, read.Signature));
        Assert.Equal(bought.Numbers, read.Numbers);
        Assert.InRange(bought.Write().Length, 100, 170);
    }
}
