namespace Fairground.Kernel.Contracts;

/// <summary>A lot of certificates as whoever buys for somebody must know it.</summary>
/// <param name="Nominal">The price of one certificate.</param>
/// <param name="IsOpen">Certificates can be bought at this moment.</param>
/// <param name="Left">How many are not sold.</param>
public sealed record CertificateOffer(Guid LotId, Guid ShopId, Guid ProductId, string Title, Money Nominal, bool IsOpen, int Left);

/// <summary>What was bought.</summary>
public sealed record CertificatesBought(Guid PurchaseId, int Quantity, Money Charged);

/// <summary>
/// Buys certificates for a person who asked for it earlier: by a rule, or with money that has just come in. The very same purchase, with the same limits, as if the person stood at the
/// page. Answered by Draws.
/// </summary>
public interface ICertificateBuying
{
    /// <summary>The lot as it stands, or null where there is none that was ever opened.</summary>
    Task<CertificateOffer?> Offer(Guid lotId, CancellationToken ct);

    /// <summary>Buys from the person's wallet. Refusals: those of a purchase, and <c>people.blocked</c>. The same key is the same purchase.</summary>
    Task<Result<CertificatesBought>> Buy(Guid person, Guid lotId, int quantity, string key, CancellationToken ct);
}

/// <summary>A category as other modules may know it.</summary>
/// <param name="FullName">Names from the top: <c>Clothing > T-Shirts</c>.</param>
public sealed record CategoryInfo(Guid CategoryId, string FullName);

/// <summary>What goods there are, by category and by shop. Answered by the Catalog.</summary>
public interface IGoodsIndex
{
    /// <summary>All categories that buyers see, by name from the top.</summary>
    Task<IReadOnlyList<CategoryInfo>> Categories(CancellationToken ct);

    /// <summary>All shops, by name.</summary>
    Task<IReadOnlyList<ShopInfo>> Shops(CancellationToken ct);

    /// <summary>The categories that goods stand in, and all those above them.</summary>
    Task<IReadOnlySet<Guid>> CategoriesOf(Guid productId, CancellationToken ct);
}
