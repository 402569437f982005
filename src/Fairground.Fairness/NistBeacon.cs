using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>Checks pulses of a beacon of the reference format 2.0 (NISTIR 8213, in the byte layout that the beacons in service use; draw proof, Sources of randomness).</summary>
public static class NistBeacon
{
    private static readonly string[] Links = ["previous", "hour", "day", "month", "year"];

    /// <summary>What is wrong with a pulse as the one that decides, as a sentence; null where nothing is. Never throws on bad input.</summary>
    /// <param name="source">What the terms say of the beacon.</param>
    /// <param name="earliest">The pulse must be the first at or after this time, Unix seconds.</param>
    /// <param name="pulse">The pulse, as served under <c>"pulse"</c>.</param>
    /// <param name="previous">The pulse before it.</param>
    /// <param name="certificatePem">The certificate that signs both.</param>
    public static string? Problem(NistEntropy source, long earliest, JsonObject pulse, JsonObject previous, string certificatePem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(certificatePem);
            if (Convert.ToHexStringLower(SHA512.HashData(certificate.RawData)) != source.Certificate) return "The certificate is not the one that the terms pin.";
            using var key = certificate.GetRSAPublicKey();
            if (key is null) return "The certificate has no RSA key.";
            return PulseProblem(source, pulse, key) ?? (PulseProblem(source, previous, key) is { } problem ? "The pulse before: " + problem : null) ?? OrderProblem(earliest, pulse, previous);
        }
        catch (Exception error) when (error is FormatException or CryptographicException or OverflowException)
        {
            return "The pulse or its certificate cannot be read: " + error.Message;
        }
    }

    /// <summary>The randomness of a pulse: SHA-256 of its output value, 32 bytes.</summary>
    /// <exception cref="FormatException">The pulse has no output value of 64 bytes.</exception>
    public static byte[] Randomness(JsonObject pulse) => SHA256.HashData(Hash(pulse, "outputValue"));

    /// <summary>The time of a pulse.</summary>
    /// <exception cref="FormatException">The pulse has none in the form of the beacon.</exception>
    public static DateTimeOffset TimeOf(JsonObject pulse) =>
        DateTimeOffset.TryParseExact(
            JsonRead.Text(pulse, "timeStamp"), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new FormatException("\"timeStamp\" must be a time like 2026-01-31T09:00:00.000Z.");

    private static string? PulseProblem(NistEntropy source, JsonObject pulse, RSA key)
    {
        if (JsonRead.Long(pulse, "chainIndex") != source.Chain) return "The pulse is of another chain than the terms name.";
        if (!JsonRead.Text(pulse, "certificateId").Equals(source.Certificate, StringComparison.OrdinalIgnoreCase)) return "The pulse names another certificate than the terms pin.";
        if (JsonRead.Long(pulse, "period") != source.Period * 1000L) return "The pulse has another period than the terms name.";
        if (JsonRead.Long(pulse, "cipherSuite") != 0) return "The pulse uses a cipher suite that is not known.";
        if (!JsonRead.Text(pulse, "uri").StartsWith(source.Uri, StringComparison.Ordinal)) return "The pulse is of another beacon than the terms name.";
        var (signed, signature) = (Signed(pulse), HexOf(pulse, "signatureValue"));
        if (!key.VerifyData(signed, signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)) return "The signature of the pulse does not verify under the pinned certificate.";
        return SHA512.HashData([.. signed, .. signature]).AsSpan().SequenceEqual(Hash(pulse, "outputValue")) ? null : "The output value is not the hash of the pulse and its signature.";
    }

    private static string? OrderProblem(long earliest, JsonObject pulse, JsonObject previous)
    {
        if (!Hash(Link(pulse, "previous"), "value").AsSpan().SequenceEqual(Hash(previous, "outputValue"))) return "The pulse does not follow the one before it.";
        if (!SHA512.HashData(Hash(pulse, "localRandomValue")).AsSpan().SequenceEqual(Hash(previous, "precommitmentValue")))
            return "The pulse does not hold the value to which the one before it committed.";
        if (TimeOf(pulse).ToUnixTimeMilliseconds() < earliest * 1000) return "The pulse is from before the time that the terms fix.";
        return TimeOf(previous).ToUnixTimeMilliseconds() < earliest * 1000 ? null : "The pulse is not the first one at or after the time that the terms fix.";
    }

    /// <summary>What the beacon signs: fields in order, texts and byte strings behind their length.</summary>
    internal static byte[] Signed(JsonObject pulse)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        var external = JsonRead.Object(pulse, "external");
        Text(output, JsonRead.Text(pulse, "uri"));
        Text(output, JsonRead.Text(pulse, "version"));
        UInt32(output, JsonRead.Long(pulse, "cipherSuite"));
        UInt32(output, JsonRead.Long(pulse, "period"));
        Bytes(output, Hash(pulse, "certificateId"));
        UInt64(output, JsonRead.Long(pulse, "chainIndex"));
        UInt64(output, JsonRead.Long(pulse, "pulseIndex"));
        Text(output, JsonRead.Text(pulse, "timeStamp"));
        Bytes(output, Hash(pulse, "localRandomValue"));
        Bytes(output, HexOf(external, "sourceId"));
        UInt32(output, JsonRead.Long(external, "statusCode"));
        Bytes(output, HexOf(external, "value"));
        foreach (var link in Links) Bytes(output, Hash(Link(pulse, link), "value"));
        Bytes(output, Hash(pulse, "precommitmentValue"));
        UInt32(output, JsonRead.Long(pulse, "statusCode"));
        return output.WrittenSpan.ToArray();
    }

    private static JsonObject Link(JsonObject pulse, string type)
    {
        var links = JsonRead.Array(pulse, "listValues");
        var place = Array.IndexOf(Links, type);
        var link = JsonRead.Object(place < links.Count ? links[place] : null, "A list value");
        return JsonRead.Text(link, "type") == type ? link : throw new FormatException("The list values are not in the order of the format.");
    }

    private static byte[] Hash(JsonObject from, string name)
    {
        var bytes = HexOf(from, name);
        return bytes.Length == SHA512.HashSizeInBytes ? bytes : throw new FormatException($"\"{name}\" must be 64 bytes.");
    }

    private static byte[] HexOf(JsonObject from, string name) => Hex.Bytes(JsonRead.Text(from, name).ToLowerInvariant(), $"\"{name}\"");

    private static void Text(ArrayBufferWriter<byte> output, string text) => Bytes(output, Encoding.UTF8.GetBytes(text));

    private static void Bytes(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        UInt32(output, bytes.Length);
        output.Write(bytes);
    }

    private static void UInt32(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(4), checked((uint)value));
        output.Advance(4);
    }

    private static void UInt64(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }
}
