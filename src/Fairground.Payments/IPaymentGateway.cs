using Fairground.Kernel;

namespace Fairground.Payments;

/// <summary>What a gateway must know to take a payment, and later to say how it went.</summary>
/// <param name="PaymentId">The same payment may be started again with the same id; it is one payment.</param>
/// <param name="Amount">Minor units and currency.</param>
/// <param name="ExpiresAt">When we stop waiting.</param>
/// <param name="ReturnUrl">The page of this market where the person comes back to, absolute.</param>
/// <param name="NoticeUrl">Where the gateway tells us what happened, absolute.</param>
/// <param name="Reference">The gateway's own name of the payment, once known: a session, an order, an invoice.</param>
/// <param name="ChargeReference">The gateway's own name of the money it took, once known: refunds and disputes are about that.</param>
public sealed record GatewayPayment(
    Guid PaymentId, Money Amount, DateTimeOffset ExpiresAt, string ReturnUrl = "", string NoticeUrl = "", string? Reference = null, string? ChargeReference = null);

/// <summary>A payment that the person can now make.</summary>
/// <param name="PayUrl">An absolute address, or a path on this site.</param>
/// <param name="Reference">The gateway's name of it; null where it has none.</param>
public sealed record StartedPayment(string PayUrl, string? Reference = null);

/// <summary>How a payment ended without money. What stands further down outweighs what stands above it.</summary>
public enum GatewayEnd
{
    None = 0,
    Expired = 1,
    Cancelled = 2,
    Failed = 3,
}

/// <summary>How far a chargeback is.</summary>
public enum GatewayDispute
{
    None = 0,

    /// <summary>The bank has taken the money back for now.</summary>
    Open = 1,

    /// <summary>We keep the money.</summary>
    Won = 2,

    /// <summary>The money is gone.</summary>
    Lost = 3,
}

/// <summary>What a gateway says of a payment at one moment, read from the gateway itself. Amounts are totals in minor units, so that an older report says nothing that a newer one does not.</summary>
/// <param name="Currency">ISO 4217 code of the amounts.</param>
/// <param name="Authorised">Set aside at the person's bank.</param>
/// <param name="Captured">Taken from the person.</param>
/// <param name="Refunded">Given back of it, by whoever asked for that.</param>
/// <param name="End">Ended without money.</param>
/// <param name="Disputed">How much a chargeback is about.</param>
/// <param name="Settled">The gateway owes us the money for good; only a chargeback can undo it.</param>
public sealed record GatewayReport(
    string Currency, long Authorised = 0, long Captured = 0, long Refunded = 0, GatewayEnd End = GatewayEnd.None,
    GatewayDispute Dispute = GatewayDispute.None, long Disputed = 0, bool Settled = false, string? ChargeReference = null);

/// <summary>A notice as it came over the wire.</summary>
/// <param name="Header">The value of a header; empty where there is none.</param>
/// <param name="Query">The value of a parameter of the address; empty where there is none.</param>
/// <param name="Body">Exactly the bytes that were signed.</param>
/// <param name="Now">When it came.</param>
public sealed record NoticeRequest(Func<string, string> Header, Func<string, string> Query, ReadOnlyMemory<byte> Body, DateTimeOffset Now);

/// <summary>What is believed of a notice: that something happened to a payment. What happened is read back.</summary>
/// <param name="EventId">The gateway's id of the fact, the same at every delivery.</param>
/// <param name="Kind">The gateway's name of what happened.</param>
/// <param name="PaymentId">Our own id, where the notice carries it.</param>
/// <param name="References">The gateway's names by which the payment can be found, where it does not.</param>
public sealed record GatewayNotice(string EventId, string Kind, Guid? PaymentId, IReadOnlyList<string> References);

/// <summary>Money to be given back by the way it came.</summary>
/// <param name="RefundId">The same refund may be asked for again with the same id; it is one refund.</param>
/// <param name="Before">What was refunded of the payment before this one, minor units: a gateway without ids of ours is asked first whether it has done it.</param>
public sealed record RefundOrder(Guid RefundId, Money Amount, string? Reference, long Before);

/// <summary>What became of a refund.</summary>
public enum RefundOutcome
{
    /// <summary>The gateway works on it.</summary>
    Pending = 0,

    /// <summary>The money is on its way to the person.</summary>
    Paid = 1,

    /// <summary>The gateway will not do it.</summary>
    Rejected = 2,
}

/// <summary>A gateway's answer about a refund.</summary>
/// <param name="Reference">Its own name of the refund.</param>
/// <param name="Reason">Its own word for why it was rejected.</param>
public sealed record GatewayRefund(RefundOutcome Outcome, string? Reference = null, string? Reason = null);

/// <summary>
/// Takes money from people on our behalf (C-13), on pages of its own: no card ever comes near this server. Calls may be lost and repeated; notices may come twice, late, in any order, or never.
/// Every call may refuse with <c>payment.gateway_unavailable</c> (ask again) and <c>payment.gateway_refused</c>.
/// </summary>
public interface IPaymentGateway
{
    /// <summary>Stable and lower case; stored with each payment and part of its clearing account.</summary>
    string Name { get; }

    /// <summary>What the way of paying is called, in English; pages say it in the reader's language.</summary>
    string Title { get; }

    /// <summary>Words by which the bank's statement shows that the company paid.</summary>
    IReadOnlyList<string> PaysAs => [Name];

    /// <summary>False for the gateway that is played here: it tells by itself how a payment ended, and there is nobody to ask.</summary>
    bool CanBeAsked { get; }

    /// <summary>True where the merchant numbers payments, with digits alone.</summary>
    bool WantsNumbers => false;

    /// <summary>True where it takes this currency.</summary>
    bool Takes(Currency currency);

    /// <summary>Registers the payment with the gateway and answers where the person pays. Safe to repeat.</summary>
    Task<Result<StartedPayment>> Start(GatewayPayment payment, CancellationToken ct);

    /// <summary>Asks how the payment stands. Where the gateway waits for our word to take money that the person has agreed to, the word is given.</summary>
    Task<Result<GatewayReport>> Read(GatewayPayment payment, CancellationToken ct);

    /// <summary>Gives money back, or asks what became of it. Safe to repeat.</summary>
    Task<Result<GatewayRefund>> Refund(GatewayPayment payment, RefundOrder order, CancellationToken ct);

    /// <summary>Checks who sent a notice and reads what it is about: <c>payment.notice_forged</c>, <c>payment.notice_unreadable</c>.</summary>
    Task<Result<GatewayNotice>> ReadNotice(NoticeRequest request, CancellationToken ct);
}

/// <summary>A way of paying that a person wants kept at the gateway.</summary>
/// <param name="MethodId">Asked for again with the same id it is one.</param>
/// <param name="ReturnUrl">The page of this market where the person comes back to, absolute.</param>
/// <param name="Reference">The gateway's own name of the asking, once known; our number for it from the beginning where the gateway wants numbers.</param>
/// <param name="NoticeUrl">Where the gateway may tell what became of it, absolute.</param>
public sealed record SavingOrder(Guid MethodId, Currency Currency, string ReturnUrl, string? Reference, string NoticeUrl = "");

/// <summary>What became of it.</summary>
/// <param name="Token">By which the gateway knows it from now on; null until the person has agreed. No card number.</param>
/// <param name="Label">By which the person knows it again: a brand and the last digits, as the gateway gives them.</param>
public sealed record SavedReport(string? Token, string? Label);

/// <summary>What a charge without the person came to.</summary>
/// <param name="Reference">The gateway's name of the payment; null where it made none.</param>
/// <param name="Reason">The gateway's own word for why it was declined; null where it was taken.</param>
public sealed record ChargeAnswer(string? Reference, string? Reason);

/// <summary>A gateway that keeps people's ways of paying, on a page of its own, and charges them later without the person. Refusals as of <see cref="IPaymentGateway"/>.</summary>
public interface ISavesMethods : IPaymentGateway
{
    /// <summary>Where the person agrees to it. Safe to repeat.</summary>
    Task<Result<StartedPayment>> StartSaving(SavingOrder order, CancellationToken ct);

    /// <summary>What became of it. Safe to repeat.</summary>
    Task<Result<SavedReport>> ReadSaving(SavingOrder order, CancellationToken ct);

    /// <summary>Takes a payment from a kept way of paying. Safe to repeat: the same payment is taken once.</summary>
    /// <param name="isFirst">For a gateway that would take the same payment twice if it were asked twice: true for whoever asks first, and never again. It is asked just before the charge.</param>
    Task<Result<ChargeAnswer>> Charge(GatewayPayment payment, string token, Func<Task<Result<bool>>> isFirst, CancellationToken ct);

    /// <summary>Looks for what was charged of a payment where the answer to that was lost; nothing is charged by it. What is found is still to be read.</summary>
    /// <param name="token">The kept way of paying, where it is still known.</param>
    /// <param name="given">A name that the gateway's notice or a person gave: of the payment, or of the money. Null to look by our own id.</param>
    /// <returns>The name by which it is read, and no reason; no name where nothing was found, or where this account may not look.</returns>
    Task<Result<ChargeAnswer>> FindCharge(GatewayPayment payment, string? token, string? given, CancellationToken ct);

    /// <summary>The gateway shall forget it.</summary>
    Task<Result<bool>> Forget(string token, CancellationToken ct);
}

internal static class GatewayTitles
{
    /// <summary>What a way of paying is called, in the reader's language; its name where it is switched off by now.</summary>
    public static string TitleOf(this IEnumerable<IPaymentGateway> gateways, string name) => gateways.FirstOrDefault(g => g.Name == name) is { } way ? T[way.Title] : name;
}
