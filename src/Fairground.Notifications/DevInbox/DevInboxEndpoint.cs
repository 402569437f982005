using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.DevInbox;

/// <summary>A message as the development inbox shows it.</summary>
/// <param name="Channel"><c>email</c> or <c>sms</c>.</param>
/// <param name="Code">The one-time code in the text, where there is one.</param>
public sealed record DevMessage(string To, string Channel, string Subject, string Text, string? Code, DateTimeOffset At, string Language);

/// <summary><c>GET /dev/inbox?to=CONTACT</c>: what was sent, newest first, at most 100; 404 where the development inbox is off.</summary>
internal static class DevInboxEndpoint
{
    private const int Most = 100;

    public static async Task<Results<Ok<List<DevMessage>>, RazorComponentResult, ProblemHttpResult>> Handle(
        HttpContext http, NotificationsOptions options, NotificationsContext context, PublicAddress address, CancellationToken ct, string? to = null)
    {
        if (!options.DevInbox) return Problems.Of(CommonRefusals.NotFound);
        // Codes must not be found in a browser's or a proxy's cache.
        http.Response.Headers.CacheControl = "no-store";
        // As the mail would have it: links that can be followed from anywhere.
        var messages = await Read(context, to, text => address.InText(text, http), ct);
        if (!PrefersHtml(http.Request)) return TypedResults.Ok(messages);
        return new RazorComponentResult<DevInboxPage>(new Dictionary<string, object?> { [nameof(DevInboxPage.Messages)] = messages, [nameof(DevInboxPage.To)] = to });
    }

    private static async Task<List<DevMessage>> Read(NotificationsContext context, string? to, Func<string, string> linked, CancellationToken ct)
    {
        var sent = context.Messages.AsNoTracking().Where(m => m.State == MessageState.Sent && m.SentAt != null && m.Digest != DigestPart.Collected);
        if (!string.IsNullOrWhiteSpace(to))
        {
            var keys = ContactKey.Searched(to);
            sent = sent.Where(m => keys.Contains(m.RecipientKey));
        }
        var rows = await sent.OrderByDescending(m => m.CreatedAt).ThenByDescending(m => m.Id).Take(Most).ToListAsync(ct);
        return [.. rows.Select(m => new DevMessage(m.Recipient, m.Channel == ContactChannel.Email ? "email" : "sms", m.Subject, linked(m.Sent), m.Code, m.CreatedAt, m.Language))];
    }

    // A browser names text/html; programs ask for JSON or for anything.
    private static bool PrefersHtml(HttpRequest request)
    {
        double Quality(string type) => request.GetTypedHeaders().Accept.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
        return Quality("text/html") > Quality("application/json");
    }
}
