using Fairground.Notifications.ReachMessengers;
using Fairground.Notifications.SendMessages;
using Microsoft.Extensions.Configuration;

namespace Fairground.Notifications;

/// <summary>Settings of notifications.</summary>
/// <param name="DevInbox"><c>FAIRGROUND_DEV_INBOX=1</c>: messages stay on this machine and are shown at <c>/dev/inbox</c>, codes included.</param>
/// <param name="Smtp"><c>FAIRGROUND_SMTP</c>, or null. Not used while the development inbox is on.</param>
/// <param name="Sms"><c>FAIRGROUND_SMS</c>, or null. Not used while the development inbox is on.</param>
/// <param name="Telegram"><c>FAIRGROUND_TELEGRAM_TOKEN</c> and what belongs to it, or null; null while the development inbox is on.</param>
internal sealed record NotificationsOptions(bool DevInbox, SmtpSettings? Smtp, SmsSettings? Sms = null, TelegramSettings? Telegram = null)
{
    public static NotificationsOptions From(IConfiguration configuration)
    {
        var smtp = configuration["FAIRGROUND_SMTP"];
        var (devInbox, telegram) = (configuration["FAIRGROUND_DEV_INBOX"] == "1", TelegramSettings.Read(configuration));
        return new NotificationsOptions(devInbox, string.IsNullOrWhiteSpace(smtp) ? null : SmtpSettings.Parse(smtp), SmsSettings.Read(configuration), devInbox ? null : telegram);
    }
}
