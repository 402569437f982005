using System.Text;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>An address as it may be shown and written down: user, password and everything that may be a token are left out.</summary>
internal static class ShownAddress
{
    private const int LongestWord = 20;

    public static string Of(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return "…";
        var shown = new StringBuilder(uri.Scheme).Append("://").Append(uri.IdnHost);
        if (!uri.IsDefaultPort) shown.Append(':').Append(uri.Port);
        shown.Append(string.Join('/', uri.AbsolutePath.Split('/').Select(Segment)));
        if (uri.Query.Length > 1) shown.Append('?').Append(string.Join('&', uri.Query[1..].Split('&').Select(Parameter)));
        return shown.ToString();
    }

    // A name stays, its value does not: nobody can tell a token from a word.
    private static string Parameter(string pair) => pair.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? pair[..at] + "=…" : pair.Length > LongestWord ? "…" : pair;

    // Many shop systems put the token into the path.
    private static string Segment(string segment)
    {
        var dot = segment.LastIndexOf('.');
        var (name, ending) = dot > 0 ? (segment[..dot], segment[dot..]) : (segment, "");
        var digits = name.Count(char.IsAsciiDigit);
        return name.Length >= LongestWord && digits > 0 && !name.Contains('-', StringComparison.Ordinal) && !name.Contains('_', StringComparison.Ordinal) || IsId(name) ? name[..4] + "…" + ending : segment;
    }

    private static bool IsId(string name) => name.Length >= 32 && name.Count(char.IsAsciiHexDigit) >= name.Length - 4 || (name.Length >= 32 && name.Count(char.IsAsciiDigit) > 3);
}
