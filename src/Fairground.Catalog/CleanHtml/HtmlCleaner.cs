using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Fairground.Catalog.CleanHtml;

/// <summary>A description that is safe to show, and its words alone.</summary>
internal sealed record CleanText(string Html, string Plain);

/// <summary>
/// Cleans descriptions by an allow-list: it parses as a browser does and writes a new text with only the elements named here, so that
/// nothing it does not know can come through. Links lead out by http, https or mailto and carry rel="nofollow ugc noopener".
/// </summary>
internal static partial class HtmlCleaner
{
    // Longer descriptions are cut: nobody reads them, and parsing must stay bounded.
    private const int LongestInput = 256 * 1024;

    // Deeper nesting than this is written flat.
    private const int DeepestTags = 40;

    private const int DeepestWalk = 400;

    private static readonly HashSet<string> Kept = ["p", "ul", "ol", "li", "strong", "em", "b", "i", "h3", "h4", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"];

    private static readonly HashSet<string> DroppedWhole =
    [
        "script", "style", "iframe", "frame", "frameset", "noframes", "noscript", "noembed", "svg", "math", "object", "embed", "applet", "template", "head", "title", "meta", "link", "base",
        "textarea", "select", "option", "button", "xmp", "plaintext", "canvas", "audio", "video", "map", "portal", "img", "input",
    ];

    private static readonly Dictionary<string, string> Renamed = new() { ["h1"] = "h3", ["h2"] = "h3", ["h5"] = "h4", ["h6"] = "h4" };

    private static readonly HashSet<string> Blocks = ["div", "section", "article", "header", "footer", "main", "aside", "blockquote", "pre", "figure", "dl", "dt", "dd", "hr", "center", "form", "fieldset", "address"];

    private static readonly HtmlParser Parser = new();

    /// <summary>The safe form of a description; plain text gets its paragraphs.</summary>
    public static CleanText Clean(string html)
    {
        if (string.IsNullOrWhiteSpace(html)) return new CleanText("", "");
        if (html.Length > LongestInput) html = html[..LongestInput];
        if (!LooksLikeHtml().IsMatch(html)) return FromPlain(WebUtility.HtmlDecode(html));
        return FromParagraphs(html) ?? Parsed(html);
    }

    /// <summary>As <see cref="Clean"/> for what has tags in it, always by the parser.</summary>
    internal static CleanText Parsed(string html)
    {
        if (!HasBlocks().IsMatch(html)) html = html.Trim().ReplaceLineEndings("<br>");
        using var document = Parser.ParseDocument("<body>" + html);
        var writer = new Writer();
        if (document.Body is { } body) writer.Children(body, 0, 0);
        return new CleanText(writer.Html.ToString().Trim(), Spaces().Replace(writer.Plain.ToString(), " ").Trim());
    }

    // Paragraphs of plain words are most of what shops write, and a parser of all HTML takes many times as long over them. Null for anything
    // else: another tag, an attribute, an entity, a sign that HTML has rules for.
    private static CleanText? FromParagraphs(string html)
    {
        var (safe, plain) = (new StringBuilder(html.Length + 16), new StringBuilder(html.Length));
        for (var at = 0; at < html.Length;)
        {
            if (html[at] is ' ' or '\n')
            {
                safe.Append(html[at]);
                plain.Append(html[at++]);
                continue;
            }
            if (!html.AsSpan(at).StartsWith("<p>", StringComparison.Ordinal)) return null;
            var end = html.IndexOf('<', at += 3);
            if (end < 0 || !html.AsSpan(end).StartsWith("</p>", StringComparison.Ordinal)) return null;
            var words = html.AsSpan(at, end - at);
            foreach (var c in words)
            {
                if (c is '>' or '&' or '\ufeff' or (< ' ' and not '\n') or (>= '\u007f' and < '\u00a0') || char.IsSurrogate(c)) return null;
            }
            if (!words.IsWhiteSpace())
            {
                var text = words.ToString();
                safe.Append("<p>").Append(WebUtility.HtmlEncode(text)).Append("</p>");
                plain.Append(' ').Append(text).Append(' ');
            }
            at = end + 4;
        }
        return new CleanText(safe.ToString().Trim(), Spaces().Replace(plain.ToString(), " ").Trim());
    }

    private static CleanText FromPlain(string text)
    {
        var html = new StringBuilder(text.Length + 32);
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            html.Append("<p>").Append(WebUtility.HtmlEncode(paragraph).Replace("\n", "<br>", StringComparison.Ordinal)).Append("</p>");
        }
        return new CleanText(html.ToString(), Spaces().Replace(text, " ").Trim());
    }

    [GeneratedRegex("<[a-zA-Z/!?]")]
    private static partial Regex LooksLikeHtml();

    [GeneratedRegex("<(p|br|div|ul|ol|li|table|h[1-6]|section|article|blockquote|pre)[\\s>/]", RegexOptions.IgnoreCase)]
    private static partial Regex HasBlocks();

    [GeneratedRegex("[\\s\u00a0\u200b\ufeff]+")]
    private static partial Regex Spaces();

    private sealed class Writer
    {
        public StringBuilder Html { get; } = new();

        public StringBuilder Plain { get; } = new();

        public void Children(INode node, int depth, int walked)
        {
            if (walked > DeepestWalk) return;
            foreach (var child in node.ChildNodes)
            {
                if (child is IText text) Text(text.Data);
                else if (child is IElement element) Element(element, depth, walked + 1);
            }
        }

        private void Text(string data)
        {
            Html.Append(WebUtility.HtmlEncode(data));
            Plain.Append(data);
        }

        private void Element(IElement element, int depth, int walked)
        {
            // Elements of another language than HTML (SVG, MathML) change how their insides are parsed.
            if (element is not IHtmlElement || DroppedWhole.Contains(element.LocalName)) return;
            var name = Renamed.GetValueOrDefault(element.LocalName, element.LocalName);
            if (name == "br")
            {
                Html.Append("<br>");
                Plain.Append(' ');
            }
            else if (name == "a" && Address(element.GetAttribute("href")) is { } address)
            {
                Wrap(element, $"<a href=\"{WebUtility.HtmlEncode(address)}\" rel=\"nofollow ugc noopener\">", "</a>", depth, walked);
            }
            else if (Kept.Contains(name) && depth < DeepestTags)
            {
                if (name is not ("b" or "i" or "em" or "strong")) Plain.Append(' ');
                Wrap(element, $"<{name}>", $"</{name}>", depth + 1, walked);
                if (name is not ("b" or "i" or "em" or "strong")) Plain.Append(' ');
            }
            else Unwrap(element, depth, walked);
        }

        private void Unwrap(IElement element, int depth, int walked)
        {
            var block = Blocks.Contains(element.LocalName);
            if (block) Break();
            Children(element, depth, walked);
            if (block) Break();
        }

        // Words of two unwrapped blocks must not run together.
        private void Break()
        {
            Plain.Append(' ');
            if (Html.Length > 0 && Html[^1] != '>') Html.Append("<br>");
        }

        // An element without words is left out, cells excepted: they keep the columns in place.
        private void Wrap(IElement element, string open, string close, int depth, int walked)
        {
            var (html, plain) = (Html.Length, Plain.Length);
            Html.Append(open);
            Children(element, depth, walked);
            var empty = true;
            for (var i = plain; i < Plain.Length && empty; i++) empty = char.IsWhiteSpace(Plain[i]);
            if (empty && open is not ("<td>" or "<th>")) Html.Length = html;
            else Html.Append(close);
        }

        // Browsers ignore tabs and line ends inside an address, so they are gone before it is judged.
        private static string? Address(string? href)
        {
            if (href is null) return null;
            var address = string.Concat(href.Where(c => !char.IsControl(c) && !char.IsWhiteSpace(c) && c != '\u200b'));
            if (address.Length > 2000 || !Uri.TryCreate(address, UriKind.Absolute, out var uri)) return null;
            return uri.Scheme is "http" or "https" or "mailto" ? uri.AbsoluteUri : null;
        }
    }
}
