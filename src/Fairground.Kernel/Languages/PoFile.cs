using System.Text;

namespace Fairground.Kernel.Languages;

/// <summary>One text of a PO file with its translation, or its plural forms.</summary>
/// <param name="Key">The English text; behind its context and U+0004 where it has one.</param>
/// <param name="Plural">The English plural, or null.</param>
/// <param name="Forms">The translation, or one text for each plural form.</param>
public sealed record PoEntry(string Key, string? Plural, IReadOnlyList<string> Forms);

/// <summary>Reads gettext's PO files, which every translator's tool writes: msgctxt, msgid, msgid_plural, msgstr. Comments are left alone.</summary>
public static class PoFile
{
    private const char ContextEnd = '\u0004';

    /// <summary>The key of a text that means something else elsewhere.</summary>
    public static string KeyIn(string context, string text) => $"{context}{ContextEnd}{text}";

    /// <summary>Its entries in order; the head, whose msgid is empty, stands first where there is one. Throws <see cref="FormatException"/>, which names the line.</summary>
    public static IReadOnlyList<PoEntry> Read(TextReader text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (entries, fields, number, last) = (new List<PoEntry>(), new Dictionary<string, StringBuilder>(StringComparer.Ordinal), 0, "");
        while (text.ReadLine() is { } line)
        {
            number++;
            line = line.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var quote = line.IndexOf('"', StringComparison.Ordinal);
            if (quote < 0 || line.Length < quote + 2 || line[^1] != '"') throw new FormatException($"Line {number} is no text in quotes.");
            var name = line[..quote].Trim();
            if (name is "msgctxt" or "msgid" && last.StartsWith("msgstr", StringComparison.Ordinal)) Finish(fields, entries);
            if (name.Length > 0) fields[last = name] = new StringBuilder();
            if (last.Length == 0) throw new FormatException($"Line {number} belongs to nothing.");
            Unquote(line.AsSpan(quote + 1, line.Length - quote - 2), fields[last], number);
        }
        Finish(fields, entries);
        return entries;
    }

    private static void Finish(Dictionary<string, StringBuilder> fields, List<PoEntry> entries)
    {
        if (fields.Count == 0) return;
        var id = fields.GetValueOrDefault("msgid")?.ToString() ?? throw new FormatException("A text has no msgid.");
        var key = fields.TryGetValue("msgctxt", out var context) ? KeyIn(context.ToString(), id) : id;
        var plural = fields.GetValueOrDefault("msgid_plural")?.ToString();
        var forms = plural is null
            ? [fields["msgstr"].ToString()]
            : Enumerable.Range(0, fields.Count).Select(i => fields.GetValueOrDefault($"msgstr[{i}]")?.ToString()).OfType<string>().ToArray();
        entries.Add(new PoEntry(key, plural, forms));
        fields.Clear();
    }

    private static void Unquote(ReadOnlySpan<char> quoted, StringBuilder into, int line)
    {
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] != '\\')
            {
                into.Append(quoted[i]);
                continue;
            }
            if (++i == quoted.Length) throw new FormatException($"Line {line} ends within a sign.");
            into.Append(quoted[i] switch { 'n' => '\n', 't' => '\t', '"' => '"', '\\' => '\\', _ => throw new FormatException($"Line {line} has a sign that we do not know.") });
        }
    }
}
