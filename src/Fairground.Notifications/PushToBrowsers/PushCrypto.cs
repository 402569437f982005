using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fairground.Notifications.PushToBrowsers;

/// <summary>Encrypts what is pushed to a browser (RFC 8291) and signs who pushes it (RFC 8292).</summary>
internal static class PushCrypto
{
    private const int RecordSize = 4096;
    private const int PointLength = 65;

    /// <summary>One record of <c>aes128gcm</c> for this browser.</summary>
    /// <param name="receiver">The browser's public key, 65 bytes.</param>
    /// <param name="auth">The browser's secret, 16 bytes.</param>
    public static byte[] Encrypt(ReadOnlySpan<byte> plaintext, byte[] receiver, byte[] auth)
    {
        using var own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(plaintext, receiver, auth, own, RandomNumberGenerator.GetBytes(16));
    }

    internal static byte[] Encrypt(ReadOnlySpan<byte> plaintext, byte[] receiver, byte[] auth, ECDiffieHellman own, byte[] salt)
    {
        using var other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point(receiver) });
        var sender = Point(own.ExportParameters(false).Q);
        var shared = own.DeriveRawSecretAgreement(other.PublicKey);
        var ikm = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, auth, [.. "WebPush: info\0"u8, .. receiver, .. sender]);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, ikm, 16, salt, [.. "Content-Encoding: aes128gcm\0"u8]);
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, ikm, 12, salt, [.. "Content-Encoding: nonce\0"u8]);
        // 2 ends the last record, which is also the first.
        byte[] padded = [.. plaintext, 2];
        var (sealedText, tag) = (new byte[padded.Length], new byte[16]);
        using var cipher = new AesGcm(key, 16);
        cipher.Encrypt(nonce, padded, sealedText, tag);
        var size = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(size, RecordSize);
        return [.. salt, .. size, PointLength, .. sender, .. sealedText, .. tag];
    }

    /// <summary>The header <c>Authorization</c> for a push service.</summary>
    public static string Authorize(ECDsa key, string audience, string subject, DateTimeOffset until)
    {
        var head = Base64Url.EncodeToString("""{"typ":"JWT","alg":"ES256"}"""u8);
        var claims = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { aud = audience, exp = until.ToUnixTimeSeconds(), sub = subject }));
        var signature = key.SignData(Encoding.ASCII.GetBytes($"{head}.{claims}"), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"vapid t={head}.{claims}.{Base64Url.EncodeToString(signature)}, k={PublicKey(key)}";
    }

    /// <summary>As a browser wants it: the uncompressed point in base64url.</summary>
    public static string PublicKey(ECDsa key) => Base64Url.EncodeToString(Point(key.ExportParameters(false).Q));

    /// <summary>A key pair from 32 secret bytes.</summary>
    public static ECDsa Key(byte[] secret) => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });

    /// <summary>True where these are an uncompressed point of the curve.</summary>
    public static bool IsPoint(byte[] bytes)
    {
        if (bytes.Length != PointLength || bytes[0] != 4) return false;
        try
        {
            using var key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point(bytes) });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static ECPoint Point(byte[] bytes) => new() { X = bytes[1..33], Y = bytes[33..65] };

    private static byte[] Point(ECPoint point) => [4, .. point.X!, .. point.Y!];
}
