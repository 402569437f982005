using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Fairground.Catalog.Feeds;

/// <summary>Google Merchant's data as RSS or Atom: fields in Google's namespace or in none.</summary>
internal sealed class GoogleRss : IFeedFormat
{
    public string Name => "google-rss";

    public int Likelihood(FeedSample sample)
    {
        if (XmlWords.Root(sample.Text).ToLowerInvariant() is not ("rss" or "feed" or "rdf" or "channel")) return 0;
        if (sample.Text.Contains("wordpress.org/export", StringComparison.OrdinalIgnoreCase)) return 0;
        if (sample.Text.Contains("base.google.com/ns", StringComparison.OrdinalIgnoreCase) || sample.Text.Contains("<g:", StringComparison.OrdinalIgnoreCase)) return 95;
        return sample.Text.Contains("<price", StringComparison.OrdinalIgnoreCase) ? 60 : 0;
    }

    public Task<FeedFault?> Check(FeedFile file, CancellationToken ct) => XmlFeed.Check(file, ct);

    public async IAsyncEnumerable<FeedRecord> Read(FeedFile file, FeedReadOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var feed = XmlFeed.Open(file);
        var groups = new FeedGroups();
        await foreach (var piece in feed.Walk(static (name, _) => name is "item" or "entry", ct))
        {
            if (!piece.Whole) continue;
            var fields = piece.Element.Elements().ToLookup(e => Field(e.Name.LocalName), StringComparer.Ordinal);
            var item = new GoogleItem(piece.Line, name => Values(fields, name), options.Now);
            var done = item.Member() is { } member ? groups.Add(member) : [.. groups.Finish(), item.Alone()];
            foreach (var record in done) yield return record;
        }
        foreach (var record in groups.Finish()) yield return record;
        if (feed.Fault is { } fault) yield return new FeedProblem(fault.Line, 0, "", FeedCodes.FileBroken, fault.Text);
    }

    private static string Field(string name) => name switch
    {
        // Atom's own words.
        "summary" or "content" => "description",
        _ => name.ToLowerInvariant().Replace('_', ' '),
    };

    // Google's own element before a plain one of the same name.
    private static IEnumerable<string> Values(ILookup<string, XElement> fields, string name) =>
        fields[name].OrderBy(e => e.Name.NamespaceName.Contains("base.google.com", StringComparison.OrdinalIgnoreCase) ? 0 : 1).Select(e => Value(e, name)).Where(v => v.Length > 0);

    private static string Value(XElement element, string name) => name switch
    {
        "description" => element.Html(),
        "product detail" when element.HasElements => $"{element.Text("section_name")}:{element.Text("attribute_name")}:{element.Text("attribute_value")}",
        "structured title" => element.Text("content"),
        _ => element.Value.Trim(),
    };
}
