using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Fairground.Sandbox;

/// <summary>Where a played payment stands.</summary>
public enum PlayState
{
    /// <summary>Waits for the person.</summary>
    Open,

    /// <summary>The person agreed; the merchant may take the money (PayPal).</summary>
    Approved,

    Paid,
    Declined,
    Expired,
}

/// <summary>A chargeback as it is played.</summary>
public enum PlayDispute
{
    None,
    Open,
    Won,
    Lost,
}

/// <summary>A refund as it is played.</summary>
public sealed record PlayRefund(string Id, string Key, long Amount)
{
    /// <summary>False once it was rejected after all.</summary>
    public bool Stands { get; set; } = true;

    /// <summary>Still on its way.</summary>
    public bool Pending { get; set; }
}

/// <summary>One payment as the played company keeps it.</summary>
public sealed class Play
{
    /// <summary><c>stripe</c>, <c>paypal</c> or <c>epay</c>.</summary>
    public required string Company { get; init; }

    /// <summary>The company's name of it: a session, an order, an invoice.</summary>
    public required string Id { get; init; }

    /// <summary>The company's name of the money: an intent, a capture, a transaction.</summary>
    public required string ChargeId { get; init; }

    /// <summary>The merchant's own name of it.</summary>
    public required string Merchant { get; init; }

    /// <summary>Stripe's name of the customer whose kept way of paying it was taken from; empty where a person paid.</summary>
    public string Customer { get; init; } = "";

    /// <summary>Minor units.</summary>
    public required long Amount { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    public string ReturnUrl { get; init; } = "";

    public string CancelUrl { get; init; } = "";

    /// <summary>Where ePay tells of success and failure; the others have one address for all.</summary>
    public string NoticeUrl { get; init; } = "";

    public string FailureNoticeUrl { get; init; } = "";

    /// <summary>What ePay gives back in its notice.</summary>
    public string Secret { get; init; } = "";

    /// <summary>When it was registered.</summary>
    public DateTimeOffset At { get; set; }

    public PlayState State { get; set; }

    public PlayDispute Dispute { get; set; }

    public bool Settled { get; set; }

    public List<PlayRefund> Refunds { get; } = [];

    public long Refunded => Refunds.Where(r => r.Stands).Sum(r => r.Amount);

    public Lock Gate { get; } = new();
}

/// <summary>A way of paying that a person lets a merchant keep.</summary>
public sealed class PlayMethod
{
    /// <summary><c>stripe</c>, <c>paypal</c> or <c>epay</c>.</summary>
    public required string Company { get; init; }

    /// <summary>The company's name of the asking: a session, a setup token, an invoice.</summary>
    public required string Id { get; init; }

    /// <summary>By which it is charged, once the person has agreed: a payment method, a payment token.</summary>
    public required string Token { get; init; }

    public required string Merchant { get; init; }

    public string Customer { get; init; } = "";

    public string ReturnUrl { get; init; } = "";

    public string CancelUrl { get; init; } = "";

    public bool IsAgreed { get; set; }

    public bool IsForgotten { get; set; }

    /// <summary>The last four digits of the card behind it.</summary>
    public string LastDigits { get; set; } = "4242";

    /// <summary>The bank behind it says no to charges without the person.</summary>
    public bool Declines { get; set; }

    /// <summary>The bank behind it wants the person at every charge (3-D Secure).</summary>
    public bool AsksFirst { get; set; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>ePay's name of the check of the card.</summary>
    public string TransactionId { get; } = Guid.CreateVersion7().ToString();

    /// <summary>Where ePay tells that a card was kept, or not.</summary>
    public string NoticeUrl { get; init; } = "";

    public string FailureNoticeUrl { get; init; } = "";

    /// <summary>What ePay gives back in its notice.</summary>
    public string Secret { get; init; } = "";
}

/// <summary>All payments of the played companies, and what people, banks and merchants do to them.</summary>
public sealed class Till(Notices notices, Faults faults)
{
    private readonly ConcurrentDictionary<string, Play> plays = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Play> byKey = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, PlayMethod> methods = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Play> Plays => [.. plays.Values];

    public IReadOnlyCollection<PlayMethod> Methods => [.. methods.Values];

    /// <summary>The way of paying that was asked for with this key, or the new one.</summary>
    public PlayMethod Keep(string key, Func<PlayMethod> make) => methods.GetOrAdd(key, _ => make());

    public PlayMethod? FindMethod(string company, string id) => methods.Values.FirstOrDefault(m => m.Company == company && m.Id == id);

    /// <summary>The kept way of paying that is charged by this name; null where nobody agreed to it, or it was forgotten.</summary>
    public PlayMethod? OfToken(string company, string token) => methods.Values.FirstOrDefault(m => m.Company == company && m.Token == token && m is { IsAgreed: true, IsForgotten: false });

    /// <summary>The merchant charges a kept way of paying; the same payment twice is one.</summary>
    public void Charge(Play play)
    {
        lock (play.Gate)
        {
            if (play.State != PlayState.Open) return;
            play.State = PlayState.Paid;
        }
        notices.Of(play, "paid");
    }

    /// <summary>A charge that is one more each time it is asked for. The first under a number is the one that is found by it.</summary>
    public Play Add(Play play)
    {
        if (!plays.TryAdd($"{play.Company} {play.Id}", play)) plays[$"{play.Company} {play.Id} {play.ChargeId}"] = play;
        return play;
    }

    /// <summary>The merchant sets money aside on a kept card; taken it is when the merchant says so.</summary>
    public void Authorise(Play play)
    {
        lock (play.Gate)
        {
            if (play.State != PlayState.Open) return;
            play.State = PlayState.Approved;
        }
        notices.Of(play, "approved");
    }

    /// <summary>The person lets the merchant keep a way of paying.</summary>
    public void Agree(PlayMethod method, bool declines, bool asksFirst, string lastDigits)
    {
        (method.IsAgreed, method.Declines, method.AsksFirst, method.LastDigits) = (true, declines, asksFirst, lastDigits);
        notices.Of(method);
    }

    /// <summary>The payment that a refund is of.</summary>
    public Play? OfRefund(string company, string refund) => plays.Values.FirstOrDefault(p => p.Company == company && p.Refunds.Any(r => r.Id == refund));

    public static string NewId(string prefix) => prefix + Convert.ToHexString(RandomNumberGenerator.GetBytes(10));

    /// <summary>The payment that was registered with this key, or the new one: asking twice is asking once.</summary>
    public Play Register(string key, Func<Play> make)
    {
        if (faults.ForgetKeys) byKey.TryRemove(key, out _);
        var play = byKey.GetOrAdd(key, _ => make());
        if (play.At == default) play.At = notices.Now;
        plays[$"{play.Company} {play.Id}"] = play;
        return play;
    }

    public Play? Find(string company, string id) => plays.GetValueOrDefault($"{company} {id}");

    public Play? FindCharge(string company, string charge) => plays.Values.FirstOrDefault(p => p.Company == company && p.ChargeId == charge);

    /// <summary>The payment that the merchant calls so.</summary>
    public Play OfMerchant(string merchant) => plays.Values.Single(p => p.Merchant == merchant || p.Id == merchant);

    /// <summary>The person pays. Where the merchant has to take the money, it is only agreed to.</summary>
    public void Pay(Play play)
    {
        lock (play.Gate)
        {
            if (play.State != PlayState.Open) return;
            play.State = play.Company == "paypal" ? PlayState.Approved : PlayState.Paid;
        }
        notices.Of(play, play.State == PlayState.Approved ? "approved" : "paid");
    }

    /// <summary>The merchant takes what was agreed to.</summary>
    public void Capture(Play play)
    {
        lock (play.Gate)
        {
            if (play.State != PlayState.Approved) return;
            play.State = PlayState.Paid;
        }
        notices.Of(play, "paid");
    }

    /// <summary>The bank says no. With Stripe and PayPal the person may try again on the same page; with ePay it is over.</summary>
    public void Decline(Play play)
    {
        lock (play.Gate)
        {
            if (play.State != PlayState.Open) return;
            if (play.Company == "epay") play.State = PlayState.Declined;
        }
        notices.Of(play, "declined");
    }

    public void Expire(Play play)
    {
        lock (play.Gate)
        {
            if (play.State is not (PlayState.Open or PlayState.Approved)) return;
            play.State = PlayState.Expired;
        }
        notices.Of(play, "expired");
    }

    /// <summary>Gives money back; the same key is the same refund. Null where there is not so much left.</summary>
    public PlayRefund? Refund(Play play, string key, long amount, bool pending = false)
    {
        PlayRefund refund;
        lock (play.Gate)
        {
            if (play.Refunds.FirstOrDefault(r => r.Key == key) is { } known) return known;
            if (play.State != PlayState.Paid || amount <= 0 || play.Refunded + amount > play.Amount) return null;
            refund = new PlayRefund(NewId("re_"), key, amount) { Pending = pending };
            play.Refunds.Add(refund);
        }
        notices.Of(play, "refunded");
        return refund;
    }

    /// <summary>The bank of the person did not take a refund after all.</summary>
    public void FailRefund(Play play, PlayRefund refund)
    {
        lock (play.Gate) (refund.Stands, refund.Pending) = (false, false);
        notices.Of(play, "refund-failed");
    }

    public void Settle(Play play)
    {
        play.Settled = true;
        notices.Of(play, "settled");
    }

    /// <summary>Tells of something that did not happen; only reading back tells the truth.</summary>
    public void Pretend(Play play, string what) => notices.Of(play, what);

    /// <summary>The person's bank takes the money back for now, or a bank decides.</summary>
    public void Dispute(Play play, PlayDispute dispute)
    {
        lock (play.Gate)
        {
            if (play.State != PlayState.Paid || play.Dispute >= dispute) return;
            play.Dispute = dispute;
        }
        notices.Of(play, dispute switch { PlayDispute.Open => "disputed", PlayDispute.Won => "dispute-won", _ => "dispute-lost" });
    }
}

/// <summary>Amounts as the companies write them.</summary>
public static class PlayMoney
{
    private static int Digits(string currency) => currency.ToUpperInvariant() switch { "KRW" or "JPY" or "VND" => 0, "KWD" or "OMR" or "BHD" => 3, _ => 2 };

    public static string Decimal(long minor, string currency)
    {
        var digits = Digits(currency);
        return digits == 0 ? $"{minor}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{minor / Power(digits)}.{(minor % Power(digits)).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(digits, '0')}");
    }

    public static long Minor(decimal amount, string currency) => (long)(amount * Power(Digits(currency)));

    private static long Power(int digits) => digits switch { 0 => 1, 3 => 1000, _ => 100 };
}
