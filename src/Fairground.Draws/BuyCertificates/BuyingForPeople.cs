using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Buys for people who asked for it earlier, by the very same purchase.</summary>
internal sealed class BuyingForPeople(CertificateSales sales, DrawsReader reader, IPeople people, IOrganisations organisations, TimeProvider time) : ICertificateBuying
{
    public async Task<CertificateOffer?> Offer(Guid lotId, CancellationToken ct)
    {
        if (await reader.Sale(lotId, ct) is not { TermsHash: not null, Kind: LotKind.Certificates } sale) return null;
        var (product, title) = (await reader.List("select product_id, title from draws_lot where id = @lot", r => (r.Uuid(0), r.Text(1)), ct, ("@lot", lotId)))[0];
        return new CertificateOffer(lotId, sale.ShopId, product, title, new Money(sale.Nominal, Currency.Of(sale.Currency)), sale.IsOpenAt(time.GetUtcNow()), sale.Left);
    }

    public async Task<Result<CertificatesBought>> Buy(Guid person, Guid lotId, int quantity, string key, CancellationToken ct)
    {
        var known = await people.Find(person, ct);
        if (known is null) return CommonRefusals.NotSignedIn;
        if (known.Closed is { } closed) return closed;
        // Whoever runs the market takes no part in its draws, here too.
        var runsIt = await organisations.RoleIn(known.UserId, OrganisationInfo.OperatorId, ct) is not null;
        var bought = await sales.Buy(known.UserId, runsIt, lotId, quantity, key, ct);
        if (bought.Refusal is { } refusal) return refusal;
        var (lot, numbers) = (bought.Value.Lot, bought.Value.Bought.Numbers);
        return new CertificatesBought(bought.Value.Bought.PurchaseId, numbers.Count, new Money(lot.Nominal * numbers.Count, Currency.Of(lot.Currency)));
    }
}
