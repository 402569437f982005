using System.Text;

namespace Fairground.Catalog.Feeds;

/// <summary>One record of a table.</summary>
/// <param name="Line">The line it begins at, from 1.</param>
/// <param name="Cells">The cells, unquoted, not trimmed.</param>
/// <param name="Broken">A quote was opened and never closed: only the first line was read, as it stands.</param>
internal sealed record CsvRecord(long Line, IReadOnlyList<string> Cells, bool Broken);

/// <summary>
/// Reads tables in constant memory: RFC 4180, and what real exports do besides: text behind a closing quote, quotes inside unquoted
/// cells, ragged rows, any line ends. A quote that is never closed costs one line and not the rest of the file.
/// </summary>
internal sealed class CsvReader(TextReader text, char separator, int longestRecord = 16 * 1024 * 1024)
{
    private char[] buffer = new char[64 * 1024];
    private int start;
    private int end;
    private bool finished;
    private long line = 1;
    private readonly List<string> cells = [];
    private IReadOnlyList<string>? head;
    private readonly StringBuilder cell = new();

    private enum Parse
    {
        Record,
        NeedMore,
        OpenQuote,
    }

    /// <summary>The next record that has anything in it, or null at the end.</summary>
    public async ValueTask<CsvRecord?> Read(CancellationToken ct)
    {
        while (true)
        {
            if (start == end && finished) return null;
            var at = line;
            var parsed = start == end ? Parse.NeedMore : TryParse(quotes: true, out var consumed, out var lines) switch
            {
                Parse.Record => Take(consumed, lines, Parse.Record),
                var other => other,
            };
            if (parsed == Parse.Record)
            {
                // Files that were put together have a byte order mark in the middle.
                cells[0] = cells[0].TrimStart('\ufeff');
                if (cells.All(string.IsNullOrWhiteSpace)) continue;
                // What Excel tells itself about the separator.
                if (at == 1 && cells[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && cells[0].Length + cells.Count < 7) continue;
                // Templates of markets explain themselves above the header; files that were put together have it again further down.
                if (head is null && (cells.TrueForAll(c => c.Length == 0 || c.StartsWith("# ", StringComparison.Ordinal)) || (cells.Count <= 2 && cells[0].StartsWith("# ", StringComparison.Ordinal)))) continue;
                if (head is not null && cells[0] == head[0] && cells.SequenceEqual(head)) continue;
                var record = new CsvRecord(at, [.. cells], Broken: false);
                if (head is null && cells.Count > 2) head = record.Cells;
                return record;
            }
            if (parsed == Parse.NeedMore && await Fill(ct)) continue;
            if (start == end) return null;
            // A quote is still open at the end of the file or beyond any sensible length.
            TryParse(quotes: false, out var first, out var one);
            var wholeLine = finished || first < end - start || buffer[end - 1] is '\n' or '\r';
            Take(first, one, Parse.Record);
            var broken = new CsvRecord(at, [.. cells], Broken: true);
            // What is left of a line that is longer than any record is no row of its own.
            if (!wholeLine) await SkipLine(ct);
            return broken;
        }
    }

    private async ValueTask SkipLine(CancellationToken ct)
    {
        while (true)
        {
            var stop = buffer.AsSpan(start, end - start).IndexOfAny('\n', '\r');
            if (stop >= 0)
            {
                var isReturn = buffer[start + stop] == '\r';
                start += stop + 1;
                if (isReturn && (start < end || await Fill(ct)) && start < end && buffer[start] == '\n') start++;
                return;
            }
            start = end;
            if (!await Fill(ct) || start == end) return;
        }
    }

    private Parse Take(int consumed, int lines, Parse parsed)
    {
        start += consumed;
        line += lines;
        return parsed;
    }

    // True where there is more to parse with; false where the record cannot grow any further.
    private async ValueTask<bool> Fill(CancellationToken ct)
    {
        if (finished) return false;
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length)
        {
            if (buffer.Length >= longestRecord) return false;
            Array.Resize(ref buffer, buffer.Length * 2);
        }
        var read = await text.ReadAsync(buffer.AsMemory(end), ct);
        end += read;
        // One more parse with the end in sight, unless nothing is left at all.
        finished = read == 0;
        return true;
    }

    private Parse TryParse(bool quotes, out int consumed, out int lines)
    {
        cells.Clear();
        var span = buffer.AsSpan(start, end - start);
        (consumed, lines) = (0, 0);
        var at = 0;
        while (true)
        {
            if (quotes && QuoteAt(span, at) is >= 0 and var quote)
            {
                at = quote;
                var closed = Quoted(span, ref at, ref lines);
                if (!closed) return Parse.NeedMore;
            }
            else cell.Clear();
            var rest = span[at..].IndexOfAny(separator, '\n', '\r');
            if (rest < 0)
            {
                if (!finished && quotes) return Parse.NeedMore;
                cells.Add(Finish(span[at..]));
                consumed = span.Length;
                lines++;
                return Parse.Record;
            }
            cells.Add(Finish(span.Slice(at, rest)));
            at += rest;
            var stop = span[at++];
            if (stop == separator) continue;
            if (stop == '\r')
            {
                if (at == span.Length && !finished && quotes) return Parse.NeedMore;
                if (at < span.Length && span[at] == '\n') at++;
            }
            consumed = at;
            lines++;
            return Parse.Record;
        }
    }

    // Some writers put a space between separator and quote.
    private static int QuoteAt(ReadOnlySpan<char> span, int at)
    {
        while (at < span.Length && span[at] == ' ') at++;
        return at < span.Length && span[at] == '"' ? at : -1;
    }

    // Text behind a closing quote belongs to the cell too, spaces excepted.
    private string Finish(ReadOnlySpan<char> rest)
    {
        if (cell.Length == 0) return rest.ToString();
        cell.Append(rest.TrimEnd());
        return cell.ToString();
    }

    // Reads a quoted cell into `cell`; false where its end is not in sight.
    private bool Quoted(ReadOnlySpan<char> span, ref int at, ref int lines)
    {
        cell.Clear();
        at++;
        while (true)
        {
            var stop = span[at..].IndexOf('"');
            if (stop < 0) return false;
            var piece = span.Slice(at, stop);
            lines += piece.Count('\n');
            cell.Append(piece);
            at += stop + 1;
            if (at == span.Length && !finished) return false;
            if (at == span.Length || span[at] != '"') return true;
            cell.Append('"');
            at++;
        }
    }
}
