using System.Text.Json.Serialization;

namespace Fairground.Kernel.Contracts;

/// <summary>Ways of selling, as packs of rules name them.</summary>
public static class SaleModes
{
    /// <summary>Certificates of a lot and one draw (requirements C).</summary>
    public const string Certificates = "certificates";

    /// <summary>Two payments with a draw between them (requirements D).</summary>
    public const string TwoStage = "two-stage";

    /// <summary>Prepaid at one shop, spent at every shop (requirements M).</summary>
    public const string MembershipStrict = "membership-strict";

    /// <summary>Prepaid at one shop, its price honoured at every shop; no money goes between shops.</summary>
    public const string MembershipDiscount = "membership-discount";

    /// <summary>Coupons and points at kiosks (requirements K).</summary>
    public const string Coupons = "coupons";

    /// <summary>Entries into draws sold at kiosks.</summary>
    public const string KioskEntries = "kiosk-entries";

    /// <summary>Services of many tiers (requirements S).</summary>
    public const string Services = "services";

    public static IReadOnlyList<string> All { get; } = [Certificates, TwoStage, MembershipStrict, MembershipDiscount, Coupons, KioskEntries, Services];

    /// <summary>True where what is sold is a chance: such a mode needs a chosen pack.</summary>
    public static bool SellsAChance(string mode) => mode is Certificates or TwoStage or KioskEntries;
}

/// <summary>What a pack answers to a way of selling.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModeAnswer>))]
public enum ModeAnswer
{
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>Only where the operator has named the licence or permit that lets it.</summary>
    [JsonStringEnumMemberName("licence")]
    Licence,

    [JsonStringEnumMemberName("closed")]
    Closed,
}

/// <summary>How much a person must show of their age before they take part.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AgeDemand>))]
public enum AgeDemand
{
    /// <summary>Nothing; who says to be younger is kept out.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The person's own word.</summary>
    [JsonStringEnumMemberName("declared")]
    Declared,

    /// <summary>Somebody looked at a document.</summary>
    [JsonStringEnumMemberName("checked")]
    Checked,
}

/// <summary>What a pack says of one way of selling, and where that stands.</summary>
/// <param name="FirstPayment">Of two payments, what becomes of the first: <c>kept</c> by the method's own rule (where null), <c>authorised</c> until the draw, or <c>refunded</c> to those who do not buy.</param>
public sealed record ModeRule(ModeAnswer Answer, string Because, string? FirstPayment = null);

/// <summary>The age gate.</summary>
/// <param name="Minimum">Years.</param>
public sealed record AgeRule(int Minimum, AgeDemand Demand);

/// <summary>Rules for prizes by draw; what is null is not ruled.</summary>
/// <param name="HighestPrizeMinor">Of one prize, in <paramref name="PrizeCurrency"/>.</param>
/// <param name="PrizeSharePercent">The prizes are worth at least this share of what all certificates bring in.</param>
public sealed record DrawRule(long? HighestPrizeMinor, string? PrizeCurrency, int? PrizeSharePercent);

/// <summary>Limits and breaks that people set for themselves.</summary>
/// <param name="RaiseAfterHours">A raised limit waits this long.</param>
public sealed record LimitRule(int RaiseAfterHours, int ShortestBreakHours, int LongestBreakDays, int ShortestExclusionMonths);

/// <summary>From when on the operator is told of a person.</summary>
/// <param name="ChasingTopUps">Top-ups within a day, each after money had been spent.</param>
/// <param name="NightPurchases">Purchases in a week between the night's hours.</param>
/// <param name="NightFromHour">The local hour at which night begins.</param>
/// <param name="NightToHour">The local hour at which it ends.</param>
/// <param name="RaisedLimits">Limits raised or taken off within 30 days.</param>
/// <param name="DeclinedPayments">Payments that failed within a week.</param>
public sealed record SignalRule(int ChasingTopUps, int NightPurchases, int NightFromHour, int NightToHour, int RaisedLimits, int DeclinedPayments);

/// <summary>Rules for personal data.</summary>
/// <param name="VisitDays">How long visits are kept.</param>
/// <param name="Storage">Where data may lie, in words.</param>
public sealed record DataRule(int VisitDays, string Storage);

/// <summary>Something the operator must see to itself.</summary>
/// <param name="Source">Where that stands.</param>
public sealed record Duty(string Text, string Source);

/// <summary>The rules of one place: a file, so that they can be read, compared and renewed without a new program.</summary>
/// <param name="Id">Lower case: <c>kz</c>.</param>
/// <param name="Version">Counts up with each change of the file.</param>
/// <param name="AsOf">The day the rules were last looked at, as yyyy-mm-dd.</param>
/// <param name="DayOffsetMinutes">When the day of limits begins: minutes that local time is ahead of UTC.</param>
/// <param name="Notice">Shown on every page; null for none.</param>
/// <param name="WithdrawalDays">Days in which a distance purchase may be withdrawn; null where that is not ruled for entries.</param>
public sealed record JurisdictionPack(
    string Id, int Version, string Name, string AsOf, int DayOffsetMinutes, string? Notice, IReadOnlyDictionary<string, ModeRule> Modes, AgeRule Age, DrawRule Draws, LimitRule Limits,
    SignalRule Signals, DataRule Data, int? WithdrawalDays, IReadOnlyList<Duty> Duties);

/// <summary>The chosen pack, and the licence that the operator named with it.</summary>
public sealed record Jurisdiction(JurisdictionPack Pack, string? Licence)
{
    /// <summary>Null where the mode may be sold; else <c>jurisdiction.mode_closed</c> or <c>jurisdiction.licence_missing</c>.</summary>
    public Refusal? MaySell(string mode)
    {
        var rule = Pack.Modes[mode];
        var detail = (("pack", (object?)Pack.Id), ("mode", (object?)mode));
        return rule.Answer switch
        {
            ModeAnswer.Open => null,
            ModeAnswer.Licence when !string.IsNullOrWhiteSpace(Licence) => null,
            ModeAnswer.Licence => JurisdictionRefusals.LicenceMissing.Saying($"{T[JurisdictionRefusals.LicenceMissing.Sentence]} {T[rule.Because]}", detail.Item1, detail.Item2),
            _ => JurisdictionRefusals.ModeClosed.Saying($"{T[JurisdictionRefusals.ModeClosed.Sentence]} {T[rule.Because]}", detail.Item1, detail.Item2),
        };
    }

    /// <summary>Null where a draw for these prizes may be published; else <c>jurisdiction.prize_too_high</c> or <c>jurisdiction.prize_share</c>.</summary>
    /// <param name="prize">Of one winner.</param>
    /// <param name="winners">How many prizes.</param>
    /// <param name="proceedsMinor">What all certificates bring in, in the prize's currency.</param>
    public Refusal? MayOffer(Money prize, int winners, long proceedsMinor)
    {
        if (Pack.Draws.HighestPrizeMinor is { } highest && prize.Currency.Code == Pack.Draws.PrizeCurrency && prize.Minor > highest)
            return JurisdictionRefusals.PrizeTooHigh.With(("pack", Pack.Id), ("highest", new Money(highest, prize.Currency).ToString()));
        if (Pack.Draws.PrizeSharePercent is { } share && (Int128)prize.Minor * winners * 100 < (Int128)proceedsMinor * share)
            return JurisdictionRefusals.PrizeShare.With(("pack", Pack.Id), ("percent", share));
        return null;
    }
}

/// <summary>Which place's rules this market lives by. Answered by Protection.</summary>
public interface IJurisdiction
{
    /// <summary>Null where the operator has not chosen one. Read anew every few seconds.</summary>
    ValueTask<Jurisdiction?> Chosen(CancellationToken ct);
}

/// <summary>Chooses the rules, for the command line. Answered by Protection.</summary>
public interface IJurisdictionChoice
{
    /// <summary>The packs that come with the program.</summary>
    IReadOnlyList<JurisdictionPack> Packs { get; }

    /// <summary>Refuses with <c>jurisdiction.unknown</c> and <c>jurisdiction.licence_invalid</c>.</summary>
    /// <param name="by">The operator; null from the command line.</param>
    Task<Result<Jurisdiction>> Choose(string? id, string? licence, Guid? by, CancellationToken ct);
}

/// <summary>Refusals that come from a pack.</summary>
public static class JurisdictionRefusals
{
    public static readonly RefusalKind NotChosen = new("jurisdiction.not_chosen", 409, "The operator has not chosen yet whose law this market lives by, so nothing that sells a chance is offered.");
    public static readonly RefusalKind ModeClosed = new("jurisdiction.mode_closed", 403, "This way of selling is closed under the rules that the operator has chosen.");
    public static readonly RefusalKind LicenceMissing = new("jurisdiction.licence_missing", 403, "This way of selling needs a licence, and the operator has not named one.");
    public static readonly RefusalKind PrizeTooHigh = new("jurisdiction.prize_too_high", 422, "A prize by draw may not be worth that much under the rules that the operator has chosen.");
    public static readonly RefusalKind PrizeShare = new("jurisdiction.prize_share", 422, "The prizes are too small a share of what all certificates bring in under the rules that the operator has chosen.");
}
