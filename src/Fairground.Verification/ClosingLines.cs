namespace Fairground.Verification;

/// <summary>A line of the closing log.</summary>
internal sealed record ClosingLine(long Index, string At, string Statement, bool IsSwitch, string Hash)
{
    public long Seconds => Document.Seconds(At, "at");
}

/// <summary>A copy of the closing log, from its first line on.</summary>
internal static class ClosingLines
{
    /// <summary>The lines of an unbroken chain, or the sentence that says where it breaks. Never throws.</summary>
    public static (List<ClosingLine> Lines, string? Problem) Read(IEnumerable<string> texts)
    {
        var (lines, previous) = (new List<ClosingLine>(), new string('0', 64));
        foreach (var text in Document.WithoutLastBlank(texts))
        {
            try
            {
                var json = Document.Of(Json.Read(text), "A line of the closing log");
                var isSwitch = json.Has("switch");
                if (json.Canonical != text || json.Names.Count() != 4) throw new FormatException("The line is not in canonical form.");
                var line = new ClosingLine(json.Number("index"), json.Time("at"), json.Text(isSwitch ? "switch" : "closing"), isSwitch, Document.Sha256(text));
                if (line.Index != lines.Count) return (lines, $"Line {lines.Count} of the closing log calls itself line {line.Index}.");
                if (json.Hash("previous") != previous) return (lines, $"Line {lines.Count} of the closing log does not carry the hash of the line before it: the log was rewritten.");
                if (lines.Count > 0 && line.Seconds < lines[^1].Seconds) return (lines, $"Line {lines.Count} of the closing log is older than the line before it.");
                lines.Add(line);
                previous = line.Hash;
            }
            catch (Exception error) when (error is FormatException or System.Text.EncoderFallbackException)
            {
                return (lines, $"Line {lines.Count} of the closing log cannot be read: {error.Message}");
            }
        }
        return (lines, null);
    }
}
