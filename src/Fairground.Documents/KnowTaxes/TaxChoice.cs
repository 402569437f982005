using Fairground.Documents.KeepTaxProfile;
using Fairground.Kernel.Contracts;

namespace Fairground.Documents.KnowTaxes;

/// <summary>Who buys, as far as taxes care.</summary>
/// <param name="Country">ISO 3166, or null where it is not known.</param>
/// <param name="TaxId">Of a business; null for everybody else.</param>
internal sealed record TaxBuyer(string? Country, string? TaxId)
{
    public static readonly TaxBuyer Private = new(null, null);
}

/// <summary>Chooses how something is taxed. Pure.</summary>
internal static class TaxChoice
{
    /// <summary>The seller is not registered for the tax, or has not said so.</summary>
    public static readonly TaxShare NotRegistered = new("not-registered", "O", 0);

    /// <summary>In this order: an unregistered seller taxes nothing; goods have their own rate or the seller's; a business elsewhere accounts for it itself; else the rate that holds on the day.</summary>
    /// <param name="goods">The rate's code of the goods at hand; null for the seller's own.</param>
    public static TaxShare Of(TaxProfile? seller, TaxBuyer buyer, string supply, string? goods, DateOnly day)
    {
        if (seller is not { Registered: true } || TaxFiles.Of(seller.Country) is not { } rules) return NotRegistered;
        // A rate that goods were given under the rules of another place says nothing here.
        string? Known(string? one) => one is not null && rules.Find(one, seller.Region) is not null ? one : null;
        var code = (supply == Supplies.Goods ? Known(goods) ?? Known(seller.Category) : null) ?? rules.Supplies[supply];
        var rate = rules.Find(code, seller.Region) ?? throw new InvalidOperationException($"The rules of {seller.Country} have no rate {code}.");
        if (rate.Category == "S" && IsReversed(rules, buyer)) return new TaxShare("reverse", "AE", 0);
        var period = rate.Periods.FirstOrDefault(p => p.Holds(day)) ?? rate.Periods[0];
        return new TaxShare(rate.Code, rate.Category, period.Rate);
    }

    private static bool IsReversed(TaxRules rules, TaxBuyer buyer) =>
        buyer is { Country: { } country, TaxId: { } number } && country != rules.Country && rules.Reverse?.GetValueOrDefault(country) is { } pattern && TaxIds.Fits(pattern, number);
}
