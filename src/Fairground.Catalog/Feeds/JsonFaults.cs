using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fairground.Catalog.Feeds;

/// <summary>As <see cref="XmlFaults"/>, for what makes a text no well-formed JSON.</summary>
internal static partial class JsonFaults
{
    /// <summary>The sentence, in English; its places are filled in.</summary>
    /// <param name="sign">What stands at the fault, or empty.</param>
    /// <param name="deepest">Levels that the parser was allowed.</param>
    public static string Sentence(JsonException error, string sign, int deepest) => error.Message switch
    {
        var words when words.Contains("after a single JSON value", StringComparison.Ordinal) => Fill(Key("'{0}' closes what is not open."), sign),
        var words when words.Contains("trailing comma", StringComparison.Ordinal) => Key("A comma stands behind the last value; take it away."),
        var words when words.Contains("invalid start of a property name", StringComparison.Ordinal) => Fill(Key("'{0}' stands where a name in double quotation marks should."), sign),
        var words when words.Contains("invalid after a property name", StringComparison.Ordinal) => Fill(Key("'{0}' stands where a colon should, behind a name."), sign),
        var words when words.Contains("invalid start of a value", StringComparison.Ordinal) => Fill(Key("'{0}' stands where a value should: a text in double quotation marks, a number, true, false or null."), sign),
        var words when words.Contains("invalid after a value", StringComparison.Ordinal) => Fill(Key("'{0}' stands where a comma or a closing bracket should: a comma is missing, a quotation mark stands inside a text, or a comment was written."), sign),
        var words when words.Contains("invalid without a matching open", StringComparison.Ordinal) => Fill(Key("'{0}' closes what is not open."), sign),
        var words when words.Contains("escapable character", StringComparison.Ordinal) || words.Contains("not a hex digit", StringComparison.Ordinal) => Key("A backslash in a text is followed by what cannot follow it: write two of them for the sign itself."),
        var words when words.Contains("invalid within a JSON string", StringComparison.Ordinal) => Key("A line break or another control sign stands inside a text: the text is not closed, or the sign must be written with a backslash."),
        var words when Literal().Match(words) is { Success: true } literal => Fill(Key("'{0}' is no value: maybe true, false or null was meant."), literal.Groups[1].Value),
        var words when words.Contains("number", StringComparison.Ordinal) || words.Contains("leading zero", StringComparison.Ordinal) =>
            Key("A number is written wrongly: it is digits with at most one point, no zero before them and no sign between thousands."),
        var words when words.Contains("maximum configured depth", StringComparison.Ordinal) => Fill(Key("Elements are nested deeper than {0} levels."), deepest),
        var words => words.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? words[..end] : words,
    };

    [GeneratedRegex("^'([^' }\\],]{0,20})[^']*' is an invalid JSON literal", RegexOptions.Singleline)]
    private static partial Regex Literal();
}
