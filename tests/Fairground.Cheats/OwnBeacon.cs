using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>A beacon of the reference format 2.0 with a key of the tests' own: pulses can be had for any minute.</summary>
public sealed class OwnBeacon : IDisposable
{
    public const string Uri = "https://beacon.example/beacon/2.0";

    // Made once: a key costs a second, and which one it is matters to nobody.
    private static readonly RSA Key = RSA.Create(2048);

    private readonly X509Certificate2 certificate;

    public OwnBeacon()
    {
        var request = new CertificateRequest("CN=beacon.example", Key, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
        certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(80));
    }

    public string Pem => certificate.ExportCertificatePem();

    public NistEntropy Source(int delaySeconds) => new(Uri, 2, Convert.ToHexStringLower(SHA512.HashData(certificate.RawData)), 60, delaySeconds);

    public void Dispose() => certificate.Dispose();

    /// <summary>The pulse of a minute, Unix seconds, and the one before it.</summary>
    public (JsonObject Pulse, JsonObject Previous) At(long seconds)
    {
        var previous = Signed(seconds - 60, new string('0', 128));
        return (Signed(seconds, (string)previous["outputValue"]!), previous);
    }

    private JsonObject Signed(long seconds, string before)
    {
        var index = seconds / 60;
        var zero = new string('0', 128);
        var pulse = new JsonObject
        {
            ["uri"] = $"{Uri}/chain/2/pulse/{index}", ["version"] = "2.0", ["cipherSuite"] = 0, ["period"] = 60_000, ["certificateId"] = Source(1).Certificate, ["chainIndex"] = 2, ["pulseIndex"] = index,
            ["timeStamp"] = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), ["localRandomValue"] = Local(index),
            ["external"] = new JsonObject { ["sourceId"] = zero, ["statusCode"] = 0, ["value"] = zero },
            ["listValues"] = new JsonArray([.. new[] { "previous", "hour", "day", "month", "year" }.Select(type => new JsonObject { ["uri"] = "", ["type"] = type, ["value"] = type == "previous" ? before : zero })]),
            ["precommitmentValue"] = Convert.ToHexString(SHA512.HashData(Convert.FromHexString(Local(index + 1)))), ["statusCode"] = 0,
        };
        var bytes = Bytes(pulse);
        var signature = Key.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
        pulse["signatureValue"] = Convert.ToHexString(signature);
        pulse["outputValue"] = Convert.ToHexString(SHA512.HashData([.. bytes, .. signature]));
        return pulse;
    }

    private static string Local(long index) => Convert.ToHexString(SHA512.HashData(BitConverter.GetBytes(index)));

    private static byte[] Bytes(JsonObject pulse)
    {
        static byte[] Number(long value, int size)
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            return bytes[(8 - size)..];
        }
        static byte[] Prefixed(byte[] bytes) => [.. Number(bytes.Length, 4), .. bytes];
        byte[] Text(string name) => Prefixed(Encoding.UTF8.GetBytes((string)pulse[name]!));
        byte[] Hex(JsonNode? value) => Prefixed(Convert.FromHexString((string)value!));
        return
        [
            .. Text("uri"), .. Text("version"), .. Number(0, 4), .. Number(60_000, 4), .. Hex(pulse["certificateId"]), .. Number(2, 8), .. Number((long)pulse["pulseIndex"]!, 8), .. Text("timeStamp"),
            .. Hex(pulse["localRandomValue"]), .. Hex(pulse["external"]!["sourceId"]), .. Number(0, 4), .. Hex(pulse["external"]!["value"]),
            .. pulse["listValues"]!.AsArray().SelectMany(link => Hex(link!["value"])), .. Hex(pulse["precommitmentValue"]), .. Number(0, 4),
        ];
    }
}
