using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Fairground.Fairness;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Fairground.Bench.Naive;

internal sealed record TokenKey(byte[] Bytes);

/// <summary>Checks a bearer token as Fairground does: HMAC-SHA-256 over a fixed layout (person 16, expiry in Unix ms 8, MAC 32), no database.</summary>
internal sealed class TokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenKey key)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "bench";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal)) return Task.FromResult(AuthenticateResult.NoResult());
        Span<byte> token = stackalloc byte[64];
        if (header.Length > 90 || !Base64Url.TryDecodeFromChars(header.AsSpan(7), token, out var length) || length != 56) return Task.FromResult(AuthenticateResult.Fail("not a token"));
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(key.Bytes, token[..24], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, token[24..56]) || BinaryPrimitives.ReadInt64BigEndian(token[16..]) < TimeProvider.GetUtcNow().ToUnixTimeMilliseconds())
            return Task.FromResult(AuthenticateResult.Fail("not a living token"));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, new Guid(token[..16], true).ToString())], SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }
}

/// <summary>Signs receipts, as Fairground does: ES256 over a small canonical payload.</summary>
internal sealed class ReceiptKey : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Sign(Guid purchase, Guid lot, int seq, string number)
    {
        var payload = System.Text.Encoding.ASCII.GetBytes($$"""{"entries":[{"number":"{{number}}","seq":{{seq}}}],"lot":"{{lot}}","purchase":"{{purchase}}","v":1}""");
        return $"{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(key.SignData(payload, HashAlgorithmName.SHA256))}";
    }

    public void Dispose() => key.Dispose();
}

/// <summary>Certificate numbers of Fairground's own form.</summary>
internal static class Numbers
{
    public static string New()
    {
        Span<byte> random = stackalloc byte[CertificateNumber.MinRandomBytes];
        RandomNumberGenerator.Fill(random);
        return CertificateNumber.FromRandom(random);
    }
}
