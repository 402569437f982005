using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace Fairground.Catalog.Feeds;

/// <summary>
/// Says what makes a file no well-formed XML in sentences of our own, which are translated: the parser has its words in English only. It tells kinds of faults
/// apart by nothing but these words, so they are recognised here; what is not stands as the parser says it.
/// </summary>
internal static partial class XmlFaults
{
    private const int LongestName = 80;

    /// <summary>The sentence, in English; its places are filled in.</summary>
    /// <param name="linesBefore">Lines that the parser did not see.</param>
    public static string Sentence(XmlException error, long linesBefore)
    {
        var words = Plain(error.Message);
        if (Mismatch().Match(words) is { Success: true } mismatch)
        {
            var line = long.Parse(mismatch.Groups[2].Value, CultureInfo.InvariantCulture) + linesBefore;
            return Fill(Key("'{0}', opened on line {1}, is closed as '{2}'. Each element must be closed by its own name, the inner one first."), Short(mismatch.Groups[1].Value), line, Short(mismatch.Groups[3].Value));
        }
        if (Unclosed().Match(words) is { Success: true } unclosed) return Fill(Key("The file ends before its end: it was cut on its way or written in part. Not closed are: {0}."), Short(unclosed.Groups[1].Value));
        if (Begins().Match(words) is { Success: true } begins) return Fill(Key("A name would begin here with '{0}', which it cannot: maybe the sign < stands inside a text; write &lt; for it."), begins.Groups[1].Value);
        if (Code().Match(words) is { Success: true } code) return Sign(code.Groups[1].Value, code.Groups[2].Value);
        if (Twice().Match(words) is { Success: true } twice) return Fill(Key("The attribute '{0}' stands twice in one element."), Short(twice.Groups[1].Value));
        if (Prefix().Match(words) is { Success: true } prefix) return Fill(Key("The prefix '{0}' is used and not declared: the root element must have xmlns:{0}."), Short(prefix.Groups[1].Value));
        if (Entity().Match(words) is { Success: true } entity) return Fill(Key("The entity '&{0};' is not known: XML has &amp; &lt; &gt; &quot; &apos; and numbers only. Write the sign itself."), Short(entity.Groups[1].Value));
        if (Token().Match(words) is { Success: true } token) return Fill(Key("'{0}' stands where it cannot: maybe a quotation mark, an equals sign or a bracket is missing before it."), Short(token.Groups[1].Value));
        return Fixed(words);
    }

    // Texts that name nothing.
    private static string Fixed(string words) => words switch
    {
        _ when words.StartsWith("Unexpected end of file", StringComparison.Ordinal) => Key("The file ends before its end: it was cut on its way or written in part."),
        _ when words.StartsWith("An error occurred while parsing EntityName", StringComparison.Ordinal) => Key("The sign & stands by itself: write &amp; for it."),
        _ when words.StartsWith("Invalid syntax for a", StringComparison.Ordinal) => Key("A sign is written by a number that is none: it must be like &#38; or &#x26;."),
        _ when words.StartsWith("There is an unclosed literal string", StringComparison.Ordinal) => Key("A quotation mark is opened and never closed: the file was cut on its way, or the mark is missing."),
        _ when words.StartsWith("Root element is missing", StringComparison.Ordinal) => Key("There is no element in the file: it is empty or was cut on its way."),
        _ when words.StartsWith("There are multiple root elements", StringComparison.Ordinal) => Key("A second root element begins here: two files were put together, or one element is closed too early."),
        _ when words.StartsWith("Unexpected end tag", StringComparison.Ordinal) => Key("An element is closed here that is not open."),
        _ when words.StartsWith("Data at the root level is invalid", StringComparison.Ordinal) => Key("There is text here outside of all elements."),
        _ when words.StartsWith("Unexpected XML declaration", StringComparison.Ordinal) => Key("A second XML declaration stands here: two files were put together."),
        _ when words.StartsWith("Syntax for an XML declaration is invalid", StringComparison.Ordinal) => Key("The XML declaration in the first line is written wrongly."),
        _ when words.StartsWith("An XML comment cannot contain", StringComparison.Ordinal) => Key("A comment has two hyphens in it, which may only stand at its end."),
        _ when words.StartsWith("']]>' is not allowed", StringComparison.Ordinal) => Key("The signs ]]> stand outside of CDATA."),
        _ => words,
    };

    // "'<', hexadecimal value 0x3C, is an invalid attribute character", "Name cannot begin with the '<' character, hexadecimal value 0x3C".
    private static string Sign(string sign, string code) => code.TrimStart('0') switch
    {
        "3C" => Key("The sign < stands inside a text or a tag: write &lt; for it, or close the tag before it."),
        "26" => Key("The sign & stands by itself: write &amp; for it."),
        { Length: < 2 } or "1F" or "1E" or "1D" or "1C" or "1B" or "1A" or "19" or "18" or "17" or "16" or "15" or "14" or "13" or "12" or "11" or "10" or "FFFE" or "FFFF" => Fill(Key("A sign stands here that XML cannot have, with the code {0}."), code),
        _ => Fill(Key("The sign '{0}' cannot stand here."), sign),
    };

    // The parser adds the place, which is said beside the sentence.
    private static string Plain(string message)
    {
        var end = message.LastIndexOf(" Line ", StringComparison.Ordinal);
        return end > 0 ? message[..end] : message;
    }

    private static string Short(string text) => text.Length > LongestName ? text[..LongestName] + "…" : text;

    [GeneratedRegex("^The '(.*)' start tag on line (\\d+) position \\d+ does not match the end tag of '(.*)'", RegexOptions.Singleline)]
    private static partial Regex Mismatch();

    [GeneratedRegex("^Unexpected end of file has occurred\\. The following elements are not closed: (.*?)\\.?$", RegexOptions.Singleline)]
    private static partial Regex Unclosed();

    [GeneratedRegex("^Name cannot begin with the '(.{1,2})' character", RegexOptions.Singleline)]
    private static partial Regex Begins();

    [GeneratedRegex("'(.{1,2})'(?: character)?, hexadecimal value 0x([0-9A-Fa-f]+)", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("^'(.*)' is a duplicate attribute name", RegexOptions.Singleline)]
    private static partial Regex Twice();

    [GeneratedRegex("^'(.*)' is an undeclared prefix", RegexOptions.Singleline)]
    private static partial Regex Prefix();

    [GeneratedRegex("^Reference to undeclared entity '(.*)'", RegexOptions.Singleline)]
    private static partial Regex Entity();

    [GeneratedRegex("^'(.*?)' is an unexpected token", RegexOptions.Singleline)]
    private static partial Regex Token();
}
