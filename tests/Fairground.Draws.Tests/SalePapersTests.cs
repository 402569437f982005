using Fairground.Draws.NameSales;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>Who is billed for what when a lot is settled.</summary>
[Requirement("C-24"), Requirement("S-40")]
public sealed class SalePapersTests
{
    private static readonly Guid Shop = Guid.NewGuid();
    private static readonly Guid Goods = Guid.NewGuid();
    private static readonly Guid[] People = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];

    [Theory]
    // Everybody came: equal shares, the first ones carry the remainder.
    [InlineData(10_000, 3, 3, false, "invoice 3334, invoice 3333, invoice 3333")]
    [InlineData(10_000, 1, 1, false, "invoice 10000")]
    // Somebody did not: that share is the shop's for holding the draw.
    [InlineData(10_000, 3, 1, false, "invoice 3334, receipt 6666")]
    [InlineData(10_000, 2, 0, false, "receipt 10000")]
    // The winners got money; what the shop keeps is for holding the draw.
    [InlineData(150_000, 1, 0, true, "receipt 150000")]
    // Less than a unit each: nobody is billed for nothing.
    [InlineData(1, 2, 2, false, "invoice 1")]
    public void A_settled_lot_is_billed_to_those_who_took_the_goods(long toShop, int winners, int takers, bool cash, string expected)
    {
        var settled = new Moved(Guid.NewGuid(), "draws.settle", Guid.NewGuid(), Shop, new Money(toShop, Currency.Of("KZT")), DateTimeOffset.UnixEpoch, Guid.NewGuid());
        var papers = SalePapers.Sold(settled, new SoldLot(settled.Reference, Shop, Goods, "Kettle", 100, winners, cash), People[..takers]);
        Assert.Equal(expected, string.Join(", ", papers.Select(p => $"{p.Kind.ToString().ToLowerInvariant()} {p.Lines.Sum(l => l.Gross)}")));
        Assert.Equal(toShop, papers.Sum(p => p.Lines.Sum(l => l.Gross)));
        Assert.All(papers, p => Assert.Equal(Shop, p.Issuer));
        foreach (var (paper, i) in papers.Where(p => p.Kind == PaperKind.Invoice).Select((p, i) => (p, i)))
            Assert.Equal((Supplies.Goods, PaperBuyer.Person, (Guid?)People[i], (Guid?)Goods), (paper.Supply, paper.BuyerKind, paper.Buyer, paper.Lines[0].ProductId));
        Assert.All(papers.Where(p => p.Kind == PaperKind.Receipt), p => Assert.Equal((Supplies.Draw, PaperBuyer.Many, null), (p.Supply, p.BuyerKind, p.Buyer)));
    }
}
