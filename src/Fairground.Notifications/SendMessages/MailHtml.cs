using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Fairground.Notifications.SendMessages;

/// <summary>The HTML twin of a message: its words and links in the colours of the house, nothing fetched from anywhere.</summary>
internal static partial class MailHtml
{
    private const string Head = """
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><style>
        body{margin:0;padding:24px 16px;background:#fffdf8;color:#1d2140;font:16px/1.5 system-ui,sans-serif}
        main{display:block;max-width:36rem;margin:0 auto;border-top:4px solid #f2a516;padding-top:16px}
        .market{margin:0;font-size:.85rem;letter-spacing:.02em;color:#5b5f78}
        h1{margin:4px 0 16px;font-size:1.25rem;line-height:1.3}
        h2{margin:24px 0 8px;font-size:1rem}
        p{margin:0 0 12px;overflow-wrap:anywhere}
        hr{margin:24px 0 12px;border:0;border-top:1px solid #d9d3c4}
        a{color:#0f766e}
        .foot{margin-top:24px;border-top:1px solid #d9d3c4;padding-top:12px;font-size:.85rem}
        @media (prefers-color-scheme:dark){body{background:#14162a;color:#f4f1ea}.market{color:#a9adc6}a{color:#5eead4}hr,.foot{border-color:#3a3e5c}}
        </style></head>
        """;

    /// <param name="message">Its addresses whole already.</param>
    /// <param name="market">Whose message it is.</param>
    public static string Of(OutgoingMessage message, string market)
    {
        var html = new StringBuilder("<!DOCTYPE html><html lang=\"").Append(WebUtility.HtmlEncode(message.Language)).Append("\">").Append(Head);
        html.Append("<body><main><p class=\"market\">").Append(WebUtility.HtmlEncode(market)).Append("</p><h1>").Append(WebUtility.HtmlEncode(message.Subject)).Append("</h1>");
        foreach (var (kind, line) in MessageLines.Of(message.Text))
        {
            if (kind == LineKind.Rule) html.Append("<hr>");
            else if (kind == LineKind.Heading) html.Append("<h2>").Append(WebUtility.HtmlEncode(line)).Append("</h2>");
            else html.Append("<p>").Append(Linked(line)).Append("</p>");
        }
        if (message.Unsubscribe is { } stop)
            html.Append("<p class=\"foot\"><a href=\"").Append(WebUtility.HtmlEncode(stop.Address)).Append("\">").Append(WebUtility.HtmlEncode(stop.Words)).Append("</a></p>");
        return html.Append("</main></body></html>").ToString();
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
