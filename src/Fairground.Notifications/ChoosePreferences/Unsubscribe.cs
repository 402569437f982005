using System.Security.Cryptography;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Notifications.WriteMessages;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Notifications.ChoosePreferences;

/// <summary>Links with which whoever has the mail stops such mails, without signing in.</summary>
internal sealed class UnsubscribeLinks(IDataProtectionProvider protection, PublicAddress address, TemplateBook templates)
{
    private readonly IDataProtector protector = protection.CreateProtector("fairground.unsubscribe");

    /// <summary>Null for what cannot be stopped.</summary>
    public UnsubscribeLink? Of(StoredMessage message) => message.UserId is { } user && message.Kind != MessageKind.Account && message.Channel == ContactChannel.Email
        ? new UnsubscribeLink($"{address.Of()}/unsubscribe/{protector.Protect($"{user:N}|{(int)message.Kind}")}", templates.Part("notifications.mail_stop", message.Language))
        : null;

    /// <summary>Whose and which, or null where the link is none of ours.</summary>
    public (Guid UserId, MessageKind Kind)? Read(string token)
    {
        try
        {
            var parts = protector.Unprotect(token).Split('|');
            return (Guid.Parse(parts[0]), Enum.Parse<MessageKind>(parts[1]));
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }
}

/// <summary><c>/unsubscribe/TOKEN</c>: GET shows what would be stopped and stops nothing, since mail scanners follow links; POST stops it, by a mail program (RFC 8058) or by the page.</summary>
internal static class UnsubscribeEndpoint
{
    public static Results<RazorComponentResult, ProblemHttpResult> Show(string token, UnsubscribeLinks links) =>
        links.Read(token) is { } read ? Page(read.Kind, done: false) : Problems.Of(NotificationRefusals.LinkInvalid);

    public static async Task<Results<RazorComponentResult, ProblemHttpResult>> Stop(string token, UnsubscribeLinks links, MessageChoices choices, CancellationToken ct)
    {
        if (links.Read(token) is not { } read) return Problems.Of(NotificationRefusals.LinkInvalid);
        await choices.SwitchOff(read.UserId, read.Kind, "email", ct);
        return Page(read.Kind, done: true);
    }

    private static RazorComponentResult<UnsubscribePage> Page(MessageKind kind, bool done) => new(new Dictionary<string, object?>
    {
        [nameof(UnsubscribePage.What)] = kind == MessageKind.Offers ? "Offers and news of this market" : MessageChoices.Kinds.First(k => k.Kind == kind).Wording, [nameof(UnsubscribePage.Done)] = done,
    });
}
