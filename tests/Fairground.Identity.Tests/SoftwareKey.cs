using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fairground.Identity.Tests;

/// <summary>An authenticator in software (WebAuthn level 2, ES256, no attestation) that says whatever a test wants it to say.</summary>
internal sealed class SoftwareKey : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte HasCredential = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private byte[] user = [];

    public uint Count { get; set; }

    public string Id => Base64Url.EncodeToString(id);

    /// <summary>Answers <c>navigator.credentials.create</c>.</summary>
    public JsonObject Create(JsonNode options, string origin, string? domain = null)
    {
        user = Base64Url.DecodeFromChars(options["user"]!["id"]!.GetValue<string>());
        var authData = AuthenticatorData(domain ?? "127.0.0.1", UserPresent | UserVerified | HasCredential, [.. new byte[16], 0, (byte)id.Length, .. id, .. PublicKey()]);
        // {"fmt": "none", "attStmt": {}, "authData": bytes} in CBOR.
        byte[] attestation = [0xa3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xa0, 0x68, .. "authData"u8, 0x58, (byte)authData.Length, .. authData];
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Text(ClientData("webauthn.create", options, origin)),
            ["attestationObject"] = Text(attestation),
            ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>Answers <c>navigator.credentials.get</c>.</summary>
    public JsonObject Get(JsonNode options, string origin, string? domain = null, bool verified = true)
    {
        Count++;
        var authData = AuthenticatorData(domain ?? "127.0.0.1", (byte)(UserPresent | (verified ? UserVerified : 0)), []);
        var clientData = ClientData("webauthn.get", options, origin);
        var signature = key.SignData([.. authData, .. SHA256.HashData(clientData)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Text(clientData),
            ["authenticatorData"] = Text(authData),
            ["signature"] = Text(signature),
            ["userHandle"] = Text(user),
        });
    }

    public void Dispose() => key.Dispose();

    private JsonObject Credential(JsonObject response) => new()
    {
        ["id"] = Id, ["rawId"] = Id, ["type"] = "public-key", ["response"] = response, ["clientExtensionResults"] = new JsonObject(), ["authenticatorAttachment"] = "platform",
    };

    private byte[] AuthenticatorData(string domain, byte flags, byte[] more)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), flags, .. count, .. more];
    }

    // A COSE key in CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
    private byte[] PublicKey()
    {
        var point = key.ExportParameters(false).Q;
        return [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }

    private static byte[] ClientData(string type, JsonNode options, string origin) =>
        Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","challenge":"{{options["challenge"]!.GetValue<string>()}}","origin":"{{origin}}","crossOrigin":false}""");

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
