using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Amounts and terms that follow from what the seller chose.</summary>
internal static class LotTerms
{
    /// <summary>What the terms say of a price that could not be asked for when the lot opened.</summary>
    public const string LastKnownPrice = "the last that the shop's system said";

    public const int MaxEntries = 1_000_000;

    /// <summary>The largest integer that every reader of the published JSON holds exactly.</summary>
    public const long MaxAmount = (1L << 53) - 1;

    /// <summary>The number of certificates: price with margin over nominal, rounded up (C-09). Minor units, per cent.</summary>
    public static long Entries(long price, int marginPercent, long nominal)
    {
        var target = (Int128)price * (100 + marginPercent);
        var unit = (Int128)nominal * 100;
        return (long)((target + unit - 1) / unit);
    }

    /// <summary>The deadline of the one extension: the same length again.</summary>
    public static DateTimeOffset? ExtendedClosesAt(UnsoldPolicy policy, DateTimeOffset opensAt, DateTimeOffset closesAt) =>
        policy == UnsoldPolicy.ExtendOnce ? closesAt + (closesAt - opensAt) : null;

    /// <summary>Whole seconds, as the proof writes times.</summary>
    public static DateTimeOffset WholeSeconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    /// <summary>The terms as they are published at opening and never changed (draw proof, section 1).</summary>
    public static DrawTerms Of(Lot lot, DateTimeOffset opensAt, Entropy entropy, CurrentCost? cost = null, TwoStage? two = null)
    {
        var extra = new JsonObject
        {
            ["shop"] = lot.ShopId.ToString(),
            ["product"] = lot.ProductId.ToString(),
            ["drawDelaySeconds"] = lot.DrawDelaySeconds,
            ["latestDrawDays"] = (int)Sale.Week.TotalDays,
            ["unsoldPolicy"] = lot.Policy.Wire(),
            ["claimSeconds"] = lot.ClaimSeconds,
            ["contactAttempts"] = Win.EveryContact,
            ["unclaimedPolicy"] = lot.Unclaimed.Wire(),
            ["ifUnclaimed"] = lot.Unclaimed.Sentence(),
        };
        if (cost is { AsOf: { } asOf })
        {
            extra["priceFrom"] = cost.Origin == CostOrigin.LastKnown ? LastKnownPrice : "the shop's system";
            extra["priceAsOf"] = ProofTime.Format(WholeSeconds(asOf));
        }
        if (lot.Policy == UnsoldPolicy.CashAlternative) extra["cashPercent"] = lot.CashPercent;
        if (ExtendedClosesAt(lot.Policy, opensAt, lot.ClosesAt) is { } extended)
        {
            extra["extendedClosesAt"] = ProofTime.Format(extended);
            extra["ifStillUnsold"] = UnsoldPolicy.RefundAll.Wire();
        }
        if (two is not null) PublishedTwoStage.Say(extra, two, lot.Currency);
        return new DrawTerms
        {
            Lot = lot.Id.ToString(),
            Title = lot.Title,
            Kind = lot.Kind,
            Currency = lot.Currency,
            Price = lot.Price,
            EntryPrice = lot.Nominal,
            Entries = lot.Entries,
            MaxEntriesPerPerson = lot.Cap,
            Winners = lot.Winners,
            Reserves = lot.Reserves,
            OpensAt = ProofTime.Format(opensAt),
            ClosesAt = ProofTime.Format(lot.ClosesAt),
            Entropy = entropy,
            Outcomes = Outcomes(lot, two?.Terms).HashHex(),
            Extra = extra,
        };
    }

    /// <summary>The table of outcomes, as it is published. Pure.</summary>
    public static OutcomeTable Outcomes(Lot lot, TwoStageTerms? two) => two is null ? LotOutcomes.Of(lot).Published() : new TwoStageOutcomes(two, lot.Currency, lot.Entries).Published();

    /// <summary>What the published terms of a lot say becomes of first payments.</summary>
    public static FirstPaymentMode ModeOf(Lot lot) => lot.IsTwoStage ? FirstPaymentModes.Parse(Read(lot).Extra["firstPaymentMode"]?.GetValue<string>()) : FirstPaymentMode.Kept;

    /// <summary>The published terms of an opened lot.</summary>
    public static DrawTerms Read(Lot lot) => DrawTerms.Parse(CanonicalJson.Parse(lot.TermsJson ?? throw new InvalidOperationException($"Lot {lot.Id} has no terms.")));

    /// <summary>When the shop's system said the price last, where it did not answer as the lot opened; else null.</summary>
    public static DateTimeOffset? PriceAsOf(Lot lot)
    {
        // Most terms do not have the words, and need not be read for it.
        if (lot.TermsJson?.Contains(LastKnownPrice, StringComparison.Ordinal) != true || Read(lot).Extra is not { } extra || extra["priceFrom"]?.GetValue<string>() != LastKnownPrice) return null;
        return DateTimeOffset.Parse(extra["priceAsOf"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A title, or what is looked for in titles, in the form in which they are compared: databases know the lower case of Latin letters only.</summary>
    public static string Searched(string text) => text.Trim().ToLowerInvariant();

    /// <summary>A name as a title: without halves of surrogate pairs, which canonical JSON cannot hold, and not too long.</summary>
    public static string Title(string name)
    {
        var utf8 = new System.Text.UTF8Encoding(false, false);
        var clean = utf8.GetString(utf8.GetBytes(name.Trim()));
        return clean.Length <= 200 ? clean : utf8.GetString(utf8.GetBytes(clean[..200]));
    }
}
