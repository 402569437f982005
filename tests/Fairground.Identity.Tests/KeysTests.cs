using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

public sealed class KeysTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_signed_checks_against_the_published_key(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        var keys = host.Services.GetRequiredService<SigningKeys>();
        var published = (await host.Get("/.well-known/jwks.json")).Is(HttpStatusCode.OK).Body!["keys"]!.AsArray();
        var jwk = Assert.Single(published)!.AsObject();
        Assert.Equal(keys.Kid, jwk["kid"]!.GetValue<string>());
        Assert.False(jwk.ContainsKey("d"));
        using var check = Public(jwk);
        var data = Encoding.UTF8.GetBytes("certificate 7");
        var signatures = new byte[400][];
        Parallel.For(0, signatures.Length, i => signatures[i] = keys.SignData(data));
        Assert.All(signatures, s => Assert.True(check.VerifyData(data, s, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)));
        Assert.All(signatures, s => Assert.Equal(64, s.Length));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nodes_share_the_key_the_secrets_and_data_protection(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await using var node = await host.StartNode();
        Assert.Equal(host.Services.GetRequiredService<SigningKeys>().Kid, node.Services.GetRequiredService<SigningKeys>().Kid);
        Assert.Equal(host.Services.GetRequiredService<ServerSecrets>().Of("x"), node.Services.GetRequiredService<ServerSecrets>().Of("x"));
        Assert.NotEqual(host.Services.GetRequiredService<ServerSecrets>().Of("x"), node.Services.GetRequiredService<ServerSecrets>().Of("y"));
        var closed = host.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("x").Protect("secret");
        Assert.Equal("secret", node.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("x").Unprotect(closed));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_private_key_does_not_lie_open_in_the_table(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await using var connection = await host.Services.GetRequiredService<Database>().OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "select private_key from kernel_signing_key";
        var stored = (byte[])(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        using var key = ECDsa.Create();
        Assert.ThrowsAny<CryptographicException>(() => key.ImportPkcs8PrivateKey(stored, out _));
    }

    private static ECDsa Public(JsonObject jwk) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64Url.DecodeFromChars(jwk["x"]!.GetValue<string>()), Y = Base64Url.DecodeFromChars(jwk["y"]!.GetValue<string>()) },
    });
}
