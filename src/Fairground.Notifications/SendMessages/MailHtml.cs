using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Fairground.Notifications.SendMessages;

/// <summary>The HTML twin of a message: its words and links, nothing fetched from anywhere.</summary>
internal static partial class MailHtml
{
    public static string Of(OutgoingMessage message)
    {
        var html = new StringBuilder("""<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head><body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><div style="max-width:36rem;margin:0 auto">""");
        html.Append("<h1 style=\"font-size:1.25rem;line-height:1.3\">").Append(WebUtility.HtmlEncode(message.Subject)).Append("</h1>");
        foreach (var line in message.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) html.Append("<p>").Append(Linked(line)).Append("</p>");
        if (message.Unsubscribe is { } leave)
            html.Append("<p style=\"font-size:.85rem;border-top:1px solid #ccc;padding-top:12px\"><a href=\"").Append(WebUtility.HtmlEncode(leave)).Append("\">No more of these by e-mail</a></p>");
        return html.Append("</div></body></html>").ToString();
    }

    private static string Linked(string line)
    {
        var (html, from) = (new StringBuilder(), 0);
        foreach (Match address in Address().Matches(line))
        {
            var words = address.Value.TrimEnd('.', ',', ':', ';', ')');
            html.Append(WebUtility.HtmlEncode(line[from..address.Index]));
            html.Append("<a href=\"").Append(WebUtility.HtmlEncode(words)).Append("\">").Append(WebUtility.HtmlEncode(words)).Append("</a>");
            from = address.Index + words.Length;
        }
        return html.Append(WebUtility.HtmlEncode(line[from..])).ToString();
    }

    [GeneratedRegex(@"https?://\S+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
