using System.Runtime.CompilerServices;
using System.Xml;
using System.Xml.Linq;

namespace Fairground.Catalog.Feeds;

/// <summary>An element of a feed.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Element">With its content where it was asked for whole, else with its attributes only.</param>
/// <param name="Parents">Local names of the elements around it, the root first. Changes while the walk goes on.</param>
internal sealed record XmlPiece(long Line, XElement Element, bool Whole, IReadOnlyList<string> Parents)
{
    public string Name => Element.Name.LocalName;

    public string Parent => Parents.Count > 0 ? Parents[^1] : "";
}

/// <summary>
/// Walks through an XML feed in constant memory: only one record is held at a time. DTDs are skipped and nothing outside is ever
/// resolved, so an entity that only a DTD would know is a fault and a bomb made of entities never goes off.
/// </summary>
internal sealed class XmlFeed : IDisposable
{
    private const int DeepestNesting = 100;

    private readonly XmlText text;
    private readonly bool isChecked;

    // Made at the first step: it reads as soon as it is there.
    private XmlReader reader = null!;

    private XmlFeed(FeedFile file, bool isChecked)
    {
        this.isChecked = isChecked;
        text = new XmlText(file.Text());
    }

    /// <summary>What ended the walk before the end of the file, or null.</summary>
    public FeedFault? Fault { get; private set; }

    private long Line => (reader is IXmlLineInfo at ? at.LineNumber : 0) + text.LinesBefore;

    /// <param name="isChecked">False where <see cref="Check"/> has not looked at the file: elements then take longer to read.</param>
    public static XmlFeed Open(FeedFile file, bool isChecked = true) => new(file, isChecked);

    /// <summary>Looks through the whole file for what makes it unreadable; null where nothing does.</summary>
    public static async Task<FeedFault?> Check(FeedFile file, CancellationToken ct)
    {
        if (await BeforeDeclaration(file, ct) is { } before) return before;
        using var feed = Open(file);
        while (await feed.Step(ct)) feed.text.Renew();
        return feed.Fault;
    }

    /// <summary>Every element's beginning, and whole elements where <paramref name="whole"/> asks for them by name and parents.</summary>
    public async IAsyncEnumerable<XmlPiece> Walk(Func<string, IReadOnlyList<string>, bool> whole, [EnumeratorCancellation] CancellationToken ct)
    {
        var parents = new List<string>();
        var stands = false;
        while (stands || await Step(ct))
        {
            stands = false;
            if (reader.NodeType != XmlNodeType.Element) continue;
            text.Renew();
            var (line, name) = (Line, reader.LocalName);
            parents.RemoveRange(Math.Min(reader.Depth, parents.Count), Math.Max(0, parents.Count - reader.Depth));
            if (whole(name, parents))
            {
                // The reader then stands behind the element, on what comes next.
                if (await Whole(ct) is not { } element) yield break;
                stands = reader.ReadState == ReadState.Interactive;
                yield return new XmlPiece(line, element, Whole: true, parents);
                continue;
            }
            yield return new XmlPiece(line, Bare(), Whole: false, parents);
            parents.Add(name);
        }
    }

    public void Dispose()
    {
        reader?.Dispose();
        text.Dispose();
    }

    private static XmlReader Reader(XmlText text) => XmlReader.Create(text, new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        MaxCharactersFromEntities = 1024,
        // Old systems leave control characters in texts; they are dropped when the text is cleaned.
        CheckCharacters = false,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    });

    private async ValueTask<bool> Step(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            await text.ReadAhead(ct);
            reader ??= Reader(text);
            if (!reader.Read()) return false;
            if (reader.Depth <= DeepestNesting) return true;
            Fault = TooDeep();
        }
        catch (Exception error) when (error is XmlException or InvalidDataException or NotSupportedException)
        {
            Fault = Explain(error);
        }
        return false;
    }

    private async ValueTask<XElement?> Whole(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            await text.ReadAhead(ct);
            return isChecked ? (XElement)XNode.ReadFrom(reader) : Grown();
        }
        catch (Exception error) when (error is XmlException or InvalidDataException or InvalidOperationException or NotSupportedException)
        {
            Fault = Explain(error);
            return null;
        }
    }

    // The element with all in it; null where it is nested too deep. The framework's own way is faster, but it has no end of nesting, and each level costs more
    // than the one before.
    private XElement? Grown()
    {
        var whole = Bare();
        var at = reader.IsEmptyElement ? null : whole;
        while (reader.Read() && at is not null)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.Depth > DeepestNesting:
                    Fault = TooDeep();
                    return null;
                case XmlNodeType.Element:
                    var child = Bare();
                    at.Add(child);
                    if (!reader.IsEmptyElement) at = child;
                    break;
                case XmlNodeType.EndElement:
                    at = at == whole ? null : at.Parent!;
                    break;
                case XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    at.Add(reader.Value);
                    break;
                case XmlNodeType.CDATA:
                    at.Add(new XCData(reader.Value));
                    break;
            }
        }
        return whole;
    }

    private FeedFault TooDeep() => new(Line, 0, Fill(Key("Elements are nested deeper than {0} levels."), DeepestNesting));

    private XElement Bare()
    {
        var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
        if (!reader.MoveToFirstAttribute()) return element;
        do
        {
            if (reader.NamespaceURI != "http://www.w3.org/2000/xmlns/") element.SetAttributeValue(XName.Get(reader.LocalName, reader.NamespaceURI), reader.Value);
        }
        while (reader.MoveToNextAttribute());
        reader.MoveToElement();
        return element;
    }

    private FeedFault Explain(Exception error)
    {
        if (error is not XmlException xml) return new FeedFault(Line, 0, error is InvalidDataException ? error.Message : Key("The element cannot be read."));
        return new FeedFault(xml.LineNumber + text.LinesBefore, xml.LinePosition, Fill(Key("The file is not well-formed XML: {0}"), XmlFaults.Sentence(xml, text.LinesBefore)));
    }

    // A shop's program sometimes leaves its own lines or messages at the beginning of what it exports.
    private static async Task<FeedFault?> BeforeDeclaration(FeedFile file, CancellationToken ct)
    {
        using var reader = file.Text();
        var characters = new char[16 * 1024];
        var beginning = new string(characters, 0, await reader.ReadBlockAsync(characters.AsMemory(), ct));
        var declared = beginning.IndexOf("<?xml", StringComparison.Ordinal);
        var before = declared >= 0 ? beginning[..declared] : beginning[..Math.Max(0, beginning.IndexOf('<', StringComparison.Ordinal))];
        if (string.IsNullOrWhiteSpace(before.Trim('\ufeff', '\0'))) return null;
        var line = before.Count(c => c == '\n') + 1;
        return new FeedFault(1, 1, Fill(Key("Something stands before the XML, which begins on line {0}: maybe lines of the program that wrote the file. Take everything before it away and send the file again."), line));
    }
}
