using Fairground.Draws.NameSales;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests.TwoStage;

/// <summary>Who gets which document for the money of a two-stage draw.</summary>
[Requirement("D-24"), Requirement("S-40")]
public sealed class TwoStagePapersTests
{
    private static readonly (Guid Shop, Guid Goods, Guid Payer, Guid Payee) Who = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
    private static readonly Guid[] Buyers = [Guid.NewGuid(), Guid.NewGuid()];

    [Theory]
    [InlineData("draws.apply", "Receipt application operator Person payer 700")]
    [InlineData("draws.pay_second", "Receipt application operator Person payer 700")]
    [InlineData("draws.first_back", "CreditNote application operator Person payee 700")]
    [InlineData("draws.second_back", "CreditNote application operator Person payee 700")]
    [InlineData("draws.fee", "Receipt fee operator Many nobody 700")]
    [InlineData("draws.surplus", "Receipt draw operator Many nobody 700")]
    // Each buyer is billed the price, whatever was paid for the chance.
    [InlineData("draws.pay_seller", "Invoice goods shop Person buyer 350, Invoice goods shop Person buyer 350")]
    public void Each_movement_calls_for_documents_that_add_up_to_it(string movement, string expected)
    {
        var moved = new Moved(Guid.NewGuid(), movement, Who.Payer, Who.Payee, new Money(700, Currency.Of("KZT")), DateTimeOffset.UnixEpoch, Guid.NewGuid());
        var papers = TwoStagePapers.Of(moved, new SoldTwoStage(moved.Reference, Who.Shop, Who.Goods, "Kettle", 350), movement == "draws.pay_seller" ? Buyers : []);
        Assert.Equal(expected, string.Join(", ", papers.Select(p => $"{p.Kind} {p.Supply} {(p.Issuer == Who.Shop ? "shop" : "operator")} {p.BuyerKind} {Name(p.Buyer)} {p.Lines.Sum(l => l.Gross)}")));
        Assert.Equal(700, papers.Sum(p => p.Lines.Sum(l => l.Gross)));
    }

    private static string Name(Guid? id) => id is null ? "nobody" : id == Who.Payer ? "payer" : id == Who.Payee ? "payee" : Buyers.Contains(id.Value) ? "buyer" : "somebody";
}
