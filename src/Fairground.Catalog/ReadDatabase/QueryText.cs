using Fairground.Kernel;

namespace Fairground.Catalog.ReadDatabase;

/// <summary>
/// Looks at a query before a database sees it: one SELECT (or WITH … SELECT), whole in itself, so that it stays a part of the statement it is
/// put into. What it may do is the database's to hold: it is run in a read-only transaction, inside <c>select * from (…)</c>.
/// </summary>
internal static class QueryText
{
    private const int Longest = 20_000;

    /// <summary>Why the query is not taken, or null.</summary>
    public static Refusal? Refusal(string? query)
    {
        if (string.IsNullOrWhiteSpace(query)) return SourceRefusals.QueryRefused;
        if (query.Length > Longest) return SourceRefusals.QueryRefused.Saying(T["The query is longer than {0} characters.", Longest]);
        var (depth, begun) = (0, false);
        for (var i = 0; i < query.Length; i++)
        {
            if (Skipped(query, i) is { } next)
            {
                if (next < 0) return SourceRefusals.QueryRefused.Saying(T["A quote or a comment in the query does not end."]);
                i = next - 1;
                continue;
            }
            var c = query[i];
            if (char.IsWhiteSpace(c)) continue;
            if (!begun && !Begins(query, i)) return SourceRefusals.QueryRefused;
            begun = true;
            if (c == ';') return SourceRefusals.QueryRefused.Saying(T["The query must be one statement, without a semicolon."]);
            if (c == '\0') return SourceRefusals.QueryRefused;
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth < 0) break;
        }
        if (!begun) return SourceRefusals.QueryRefused;
        return depth == 0 ? null : SourceRefusals.QueryRefused.Saying(T["The brackets of the query do not match."]);
    }

    /// <summary>The query as a table: on lines of its own, so that a comment at its end ends too.</summary>
    public static string AsTable(string query) => $"(\n{query}\n) as goods";

    private static bool Begins(string query, int at) => Word(query, at) is { } word && (word.Equals("select", StringComparison.OrdinalIgnoreCase) || word.Equals("with", StringComparison.OrdinalIgnoreCase));

    private static string Word(string query, int at)
    {
        var end = at;
        while (end < query.Length && char.IsAsciiLetter(query[end])) end++;
        return query[at..end];
    }

    // Where what begins here, and is no code, ends; null where it is code, -1 where it has no end.
    private static int? Skipped(string query, int at)
    {
        var c = query[at];
        if (c == '-' && At(query, at + 1) == '-') return query.IndexOf('\n', at) is >= 0 and var line ? line + 1 : query.Length;
        if (c == '/' && At(query, at + 1) == '*') return Comment(query, at);
        if (c is '\'' or '"') return Quoted(query, at, backslash: c == '\'' && at > 0 && query[at - 1] is 'e' or 'E');
        if (c == '$' && (at == 0 || !IsOfWord(query[at - 1]))) return Dollars(query, at);
        return null;
    }

    private static int Comment(string query, int at)
    {
        // PostgreSQL nests comments, SQLite does not: what both would read differently is refused.
        var end = query.IndexOf("*/", at + 2, StringComparison.Ordinal);
        return end < 0 || query.AsSpan(at + 2, end - at - 2).Contains("/*", StringComparison.Ordinal) ? -1 : end + 2;
    }

    private static int Quoted(string query, int at, bool backslash)
    {
        for (var i = at + 1; i < query.Length; i++)
        {
            if (backslash && query[i] == '\\') i++;
            else if (query[i] == query[at] && At(query, i + 1) == query[at]) i++;
            else if (query[i] == query[at]) return i + 1;
        }
        return -1;
    }

    private static int? Dollars(string query, int at)
    {
        var close = query.IndexOf('$', at + 1);
        if (close < 0 || query[(at + 1)..close].Any(c => !IsOfWord(c)) || (close > at + 1 && char.IsAsciiDigit(query[at + 1]))) return null;
        var tag = query[at..(close + 1)];
        return query.IndexOf(tag, close + 1, StringComparison.Ordinal) is >= 0 and var end ? end + tag.Length : -1;
    }

    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private static char At(string query, int at) => at < query.Length ? query[at] : '\0';
}
