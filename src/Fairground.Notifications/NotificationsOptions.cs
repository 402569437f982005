using Fairground.Notifications.SendMessages;
using Microsoft.Extensions.Configuration;

namespace Fairground.Notifications;

/// <summary>Settings of notifications.</summary>
/// <param name="DevInbox"><c>FAIRGROUND_DEV_INBOX=1</c>: messages stay on this machine and are shown at <c>/dev/inbox</c>, codes included.</param>
/// <param name="Smtp"><c>FAIRGROUND_SMTP</c>, or null. Not used while the development inbox is on.</param>
/// <param name="Sms"><c>FAIRGROUND_SMS</c>, or null. Not used while the development inbox is on.</param>
internal sealed record NotificationsOptions(bool DevInbox, SmtpSettings? Smtp, SmsSettings? Sms = null)
{
    public static NotificationsOptions From(IConfiguration configuration)
    {
        var smtp = configuration["FAIRGROUND_SMTP"];
        return new NotificationsOptions(configuration["FAIRGROUND_DEV_INBOX"] == "1", string.IsNullOrWhiteSpace(smtp) ? null : SmtpSettings.Parse(smtp), SmsSettings.Read(configuration));
    }
}
