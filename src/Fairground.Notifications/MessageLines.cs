namespace Fairground.Notifications;

/// <summary>What a line of a message is.</summary>
internal enum LineKind
{
    Paragraph,
    Heading,

    /// <summary>What follows is no longer about the thing before.</summary>
    Rule,
}

/// <summary>Reads a message's text line by line: a line is a paragraph, one that begins with U+001E a heading or, empty, a rule.</summary>
internal static class MessageLines
{
    /// <summary>No keyboard writes it, so that what people wrote is never taken for a heading.</summary>
    public const char Mark = '\u001e';

    public static IEnumerable<(LineKind Kind, string Text)> Of(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line[0] != Mark ? (LineKind.Paragraph, line) : line.Length == 1 ? (LineKind.Rule, "") : (LineKind.Heading, line[1..]));
}
