using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Fairground.Catalog.Feeds;

/// <summary>Finds children and attributes by their local names, whatever namespace a writer puts them into.</summary>
internal static partial class XmlWords
{
    private const int LongestLook = 16 * 1024;

    // Cyrillic letters that look like Latin ones: people type them into templates without noticing.
    private const string Lookalikes = "аеорсухіАЕОРСУХІ";
    private const string Meant = "aeopcyxiAEOPCYXI";

    public static bool Is(this XElement element, string name) => element.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<XElement> Children(this XElement element, string name) => element.Elements().Where(e => e.Is(name));

    public static XElement? Child(this XElement element, string name) => Next(element.FirstNode, name);

    /// <summary>The trimmed text of the first of these children that has any, or empty.</summary>
    public static string Text(this XElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            for (var child = Next(element.FirstNode, name); child is not null; child = Next(child.NextNode, name))
            {
                if (child.Value.Trim() is { Length: > 0 } text) return text;
            }
        }
        return "";
    }

    /// <summary>The trimmed attribute, or empty.</summary>
    public static string Attr(this XElement element, string name)
    {
        for (var own = element.FirstAttribute; own is not null; own = own.NextAttribute)
        {
            if (own.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase)) return own.Value.Trim();
        }
        for (var own = element.FirstAttribute; own is not null; own = own.NextAttribute)
        {
            if (!Ascii.IsValid(own.Name.LocalName) && Latin(own.Name.LocalName).Equals(name, StringComparison.OrdinalIgnoreCase)) return own.Value.Trim();
        }
        return "";
    }

    // The first element of this name from a node on; a feed asks some forty times for each of its goods.
    private static XElement? Next(XNode? from, string name)
    {
        for (var node = from; node is not null; node = node.NextNode)
        {
            if (node is XElement element && element.Is(name)) return element;
        }
        return null;
    }

    /// <summary>A description as HTML: as it is written, escaped once too often, or as elements of the feed itself.</summary>
    public static string Html(this XElement? element)
    {
        if (element is null) return "";
        var text = element.HasElements ? string.Concat(element.Nodes().Select(Markup)) : element.Value;
        return Unescaped(text).Trim();
    }

    /// <summary>"&amp;lt;p&amp;gt;" where a tag was meant, as a tag; other text as it is.</summary>
    public static string Unescaped(string text) => !text.Contains('<', StringComparison.Ordinal) && EscapedTag().IsMatch(text) ? WebUtility.HtmlDecode(text) : text;

    /// <summary>A name without the escapes that were escaped themselves: "Tea &amp;amp; herbs".</summary>
    public static string Plain(string text) => text.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(text).Trim() : text;

    /// <summary>The element at the root of a sample, without its prefix; empty where there is none.</summary>
    public static string Root(string sample)
    {
        var match = RootElement().Match(Asides().Replace(sample.Length > LongestLook ? sample[..LongestLook] : sample, ""));
        return match.Success ? match.Groups[1].Value : "";
    }

    /// <summary>An element's name as words: page_extent is "Page extent".</summary>
    public static string Label(string name)
    {
        var label = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] is '_' or '-') label.Append(' ');
            else if (i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1])) label.Append(' ').Append(char.ToLowerInvariant(name[i]));
            else label.Append(i == 0 ? char.ToUpperInvariant(name[i]) : name[i]);
        }
        return label.ToString().Trim();
    }

    private static string Markup(XNode node) => node switch
    {
        XCData data => data.Value,
        XText text => WebUtility.HtmlEncode(text.Value),
        XElement element => $"<{element.Name.LocalName}>{string.Concat(element.Nodes().Select(Markup))}</{element.Name.LocalName}>",
        _ => "",
    };

    private static string Latin(string name) => string.Concat(name.Select(c => Lookalikes.IndexOf(c, StringComparison.Ordinal) is >= 0 and var at ? Meant[at] : c));

    [GeneratedRegex("&lt;/?[a-zA-Z][a-zA-Z0-9]*(\\s[^&<]*)?/?&gt;")]
    private static partial Regex EscapedTag();

    [GeneratedRegex("<!--.*?-->|<\\?.*?\\?>|<!DOCTYPE[^>\\[]*(\\[.*?\\]\\s*)?>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Asides();

    [GeneratedRegex("<(?:[\\w.-]+:)?([\\w.-]+)[\\s>/]")]
    private static partial Regex RootElement();
}
