using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Decides whether a lot may be drafted from a request and the goods as they are now (C-08, C-09, C-22). Pure.</summary>
internal static class CreateLotDecision
{
    private const int MostPlaces = 1000;

    /// <summary>Two weeks to collect a prize, where the seller says nothing.</summary>
    public const int DefaultClaimSeconds = 14 * 24 * 3600;

    /// <summary>The draft, or the first refusal of the ladder.</summary>
    /// <param name="sources">Names of the entropy sources that this server has.</param>
    /// <param name="preferred">The source where none is named.</param>
    /// <param name="options">The bounds of this server.</param>
    public static Result<Lot> Decide(CreateLotRequest request, ProductInfo? product, IReadOnlyCollection<string> sources, string preferred, DrawsOptions options, Guid by, Guid lotId, DateTimeOffset now)
    {
        if ((request.Kind ?? Lot.Certificates) != Lot.Certificates) return DrawsRefusals.KindUnknown;
        if (product is null) return DrawsRefusals.ProductNotFound;
        if (Goods(product) is { } unfit) return unfit;
        if (request.Nominal is not { } nominal) return DrawsRefusals.NominalInvalid;
        if (nominal.Currency != product.Price.Currency) return DrawsRefusals.CurrencyMismatch.With(("currency", product.Price.Currency.Code));
        if (nominal.Minor <= 0 || nominal.Minor > product.Price.Minor) return DrawsRefusals.NominalInvalid;
        var margin = request.MarginPercent ?? 0;
        if (margin is < 0 or > 1000) return DrawsRefusals.MarginInvalid;
        var entries = request.Entries ?? LotTerms.Entries(product.Price.Minor, margin, nominal.Minor);
        if (!EntriesFit(entries, nominal.Minor)) return DrawsRefusals.EntriesInvalid.With(("entries", entries));
        var winners = request.Winners ?? 1;
        if (winners is < 1 or > MostPlaces || winners > entries) return DrawsRefusals.WinnersInvalid;
        var reserves = request.Reserves ?? 0;
        if (reserves is < 0 or > MostPlaces) return DrawsRefusals.ReservesInvalid;
        var cap = request.MaxEntriesPerPerson ?? (int)entries;
        if (cap < 1) return DrawsRefusals.CapInvalid;
        var timing = DrawTiming.Decide(request, sources, preferred, options, now);
        if (timing.Refused) return timing.Refusal!;
        if (!UnclaimedPolicies.TryParse(request.UnclaimedPolicy, out var unclaimed)) return DrawsRefusals.UnclaimedPolicyUnknown;
        if (!UnsoldPolicies.TryParse(request.UnsoldPolicy?.Name, out var policy, out var inName)) return DrawsRefusals.PolicyUnknown;
        var cash = inName ?? request.UnsoldPolicy?.Percent ?? request.CashPercent ?? UnsoldPolicies.DefaultCashPercent;
        if (cash is < 1 or > 100) return DrawsRefusals.CashPercentInvalid;
        return new Lot
        {
            Id = lotId,
            ShopId = product.ShopId,
            ProductId = product.ProductId,
            Kind = Lot.Certificates,
            Title = LotTerms.Title(product.Name),
            TitleSearch = LotTerms.Searched(LotTerms.Title(product.Name)),
            Currency = nominal.Currency.Code,
            Price = product.Price.Minor,
            Nominal = nominal.Minor,
            Entries = (int)entries,
            EntriesGiven = request.Entries is not null,
            MarginPercent = margin,
            Winners = winners,
            Reserves = reserves,
            Cap = Math.Min(cap, (int)entries),
            ClosesAt = timing.Value.ClosesAt,
            DrawDelaySeconds = timing.Value.DelaySeconds,
            ClaimSeconds = timing.Value.ClaimSeconds,
            Unclaimed = unclaimed,
            Policy = policy,
            CashPercent = cash,
            Entropy = timing.Value.Entropy,
            CreatedAt = now,
            CreatedBy = by,
        };
    }

    /// <summary>Why these goods cannot be sold by draw now, or null.</summary>
    public static Refusal? Goods(ProductInfo product)
    {
        if (!product.Active) return DrawsRefusals.ProductInactive;
        if (product.Essential) return DrawsRefusals.EssentialGoods;
        if (product.Price.Minor is <= 0 or > LotTerms.MaxAmount) return DrawsRefusals.PriceInvalid;
        return null;
    }

    /// <summary>True where the number is allowed and the whole fits the ledger.</summary>
    public static bool EntriesFit(long entries, long nominal) =>
        entries is >= 1 and <= LotTerms.MaxEntries && (Int128)entries * nominal <= LotTerms.MaxAmount;
}
