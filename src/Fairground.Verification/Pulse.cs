using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairground.Verification;

/// <summary>A pulse of a beacon of the reference format 2.0 (draw proof, nist-beacon).</summary>
internal static class Pulse
{
    private static readonly string[] Links = ["previous", "hour", "day", "month", "year"];

    /// <summary>What is wrong with the pulse as the first at or after a time, or null; and its output value.</summary>
    public static (string? Problem, byte[] Output) Check(PulseSource source, long earliest, Document pulse, Document previous, string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            if (Convert.ToHexStringLower(SHA512.HashData(certificate.RawData)) != source.Certificate) return ("The certificate is not the one that the terms pin.", []);
            using var key = certificate.GetRSAPublicKey() ?? throw new FormatException("The certificate has no RSA key.");
            var problem = One(source, pulse, key) ?? (One(source, previous, key) is { } before ? "The pulse before: " + before : null) ?? Order(earliest, pulse, previous);
            return (problem, Field(pulse, "outputValue"));
        }
        catch (Exception error) when (error is FormatException or CryptographicException or OverflowException)
        {
            return ("The pulse or its certificate cannot be read: " + error.Message, []);
        }
    }

    public static long Milliseconds(Document pulse) =>
        DateTimeOffset.TryParseExact(pulse.Text("timeStamp"), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new FormatException("\"timeStamp\" must be a time like 2026-01-31T09:00:00.000Z.");

    private static string? One(PulseSource source, Document pulse, RSA key)
    {
        if (pulse.Number("chainIndex") != source.Chain) return "The pulse is of another chain than the terms name.";
        if (Convert.ToHexStringLower(Field(pulse, "certificateId")) != source.Certificate) return "The pulse names another certificate than the terms pin.";
        if (pulse.Number("period") != source.Period * 1000) return "The pulse has another period than the terms name.";
        if (pulse.Number("cipherSuite") != 0) return "The pulse uses a cipher suite that is not known.";
        if (!pulse.Text("uri").StartsWith(source.Uri, StringComparison.Ordinal)) return "The pulse is of another beacon than the terms name.";
        var (signed, signature) = (Signed(pulse), Any(pulse, "signatureValue"));
        if (!key.VerifyData(signed, signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)) return "The signature of the pulse does not verify under the pinned certificate.";
        return SHA512.HashData([.. signed, .. signature]).AsSpan().SequenceEqual(Field(pulse, "outputValue")) ? null : "The output value is not the hash of the pulse and its signature.";
    }

    private static string? Order(long earliest, Document pulse, Document previous)
    {
        if (!Field(pulse.Parts("listValues")[0], "value").AsSpan().SequenceEqual(Field(previous, "outputValue"))) return "The pulse does not follow the one before it.";
        if (!SHA512.HashData(Field(pulse, "localRandomValue")).AsSpan().SequenceEqual(Field(previous, "precommitmentValue"))) return "The pulse does not hold the value to which the one before it committed.";
        if (Milliseconds(pulse) < earliest * 1000) return "The pulse is from before the time that the terms fix.";
        return Milliseconds(previous) < earliest * 1000 ? null : "The pulse is not the first one at or after the time that the terms fix.";
    }

    private static byte[] Signed(Document pulse)
    {
        using var output = new MemoryStream();
        void Number(long value, int size)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, size == 8 || value <= uint.MaxValue ? value : throw new FormatException("A number of the pulse is too large."));
            output.Write(bytes[(8 - size)..]);
        }
        void Bytes(byte[] bytes)
        {
            Number(bytes.Length, 4);
            output.Write(bytes);
        }
        var (external, links) = (pulse.Part("external"), pulse.Parts("listValues"));
        if (!links.Select(link => link.Text("type")).SequenceEqual(Links)) throw new FormatException("The list values are not in the order of the format.");
        Bytes(Json.Utf8.GetBytes(pulse.Text("uri")));
        Bytes(Json.Utf8.GetBytes(pulse.Text("version")));
        Number(pulse.Number("cipherSuite"), 4);
        Number(pulse.Number("period"), 4);
        Bytes(Field(pulse, "certificateId"));
        Number(pulse.Number("chainIndex"), 8);
        Number(pulse.Number("pulseIndex"), 8);
        Bytes(Json.Utf8.GetBytes(pulse.Text("timeStamp")));
        Bytes(Field(pulse, "localRandomValue"));
        Bytes(Any(external, "sourceId"));
        Number(external.Number("statusCode"), 4);
        Bytes(Any(external, "value"));
        foreach (var link in links) Bytes(Field(link, "value"));
        Bytes(Field(pulse, "precommitmentValue"));
        Number(pulse.Number("statusCode"), 4);
        return output.ToArray();
    }

    private static byte[] Field(Document from, string name) => Any(from, name) is { Length: 64 } bytes ? bytes : throw new FormatException($"\"{name}\" must be 64 bytes.");

    private static byte[] Any(Document from, string name)
    {
        var text = from.Text(name).ToLowerInvariant();
        return Document.IsHex(text) ? Convert.FromHexString(text) : throw new FormatException($"\"{name}\" must be hexadecimal.");
    }
}
