using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Notifications.PushToBrowsers;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>Push messages to browsers: RFC 8291 and RFC 8292 by their published examples, and over the wire to a push service that decrypts.</summary>
[Requirement("C-26")]
public sealed class PushTests
{
    private static readonly (string, string) Private = ("FAIRGROUND_ALLOW_PRIVATE_PUSH", "1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // RFC 8291, section 5 and appendix A.
    [Fact]
    public void The_published_example_is_encrypted_as_published()
    {
        var sender = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw") };
        using var own = ECDiffieHellman.Create(sender);
        var body = PushCrypto.Encrypt(
            "When I grow up, I want to be a watermelon"u8, Bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"), Bytes("BTBZMqHH6r4Tts7J_aSIgg"), own, Bytes("DGv6ra1nlYgDCS1FRnbzlw"));
        Assert.Equal(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
            Base64Url.EncodeToString(body));
    }

    // RFC 8292, section 2.4: the published token is checked the way a push service would check ours.
    [Fact]
    public void The_published_token_and_ours_are_believed_by_the_same_check()
    {
        const string Published = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA";
        Assert.Equal("https://push.example.net", (string?)Claims(Published, "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs")["aud"]);
        using var key = PushCrypto.Key(RandomNumberGenerator.GetBytes(32));
        var header = PushCrypto.Authorize(key, "https://push.example.net", "https://fair.example", DateTimeOffset.FromUnixTimeSeconds(1453523768));
        var parts = header["vapid ".Length..].Split(", ").Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var claims = Claims(parts["t"], parts["k"]);
        Assert.Equal(("https://push.example.net", 1453523768, "https://fair.example"), ((string)claims["aud"]!, (long)claims["exp"]!, (string)claims["sub"]!));
        Assert.Equal(PushCrypto.PublicKey(key), parts["k"]);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_message_reaches_each_browser_once_sealed_and_a_browser_that_is_gone_is_forgotten(DatabaseKind kind)
    {
        await using var service = await HookReceiver.Start();
        await using var host = await NotificationsHost.Start(kind, Private);
        service.Says(201);
        var me = Ids.New();
        using var mine = host.As(me);
        using var phone = new Browser();
        using var desk = new Browser();
        foreach (var (browser, path) in new[] { (phone, "/p/phone"), (desk, "/p/desk") }) await Subscribe(mine, service.Address + path, browser);
        var message = Plain.Message(Ids.New(), "a@example.com", ContactChannel.Email, "Вы выиграли", "Your certificate won.", me, kind: MessageKind.Wins);
        await Send(host, message);
        await Send(host, message);
        await Send(host, Plain.Message(Ids.New(), "a@example.com", ContactChannel.Email, "Code", "493817", me, "493817"));
        await Push(host);
        Assert.Equal(["/p/desk", "/p/phone"], service.Calls.Select(c => c.Path).Order());
        var call = service.Calls.Single(c => c.Path == "/p/phone");
        Assert.Equal(("aes128gcm", "86400"), (call.Headers.ContentEncoding.ToString(), call.Headers["TTL"].ToString()));
        var payload = JsonNode.Parse(phone.Open(call.Body))!;
        Assert.Equal(("Вы выиграли", "Your certificate won.", $"/messages#m-{message.Id}", message.Id.ToString("N")), ((string)payload["title"]!, (string)payload["body"]!, (string)payload["url"]!, (string)payload["tag"]!));
        Assert.ThrowsAny<CryptographicException>(() => desk.Open(call.Body));
        var key = (string)JsonNode.Parse(await mine.GetStringAsync("/api/v1/push/key", Ct))!["publicKey"]!;
        var authorization = call.Headers.Authorization.ToString();
        Assert.EndsWith($", k={key}", authorization, StringComparison.Ordinal);
        Assert.Equal(service.Address, (string?)Claims(authorization["vapid t=".Length..authorization.IndexOf(',', StringComparison.Ordinal)], key)["aud"]);

        // 503 comes again, 410 does not.
        service.Answer = (arrived, http) =>
        {
            http.Response.StatusCode = arrived.Path == "/p/phone" ? 410 : 503;
            return Task.CompletedTask;
        };
        await Send(host, message with { Id = Ids.New() });
        await Push(host);
        service.Says(201);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await Push(host);
        await Send(host, message with { Id = Ids.New() });
        await Push(host);
        Assert.Equal(4, service.Calls.Count(c => c.Path == "/p/desk"));
        Assert.Equal(2, service.Calls.Count(c => c.Path == "/p/phone"));
        Assert.Equal(HttpStatusCode.NoContent, (await mine.PostAsJsonAsync("/api/v1/me/push-subscriptions/removal", new { endpoint = service.Address + "/p/desk" }, Ct)).StatusCode);
        await Send(host, message with { Id = Ids.New() });
        await Push(host);
        Assert.Equal(6, service.Calls.Count);
    }

    [Fact]
    public async Task A_subscription_that_leads_inside_or_has_no_keys_is_refused()
    {
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite);
        using var mine = host.As(Ids.New());
        using var browser = new Browser();
        foreach (var address in new[] { "http://push.example", "https://127.0.0.1/p", "https://169.254.169.254", "nowhere" }) Assert.Equal("push.address_refused", await Code(await Ask(mine, address, browser.P256dh, browser.AuthText)));
        await using var open = await NotificationsHost.Start(DatabaseKind.Sqlite, Private);
        using var other = open.As(Ids.New());
        Assert.Equal("push.keys_invalid", await Code(await Ask(other, "https://127.0.0.1/p", browser.P256dh[..^2], browser.AuthText)));
        Assert.Equal("push.keys_invalid", await Code(await Ask(other, "https://127.0.0.1/p", browser.P256dh, "AAAA")));
        Assert.Equal("push.keys_invalid", await Code(await Ask(other, "https://127.0.0.1/p", Base64Url.EncodeToString([4, .. new byte[64]]), browser.AuthText)));
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.NoContent, (await Ask(other, $"https://127.0.0.1/p/{i}", browser.P256dh, browser.AuthText)).StatusCode);
        Assert.Equal("push.too_many", await Code(await Ask(other, "https://127.0.0.1/p/20", browser.P256dh, browser.AuthText)));
        Assert.Equal(HttpStatusCode.NoContent, (await Ask(other, "https://127.0.0.1/p/19", browser.P256dh, browser.AuthText)).StatusCode);
    }

    private static Task<HttpResponseMessage> Ask(HttpClient client, string endpoint, string p256dh, string auth) =>
        client.PostAsJsonAsync("/api/v1/me/push-subscriptions", new { endpoint, keys = new { p256dh, auth } }, Ct);

    private static async Task Subscribe(HttpClient client, string endpoint, Browser browser) =>
        Assert.Equal(HttpStatusCode.NoContent, (await Ask(client, endpoint, browser.P256dh, browser.AuthText)).StatusCode);

    private static Task Send(NotificationsHost host, Message message) => host.Services.GetRequiredService<IMessages>().Send([message], Ct);

    private static async Task Push(NotificationsHost host)
    {
        while (await host.Services.GetRequiredService<PushWorker>().SendDue(Ct)) { }
    }

    private static JsonNode Claims(string token, string key)
    {
        var (parts, point) = (token.Split('.'), Bytes(key));
        using var checks = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        Assert.True(checks.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Assert.Equal("""{"typ":"JWT","alg":"ES256"}""", Encoding.UTF8.GetString(Bytes(parts[0])));
        return JsonNode.Parse(Bytes(parts[1]))!;
    }

    private static async Task<string> Code(HttpResponseMessage response) => (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!["code"]!;

    private static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);

    /// <summary>A browser's side of RFC 8291, written from the text of the RFC and not from ours.</summary>
    private sealed class Browser : IDisposable
    {
        private readonly ECDiffieHellman key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        private readonly byte[] auth = RandomNumberGenerator.GetBytes(16);

        public string AuthText => Base64Url.EncodeToString(auth);

        public string P256dh => Base64Url.EncodeToString(Point);

        private byte[] Point => [4, .. key.ExportParameters(false).Q.X!, .. key.ExportParameters(false).Q.Y!];

        public string Open(byte[] body)
        {
            var (salt, idLength) = (body[..16], body[20]);
            byte[] sender = body[21..(21 + idLength)];
            using var from = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] } });
            var prkKey = HMACSHA256.HashData(auth, key.DeriveRawSecretAgreement(from.PublicKey));
            var ikm = HMACSHA256.HashData(prkKey, (byte[])[.. "WebPush: info\0"u8, .. Point, .. sender, 1]);
            var prk = HMACSHA256.HashData(salt, ikm);
            var cek = HMACSHA256.HashData(prk, (byte[])[.. "Content-Encoding: aes128gcm\0"u8, 1])[..16];
            var nonce = HMACSHA256.HashData(prk, (byte[])[.. "Content-Encoding: nonce\0"u8, 1])[..12];
            var record = body[(21 + idLength)..];
            var plain = new byte[record.Length - 16];
            using var cipher = new AesGcm(cek, 16);
            cipher.Decrypt(nonce, record[..^16], record[^16..], plain);
            Assert.Equal(2, plain[^1]);
            return Encoding.UTF8.GetString(plain[..^1]);
        }

        public void Dispose() => key.Dispose();
    }
}
