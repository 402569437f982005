using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Keys;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments;

/// <summary>A wish to have somebody pay into one's wallet, on whichever device (D-07).</summary>
/// <param name="Amount">Minor units.</param>
internal sealed record PaymentLink(Guid Id, Guid UserId, long Amount, string Currency, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>How long a link may be paid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public static readonly HotTable<PaymentLink> Table = HotTable<PaymentLink>.Keyed(
        "payments_link",
        1,
        r => new PaymentLink(r.Uuid(0), r.Uuid(1), r.Long(2), r.Text(3), r.Instant(4), r.Instant(5)),
        new("id", HotType.Uuid, l => l.Id),
        new("user_id", HotType.Uuid, l => l.UserId),
        new("amount", HotType.Long, l => l.Amount),
        new("currency", HotType.Text, l => l.Currency),
        new("created_at", HotType.Long, l => l.CreatedAt.ToUnixTimeMilliseconds()),
        new("expires_at", HotType.Long, l => l.ExpiresAt.ToUnixTimeMilliseconds()));

    public Money Money => new(Amount, Kernel.Currency.Of(Currency));
}

/// <summary>Where whoever paid comes back to, and the tokens of links: the link's id with a seal of this server, so that nobody guesses one and none has to be kept.</summary>
internal sealed class WayBack(ServerSecrets secrets)
{
    private const int SealLength = 32;

    /// <summary>The payment as its gateway must know it.</summary>
    /// <param name="market">The market's address.</param>
    public GatewayPayment Of(Payment payment, string market) => new(
        payment.Id, payment.Money, payment.ExpiresAt,
        payment.LinkId is { } link ? $"{market}/pay/link/{TokenOf(link)}" : $"{market}/wallet/payments/{payment.Id}",
        $"{market}/api/v1/gateways/{payment.Gateway}/notices", payment.GatewayRef, payment.ChargeRef);

    public string TokenOf(Guid link) => $"{link:N}{Seal(link)}";

    /// <summary>The link that a token is of; null where this server did not seal it.</summary>
    public Guid? LinkOf(string? token)
    {
        if (token?.Length != 32 + SealLength || !Guid.TryParseExact(token[..32], "N", out var link)) return null;
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token[32..]), Encoding.ASCII.GetBytes(Seal(link))) ? link : null;
    }

    private string Seal(Guid link) => Convert.ToHexStringLower(HMACSHA256.HashData(secrets.Of("payments.link"), link.ToByteArray(true)))[..SealLength];
}
