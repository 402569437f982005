using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>One line of the closing log: a signed closing, or a signed switch of a draw that fails over, bound to the line before it (draw proof, Closing log).</summary>
/// <param name="At">When the line was written; see <see cref="ProofTime"/>.</param>
/// <param name="Statement">The closing or the switch, as a JWS.</param>
/// <param name="Index">The place of the line, from 0.</param>
/// <param name="Previous">The hash of the line before, hex; 64 zeros for the first.</param>
/// <param name="IsSwitch">Whether the statement is a <see cref="SwitchStatement"/> and not a <see cref="ClosingStatement"/>.</param>
public sealed record ClosingLogLine(string At, string Statement, long Index, string Previous, bool IsSwitch = false)
{
    /// <summary>What stands for the line before the first.</summary>
    public static string NoPrevious { get; } = new('0', 64);

    /// <summary>The line that follows another, or the first line of a log.</summary>
    public static ClosingLogLine After(ClosingLogLine? previous, string at, string statementJws, bool isSwitch = false)
    {
        _ = ProofTime.UnixSeconds(at, "at");
        return previous is null
            ? new ClosingLogLine(at, statementJws, 0, NoPrevious, isSwitch)
            : new ClosingLogLine(at, statementJws, previous.Index + 1, previous.Hash(), isSwitch);
    }

    /// <summary>The line as published, without a line end.</summary>
    public string ToLine() => CanonicalJson.Text(new JsonObject
    {
        ["at"] = At,
        [IsSwitch ? "switch" : "closing"] = Statement,
        ["index"] = Index,
        ["previous"] = Previous,
    });

    /// <summary>SHA-256 over the bytes of the line without its line end, hex.</summary>
    public string Hash() => Hex.Of(SHA256.HashData(CanonicalJson.Bytes(ToLine())));

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">The line is not a log line in canonical form.</exception>
    public static ClosingLogLine Parse(string line)
    {
        var json = JsonRead.Object(CanonicalJson.Parse(line), "A line of the closing log");
        var isSwitch = JsonRead.Has(json, "switch");
        var parsed = new ClosingLogLine(
            JsonRead.Time(json, "at"), JsonRead.Text(json, isSwitch ? "switch" : "closing"), JsonRead.Long(json, "index"), JsonRead.Hash(json, "previous"), isSwitch);
        return parsed.ToLine() == line ? parsed : throw new FormatException("The line is not in canonical form.");
    }
}

/// <summary>What checking or comparing a log found.</summary>
/// <param name="Ok">Whether the chain holds, or the copies agree.</param>
/// <param name="Index">The line at which it breaks, from 0, otherwise null.</param>
/// <param name="Sentence">The finding in plain words.</param>
public sealed record ClosingLogCheck(bool Ok, long? Index, string Sentence);

/// <summary>The public append-only list of closings.</summary>
public static class ClosingLog
{
    /// <summary>Checks that the lines form one chain from the first line on. Never throws on bad lines.</summary>
    public static ClosingLogCheck Verify(IEnumerable<string> lines)
    {
        ClosingLogLine? previous = null;
        var expected = 0L;
        foreach (var text in lines)
        {
            ClosingLogLine line;
            try
            {
                line = ClosingLogLine.Parse(text);
            }
            catch (FormatException e)
            {
                return new(false, expected, $"Line {expected} of the closing log cannot be read: {e.Message}");
            }
            if (line.Index != expected)
                return new(false, expected, $"Line {expected} of the closing log calls itself line {line.Index}.");
            if (line.Previous != (previous?.Hash() ?? ClosingLogLine.NoPrevious))
                return new(false, expected, $"Line {expected} of the closing log does not carry the hash of the line before it: the log was rewritten.");
            previous = line;
            expected++;
        }
        return new(true, null, $"The closing log is one unbroken chain of {expected} lines.");
    }

    /// <summary>Compares two copies; either may be a part of the log. Never throws on bad lines.</summary>
    public static ClosingLogCheck Compare(IEnumerable<string> mine, IEnumerable<string> theirs)
    {
        var known = new Dictionary<long, string>();
        try
        {
            foreach (var line in mine)
            {
                var index = ClosingLogLine.Parse(line).Index;
                if (!known.TryAdd(index, line) && known[index] != line) return Differ(index);
            }
            var shared = 0;
            foreach (var line in theirs)
            {
                var index = ClosingLogLine.Parse(line).Index;
                if (!known.TryGetValue(index, out var other)) continue;
                if (other != line) return Differ(index);
                shared++;
            }
            return new(true, null, $"The two copies agree in all {shared} lines that they share.");
        }
        catch (FormatException e)
        {
            return new(false, null, "A line of the closing log cannot be read: " + e.Message);
        }
    }

    private static ClosingLogCheck Differ(long index) =>
        new(false, index, $"The two copies show different lines {index}: this proves that the log was rewritten.");
}
