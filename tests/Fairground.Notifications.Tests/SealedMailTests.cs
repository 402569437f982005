using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Notifications.SendMessages;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>Mail under TLS, over the wire to a server with a certificate made for the test.</summary>
[Requirement("C-26")]
public sealed class SealedMailTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Name_and_password_and_the_mail_go_under_a_certificate_that_the_operator_s_authority_signed(bool fromTheStart)
    {
        using var house = new House();
        await using var sink = new SmtpSink(house.For("127.0.0.1"), fromTheStart);
        await using var host = await Start(sink, fromTheStart ? "smtps" : "smtp", $"&ca={Uri.EscapeDataString(house.File)}");
        await Send(host);
        var mail = Assert.Single(sink.Mails);
        Assert.Equal((true, "a@example.com", "Hello."), (mail.Sealed, mail.To, mail.Body));
        Assert.Equal("relay/s3cret", sink.SignedInAs);
        Assert.Equal(fromTheStart ? [] : ["EHLO", "STARTTLS"], sink.InTheClear);
    }

    [Fact]
    public async Task A_certificate_that_nobody_known_signed_is_not_believed_and_nothing_is_told_to_it()
    {
        using var house = new House();
        await using var sink = new SmtpSink(house.For("127.0.0.1"));
        await using var host = await Start(sink, "smtp", "");
        await NothingLeaves(host, sink);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_believed_whoever_signed_it()
    {
        using var house = new House();
        await using var sink = new SmtpSink(house.For("127.0.0.2"));
        await using var host = await Start(sink, "smtp", $"&ca={Uri.EscapeDataString(house.File)}");
        await NothingLeaves(host, sink);
    }

    [Fact]
    public async Task A_server_that_offers_no_TLS_is_told_nothing()
    {
        await using var sink = new SmtpSink();
        await using var host = await Start(sink, "smtp", "");
        await NothingLeaves(host, sink, "EHLO", "QUIT");
    }

    [Fact]
    public void A_file_of_authorities_that_is_not_there_or_has_none_refuses_the_start()
    {
        using var house = new House();
        var empty = Path.Combine(Path.GetDirectoryName(house.File)!, "empty.pem");
        File.WriteAllText(empty, "");
        foreach (var file in new[] { empty, empty + ".gone" })
            Assert.Contains("ca=", Assert.Throws<SettingException>(() => SmtpSettings.Parse($"smtp://mail.example.com?from=a@example.com&ca={Uri.EscapeDataString(file)}")).Message, StringComparison.Ordinal);
    }

    private static Task<NotificationsHost> Start(SmtpSink sink, string scheme, string more) =>
        NotificationsHost.Start(DatabaseKind.Sqlite, ("FAIRGROUND_SMTP", $"{scheme}://relay:s3cret@127.0.0.1:{sink.Port}?from=market@example.com{more}"));

    private static async Task Send(NotificationsHost host)
    {
        await host.Services.GetRequiredService<IMessages>().Send([Plain.Message(Ids.New(), "a@example.com", ContactChannel.Email, "Hello", "Hello.")], Ct);
        while (await host.Round()) { }
    }

    private static async Task NothingLeaves(NotificationsHost host, SmtpSink sink, params string[] said)
    {
        await Send(host);
        Assert.Empty(sink.Mails);
        Assert.Null(sink.SignedInAs);
        Assert.Empty(sink.InTheClear.Except(said.Length == 0 ? ["EHLO", "STARTTLS"] : said));
        Assert.Contains(host.Log.Kept, line => line.Contains("will be tried again", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.Kept, line => line.Contains("example.com", StringComparison.Ordinal) || line.Contains("s3cret", StringComparison.Ordinal));
    }

    /// <summary>An authority that signs certificates for servers, and its own in a file.</summary>
    private sealed class House : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fairground-mail-");
        private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 own;

        public House()
        {
            var request = new CertificateRequest("CN=The house", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
            own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
            System.IO.File.WriteAllText(File, own.ExportCertificatePem());
        }

        public string File => Path.Combine(folder.FullName, "house.pem");

        public X509Certificate2 For(string address)
        {
            using var mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={address}", mine, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
            using var signed = request.Create(own, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(20), [1, 2, 3, 4]);
            using var whole = signed.CopyWithPrivateKey(mine);
            // As a file would give it: some systems do not take a key that lives in memory alone.
            return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
        }

        public void Dispose()
        {
            own.Dispose();
            key.Dispose();
            folder.Delete(true);
        }
    }
}
