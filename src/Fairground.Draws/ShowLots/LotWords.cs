using System.Globalization;
using Fairground.Kernel;
using Fairground.Ui;

namespace Fairground.Draws;

/// <summary>What pages say about a lot. Pure.</summary>
internal static class LotWords
{
    /// <summary>The states of lots on sale, of those that wait for their draw, and of those that are over, as the API writes them.</summary>
    public const string OnSale = "open";
    public const string Waiting = "sold_out,closed,drawing";
    public const string Over = "drawn,settled,cancelled,refunded";

    /// <summary>What lists of lots for the office and for shops can be narrowed to.</summary>
    public static IReadOnlyList<(string Wire, string Text)> Filters =>
    [
        ("", T["All states"]), ("draft", T["Drafts"]), (OnSale, T["On sale"]), (Waiting, T["Waiting for the draw"]), ("drawn", T["To hand over"]), ("settled", T["Finished"]), ("cancelled,refunded", T["Cancelled"]),
    ];

    /// <summary>A lot that is on sale at this moment.</summary>
    public static bool IsOpen(this LotView lot) => lot.State == "open";

    /// <summary>A lot whose winners are known.</summary>
    public static bool IsDrawn(this LotView lot) => lot.State is "drawn" or "settled";

    /// <summary>A lot that was stopped or not sold out, so that the money goes back.</summary>
    public static bool IsCancelled(this LotView lot) => lot.State is "cancelled" or "refunded";

    /// <summary>A lot that is sold and waits for its draw.</summary>
    public static bool IsWaiting(this LotView lot) => lot.State is "sold_out" or "closed" or "drawing";

    /// <summary>Where a lot stands, in words.</summary>
    public static string State(string state) => state switch
    {
        "draft" => T["Draft"],
        "open" => T["On sale"],
        "sold_out" => T["Sold out"],
        "closed" => T["Sale ended"],
        "drawing" => T["Draw is coming"],
        "drawn" => T["Drawn"],
        "settled" => T["Finished"],
        "cancelled" => T["Cancelled, refunding"],
        "refunded" => T["Money returned"],
        _ => state,
    };

    /// <summary>Its colour and sign.</summary>
    public static Tone ToneOf(string state) => state switch
    {
        "open" => Tone.Warm,
        "sold_out" or "closed" or "drawing" => Tone.Info,
        "drawn" or "settled" => Tone.Good,
        "cancelled" or "refunded" => Tone.Quiet,
        _ => Tone.Neutral,
    };

    /// <summary>A certificate's state for its holder.</summary>
    public static (string Text, Tone Tone) Certificate(string state, string lotState) => state switch
    {
        "won" => (T["Won"], Tone.Good),
        "reserve" => (T["Reserve"], Tone.Info),
        "annulled" => (T["Annulled"], Tone.Quiet),
        "refunded" => (lotState == "refunded" ? T["Refunded"] : T["Refund coming"], Tone.Quiet),
        "candidate" or "bought" or "claimed" or "waived" or "unpaid" or "not_delivered" => TwoStageWords.Place(state),
        _ => (T["In play"], Tone.Warm),
    };

    /// <summary>What the badge of a draw may say: proved only where the server recomputed it and every check passed.</summary>
    public static ProofState Badge(LotView lot) => lot.ProofCheck is { State: ProofCheckView.Proved } ? ProofState.Proved : ProofState.CheckYourself;

    /// <summary>Why a cancelled lot has no draw, as far as it was recorded.</summary>
    public static string WhyCancelled(LotView lot) => lot.Cancellation switch
    {
        { Reason: { } said } => T["This lot was cancelled: {0}. There is no draw.", said.TrimEnd('.')],
        { Code: Cancellation.NobodyBought } when lot.TwoStage is not null => T["Nobody applied, so there is no draw of this lot."],
        { Code: Cancellation.TooFew } => T["There were fewer applications than the terms ask for, so there is no draw of this lot."],
        { Code: Cancellation.NobodyBought } => T["Nobody bought a certificate, so there is no draw of this lot."],
        { Code: Cancellation.NotSoldOut } => T["This lot did not sell out, so by its terms there is no draw."],
        { Code: Cancellation.NoRandomness } => T["No source of randomness that the terms name answered in the time that they give, so there is no draw."],
        { Code: Cancellation.ClosedTooLate } => T["The list could not be published before the round that was to decide was known, so there is no draw."],
        _ => T["There is no draw of this lot."],
    };

    /// <summary>What happens if some certificates are left, as a promise (C-22).</summary>
    public static string Unsold(LotView lot) => Unsold(lot.UnsoldPolicy, lot.CashPercent, lot.Winners);

    /// <inheritdoc cref="Unsold(LotView)"/>
    public static string Unsold(string policy, int? cashPercent, int winners) => policy switch
    {
        "refund-all" => T["There is no draw, and everyone gets the full price back into the wallet."],
        "extend-once" => T["The sale goes on once more for the same length, at most a week. If certificates are left even then, everyone gets the full price back."],
        "cash-alternative" => winners == 1
            ? T["The draw takes place, and the winner gets {0} % of what was collected in money instead of the goods.", cashPercent ?? UnsoldPolicies.DefaultCashPercent]
            : T["The draw takes place, and the winners share {0} % of what was collected in money instead of the goods.", cashPercent ?? UnsoldPolicies.DefaultCashPercent],
        _ => T["The draw takes place all the same, among the certificates that were sold."],
    };

    /// <summary>What follows where nobody collects, in short.</summary>
    public static string Unclaimed(string policy) => policy == "return-to-shop" ? T["after that the shop keeps the goods"] : T["after that the next in reserve is called"];

    /// <summary>The chance of so many certificates if the lot sells out.</summary>
    public static string Odds(int held, int winners, int entries) => T["{0} in {1}", Count(Math.Min((long)held * winners, entries)), Count(entries)];

    /// <summary>A count of certificates.</summary>
    public static string Certificates(int count) => T.Count(count, "{0} certificate", "{0} certificates");

    /// <summary>A count in groups of three.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture).Replace(',', '\u202F');

    /// <summary>A length of time in its two largest units.</summary>
    public static string Span(TimeSpan span)
    {
        (int Count, string Text)[] units =
        [
            ((int)span.TotalDays, T.Count((int)span.TotalDays, "{0} day", "{0} days")), (span.Hours, T.Count(span.Hours, "{0} hour", "{0} hours")),
            (span.Minutes, T.Count(span.Minutes, "{0} minute", "{0} minutes")), (span.Seconds, T.Count(span.Seconds, "{0} second", "{0} seconds")),
        ];
        var said = units.SkipWhile(u => u.Count == 0).Take(2).Where(u => u.Count > 0).Select(u => u.Text).ToList();
        return said.Count == 0 ? T["at once"] : string.Join(" ", said);
    }

    /// <summary>When the draw follows the end of the sale.</summary>
    public static string Delay(int seconds) => seconds == 0 ? T["right after the sale ends"] : T["{0} after the sale ends", Span(TimeSpan.FromSeconds(seconds))];

    /// <summary>What the source of randomness promises (draw proof); the words of the proof are the English ones.</summary>
    public static string Promise(string entropy) => T[PromiseOf(entropy)];

    private static string PromiseOf(string entropy) => entropy switch
    {
        Fairness.DrandEntropy.Source => Fairness.DrandEntropy.Promise,
        Fairness.DrandEntropy.MixedSource => Fairness.DrandEntropy.MixedPromise,
        Fairness.NistEntropy.Source => Fairness.NistEntropy.Promise,
        _ => Fairness.CommitReveal.Promise,
    };

    /// <summary>Where the chance comes from, in a sentence.</summary>
    public static string Chance(string entropy) => entropy switch
    {
        Fairness.DrandEntropy.Source => T["A round of the public drand beacon that lies after the end of the sale."],
        Fairness.DrandEntropy.MixedSource => T["A round of the public drand beacon that lies after the end of the sale, mixed with a secret locked in before the first sale."],
        Fairness.NistEntropy.Source => T["A pulse of a public beacon that lies after the end of the sale."],
        _ => T["A secret locked in before the first sale, opened at the draw."],
    };

    /// <summary>The life of a lot and how far it has come.</summary>
    public static (IReadOnlyList<Step> Steps, int Current) Life(LotView lot)
    {
        if (lot.IsCancelled())
        {
            Step[] back = [new(T["On sale"], Day(lot.OpenedAt)), new(T["Cancelled"], Day(lot.ClosedAt)), T["Money returned"]];
            return (back, lot.State == "refunded" ? back.Length : 2);
        }
        Step[] steps =
        [
            new(T["On sale"], Day(lot.OpenedAt)),
            new(lot.Sold == lot.Entries ? T["Sold out"] : lot.ClosedAt is null ? T["Sale ends"] : T["Sale ended"], Day(lot.ClosedAt ?? lot.ClosesAt)),
            new(T["Draw"], Day(lot.DrawsAt) ?? LotWords.Delay(lot.DrawDelaySeconds)),
            new(lot.State == "settled" ? T["Finished"] : lot.Cash ? T["Paid to the winner"] : T["Prize collected"]),
        ];
        var current = lot.State switch
        {
            "draft" or "open" => 0,
            "sold_out" or "closed" => 1,
            "drawing" => 2,
            "drawn" => 3,
            _ => steps.Length,
        };
        return (steps, current);
    }

    /// <summary>What is in the way, and what to do about it.</summary>
    public static (string? Advice, string? Href, string? Action) Help(Refusal refusal) => refusal.Code switch
    {
        "wallet.insufficient_funds" => (T["Nothing was charged. Top up and come back: your place on this page is kept."], "/wallet", T["Top up the wallet"]),
        "lot.sold_out" => (T["Nothing was charged. If fewer are left than you asked for, choose fewer."], "/lots", T["See other lots"]),
        "lot.not_open" => (T["Nothing was charged."], "/lots", T["See what is on sale"]),
        "lot.entry_cap" => (T["Nothing was charged. The limit is the same for everyone, so that nobody buys up a draw."], null, null),
        "server.busy" or "server.unavailable" => (T["Press the button again: the same purchase is never charged twice."], null, null),
        _ => (null, null, null),
    };

    private static string? Day(DateTimeOffset? at) => at is { } day ? TimeWords.Short(day) : null;
}
