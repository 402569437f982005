using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Decides whether a two-stage lot may be drafted from a request and the goods as they are now (D-01 to D-03, D-06, D-21). Pure.</summary>
internal static class CreateTwoStageDecision
{
    /// <summary>A candidate has so long to pay where the seller says nothing.</summary>
    public const int DefaultPaySeconds = 3 * 24 * 3600;

    /// <summary>The deposit, in per cent of the price of all units, where the seller says nothing.</summary>
    public const int DefaultDepositPercent = 10;

    /// <summary>The shortest life of mileage that has an end.</summary>
    public const int ShortestMileageDays = 30;

    private const int DefaultApproveDays = 7;
    private const int DefaultHandOverDays = 14;
    private const int LongestDays = 90;
    private const int LongestMileageDays = 3660;
    private const int MostUnits = 1000;
    private const int MostReserves = 1000;

    /// <summary>The draft and its money terms, or the first refusal of the ladder.</summary>
    /// <param name="mode">What the law of the place makes of first payments.</param>
    public static Result<(Lot Lot, TwoStage TwoStage)> Decide(
        CreateLotRequest request, ProductInfo? product, FirstPaymentMode mode, IReadOnlyCollection<string> sources, string preferred, DrawsOptions options, Guid by, Guid lotId, DateTimeOffset now)
    {
        if (product is null) return DrawsRefusals.ProductNotFound;
        if (CreateLotDecision.Goods(product) is { } unfit) return unfit;
        var money = Money(request, product.Price, options, mode);
        if (money.Refused) return money.Refusal!;
        var entries = Entries(request, money.Value);
        if (entries.Refused) return entries.Refusal!;
        var terms = money.Value with { Least = request.LeastApplications ?? money.Value.Quantity };
        if (terms.Least < terms.Quantity || terms.Least > entries.Value) return TwoStageRefusals.LeastInvalid;
        var reserves = request.Reserves ?? MostReserves;
        if (reserves is < 0 or > MostReserves) return DrawsRefusals.ReservesInvalid;
        var cap = request.MaxEntriesPerPerson ?? entries.Value;
        if (cap < 1) return DrawsRefusals.CapInvalid;
        var timing = DrawTiming.Decide(request with { ClaimSeconds = request.SecondPaymentSeconds ?? request.ClaimSeconds ?? DefaultPaySeconds }, sources, preferred, options, now);
        if (timing.Refused) return timing.Refusal!;
        var delivery = Delivery(request);
        if (delivery.Refused) return delivery.Refusal!;
        var title = LotTerms.Title(product.Name);
        return (new Lot
        {
            Id = lotId,
            ShopId = product.ShopId,
            ProductId = product.ProductId,
            Kind = Lot.TwoStage,
            Title = title,
            TitleSearch = LotTerms.Searched(title),
            Currency = product.Price.Currency.Code,
            Price = product.Price.Minor,
            Nominal = terms.FirstPayment,
            Entries = entries.Value,
            EntriesGiven = true,
            Winners = terms.Quantity,
            Reserves = reserves,
            Cap = Math.Min(cap, entries.Value),
            ClosesAt = timing.Value.ClosesAt,
            DrawDelaySeconds = timing.Value.DelaySeconds,
            ClaimSeconds = timing.Value.ClaimSeconds,
            Unclaimed = UnclaimedPolicy.NextReserve,
            Policy = UnsoldPolicy.DrawAnyway,
            CashPercent = UnsoldPolicies.DefaultCashPercent,
            Entropy = timing.Value.Entropy,
            CreatedAt = now,
            CreatedBy = by,
        }, new TwoStage(lotId, terms, delivery.Value));
    }

    private static Result<DeliveryTerms> Delivery(CreateLotRequest request)
    {
        var ways = HandoverWays.None;
        foreach (var name in request.Delivery ?? ["shipment", "pick-up"])
        {
            var way = name switch { "shipment" => HandoverWays.Shipment, "pick-up" => HandoverWays.PickUp, "nothing" => HandoverWays.Nothing, _ => HandoverWays.None };
            if (way == HandoverWays.None) return TwoStageRefusals.DeliveryInvalid;
            ways |= way;
        }
        if (ways == HandoverWays.None || (ways.HasFlag(HandoverWays.Nothing) && ways != HandoverWays.Nothing)) return TwoStageRefusals.DeliveryInvalid;
        var (approve, handOver) = (request.ApproveDays ?? DefaultApproveDays, request.HandOverDays ?? DefaultHandOverDays);
        return approve is < 1 or > LongestDays || handOver is < 1 or > LongestDays ? TwoStageRefusals.DeliveryInvalid : new DeliveryTerms(ways, approve, handOver);
    }

    // P1 follows from Np or Np from P1; where both are said they must agree (D-03).
    private static Result<TwoStageTerms> Money(CreateLotRequest request, Money price, DrawsOptions options, FirstPaymentMode mode)
    {
        if (new[] { request.FirstPayment, request.Fee, request.Deposit?.Fixed }.Any(m => m is { } amount && amount.Currency != price.Currency))
            return TwoStageRefusals.CurrencyMismatch.With(("currency", price.Currency.Code));
        var quantity = request.Quantity ?? request.Winners ?? 1;
        if (quantity is < 1 or > MostUnits) return TwoStageRefusals.QuantityInvalid;
        if ((Int128)price.Minor * quantity > LotTerms.MaxAmount) return TwoStageRefusals.AmountTooLarge;
        var total = price.Minor * quantity;
        if (request.FirstPayment is { } asked && (asked.Minor <= 0 || asked.Minor >= price.Minor)) return TwoStageRefusals.FirstPaymentInvalid;
        var predicted = request.Predicted ?? (request.FirstPayment is { } first ? TwoStageTerms.PredictedFor(price.Minor, quantity, first.Minor) : 0);
        if (predicted is < 2 or > LotTerms.MaxEntries || predicted < quantity) return TwoStageRefusals.PredictedInvalid;
        var p1 = TwoStageTerms.FirstPaymentFor(price.Minor, quantity, (int)predicted);
        if (request is { FirstPayment: { } said, Predicted: not null } && said.Minor != p1) return TwoStageRefusals.FirstPaymentInvalid.With(("firstPayment", p1));
        if (request.FirstPayment is { } alone) p1 = alone.Minor;
        if (p1 >= price.Minor) return TwoStageRefusals.FirstPaymentInvalid;
        var fee = request.Fee?.Minor ?? 0;
        if (fee < 0 || fee > total) return TwoStageRefusals.FeeInvalid;
        if (SurplusPercent(request.Surplus) is not { } percent) return TwoStageRefusals.SurplusInvalid;
        if (Rate(request.MileageRate) is not { } rate || rate > options.MostMileageRate) return TwoStageRefusals.MileageRateInvalid.With(("most", TwoStageTerms.Percent(options.MostMileageRate)));
        if (request.MileageDays is { } days and not 0 && days is < ShortestMileageDays or > LongestMileageDays) return TwoStageRefusals.MileageDaysInvalid;
        var (over, _) = TwoStageOutcomes.MileageFraction(percent);
        if ((Int128)total * Math.Max(over, 1) + fee + quantity > LotTerms.MaxAmount) return TwoStageRefusals.AmountTooLarge;
        if (request.Deposit is { Fixed: not null, Percent: not null } or { Percent: < 1 or > 100 }) return TwoStageRefusals.DepositInvalid.With(("leastPercent", options.LeastDepositPercent));
        var deposit = request.Deposit?.Fixed?.Minor ?? Up((Int128)total * (request.Deposit?.Percent ?? Math.Max(DefaultDepositPercent, options.LeastDepositPercent)));
        if (deposit <= 0 || deposit > total || deposit < LeastDeposit(total, options)) return TwoStageRefusals.DepositInvalid.With(("leastPercent", options.LeastDepositPercent));
        return new TwoStageTerms(
            price.Minor, quantity, (int)predicted, p1, fee, percent, rate, request.MileageDays ?? 0, deposit, quantity, request.StopAtPredicted ?? false, request.DrawByHand ?? false, mode);
    }

    // The most applications: what is expected where it ends there (D-12), else what was asked for, else as many as can be computed exactly.
    private static Result<int> Entries(CreateLotRequest request, TwoStageTerms terms)
    {
        var (over, _) = TwoStageOutcomes.MileageFraction(terms.MileagePercent);
        var most = Math.Min(LotTerms.MaxEntries, LotTerms.MaxAmount / checked(terms.FirstPayment * Math.Max(over, 1)));
        if (terms.StopAtPredicted) return terms.Predicted > most || request.Entries is { } other && other != terms.Predicted ? DrawsRefusals.EntriesInvalid : terms.Predicted;
        if (request.Entries is { } asked && (asked < 1 || asked > most)) return DrawsRefusals.EntriesInvalid.With(("entries", asked));
        return request.Entries ?? (int)most;
    }

    private static int? SurplusPercent(NamedChoice? surplus) => surplus switch
    {
        null or { Name: "operator", Percent: null } => 0,
        { Name: "mileage", Percent: null } => 100,
        { Name: "split", Percent: >= 1 and <= 99 } => surplus.Percent,
        _ => null,
    };

    /// <summary>A per cent with two decimals at most in hundredths of a per cent, 0 where nothing is said; null where it is no such number from 0 to 100.</summary>
    public static int? Rate(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return 0;
        if (!decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || percent is < 0 or > 100) return null;
        return percent * 100 == decimal.Truncate(percent * 100) ? (int)(percent * 100) : null;
    }

    /// <summary>What the operator wants left for goods of this price together, in minor units.</summary>
    public static long LeastDeposit(long total, DrawsOptions options) => Up((Int128)total * options.LeastDepositPercent);

    private static long Up(Int128 hundredfold) => (long)((hundredfold + 99) / 100);
}
