using System.Net;
using System.Net.Mail;
using System.Text;
using Fairground.Kernel.Contracts;
using Microsoft.Extensions.Logging;

namespace Fairground.Notifications.SendMessages;

/// <summary>Sends e-mail through an SMTP server (C-26).</summary>
internal sealed class SmtpSender(SmtpSettings settings, ILogger<SmtpSender> logger) : IMessageSender
{
    // Well inside the worker's lease, so that a server that hangs cannot make two nodes send.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public bool IsLocal => false;

    public bool Carries(ContactChannel channel) => channel == ContactChannel.Email;

    public async Task<SendOutcome> Send(OutgoingMessage message, CancellationToken ct)
    {
        if (!MailAddress.TryCreate(message.To, out var to)) return SendOutcome.Never;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var mail = Mail(message, to);
            using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls };
            if (settings.User is not null) client.Credentials = new NetworkCredential(settings.User, settings.Password);
            await client.SendMailAsync(mail, limit.Token);
            return SendOutcome.Sent;
        }
        catch (SmtpFailedRecipientException refused) when ((int)refused.StatusCode >= 500)
        {
            logger.LogWarning("The mail server refuses a recipient for good ({Status})", refused.StatusCode);
            return SendOutcome.Never;
        }
#pragma warning disable CA1031 // Whatever it is, the message is tried again; the error's own text may name the recipient, so only its kind is logged.
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            logger.LogWarning("A mail could not be sent and will be tried again: {Error} {Status}", error.GetType().Name, (error as SmtpException)?.StatusCode);
            return SendOutcome.TryLater;
        }
#pragma warning restore CA1031
    }

    private MailMessage Mail(OutgoingMessage message, MailAddress to)
    {
        var mail = new MailMessage(settings.From, to)
        {
            // A line break in a subject would begin another header.
            Subject = string.Join(' ', message.Subject.Split('\r', '\n')),
            SubjectEncoding = Encoding.UTF8,
            Body = message.Text,
            BodyEncoding = Encoding.UTF8,
            IsBodyHtml = false,
        };
        mail.Headers.Add("Message-ID", $"<{message.Id:N}@{settings.From.Host}>");
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }
}
