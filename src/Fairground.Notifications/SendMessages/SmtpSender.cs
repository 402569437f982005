using System.Net;
using System.Net.Mail;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairground.Kernel.Contracts;
using Fairground.Ui;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;
using SmtpClient = MailKit.Net.Smtp.SmtpClient;

namespace Fairground.Notifications.SendMessages;

/// <summary>Sends e-mail through an SMTP server (C-26), as plain text with an HTML twin. DKIM is the relay's work.</summary>
internal sealed class SmtpSender(SmtpSettings settings, IOptions<UiOptions> market, ILogger<SmtpSender> logger) : IMessageSender
{
    // Well inside the worker's lease, so that a server that hangs cannot make two nodes send.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private static readonly System.Security.Cryptography.Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    public bool IsLocal => false;

    public bool Carries(ContactChannel channel) => channel == ContactChannel.Email;

    public async Task<SendOutcome> Send(OutgoingMessage message, CancellationToken ct)
    {
        if (!MailAddress.TryCreate(message.To, out var to)) return SendOutcome.Never;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var client = new SmtpClient();
            if (settings.Authorities is not null) client.ServerCertificateValidationCallback = IsTrusted;
            var security = settings.Implicit ? SecureSocketOptions.SslOnConnect : settings.Tls ? SecureSocketOptions.StartTls : SecureSocketOptions.None;
            await client.ConnectAsync(settings.Host, settings.Port, security, limit.Token);
            if (settings.User is not null) await client.AuthenticateAsync(Encoding.UTF8, new NetworkCredential(settings.User, settings.Password), limit.Token);
            using var mail = Mail(message, to);
            await client.SendAsync(mail, limit.Token);
            await Leave(client, limit.Token);
            return SendOutcome.Sent;
        }
        catch (SmtpCommandException refused) when (refused.ErrorCode == SmtpErrorCode.RecipientNotAccepted && (int)refused.StatusCode >= 500)
        {
            logger.LogWarning("The mail server refuses a recipient for good ({Status})", refused.StatusCode);
            return SendOutcome.Never;
        }
#pragma warning disable CA1031 // Whatever it is, the message is tried again; the error's own text may name the recipient, so only its kind is logged.
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            logger.LogWarning("A mail could not be sent and will be tried again: {Error} {Status}", error.GetType().Name, (error as SmtpCommandException)?.StatusCode);
            return SendOutcome.TryLater;
        }
#pragma warning restore CA1031
    }

    // Another name than the one that was called is never believed, whoever signed it.
    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 presented) return false;
        using var own = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        own.ChainPolicy.CustomTrustStore.AddRange(settings.Authorities!);
        own.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(e => e.Certificate).ToArray());
        return own.Build(presented);
    }

    // The mail is taken by now: a server that hangs up without a word has it all the same.
    private static async Task Leave(SmtpClient client, CancellationToken ct)
    {
        try
        {
            await client.DisconnectAsync(true, ct);
        }
#pragma warning disable CA1031 // Nothing depends on the farewell.
        catch (Exception)
        {
            return;
        }
#pragma warning restore CA1031
    }

    private MimeMessage Mail(OutgoingMessage message, MailAddress to)
    {
        var mail = new MimeMessage { MessageId = $"{message.Id:N}@{settings.From.Host}" };
        mail.From.Add(new MailboxAddress(settings.From.DisplayName, settings.From.Address));
        mail.To.Add(new MailboxAddress("", to.Address));
        // A line break in a subject would begin another header.
        mail.Subject = string.Join(' ', message.Subject.Split('\r', '\n'));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        if (message.Unsubscribe is { } leave)
        {
            // RFC 8058: one click in the mail program, without a page.
            mail.Headers.Add("List-Unsubscribe", $"<{leave.Address}>");
            mail.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        mail.Body = new MultipartAlternative { new TextPart("plain") { Text = MailText.Of(message) }, new TextPart("html") { Text = MailHtml.Of(message with { Subject = mail.Subject }, market.Value.MarketName) } };
        mail.Body.Headers.Add("Content-Language", message.Language);
        return mail;
    }
}
