using System.Globalization;

namespace Fairground.Verification;

/// <summary>The table of outcomes (draw proof, Table of outcomes).</summary>
internal static class OutcomeRows
{
    private const int MostPieces = 10_000;
    private const int MostRows = 1_000_000;

    private static readonly Int128[] Nothing = [0, 0, 1, 0];

    private static readonly string[] Names = ["collected", "refund", "winners", "winnerPays", "winnerGets", "seller", "mileage"];

    /// <summary>What is wrong with the table, or null; and what it says of n sold entries.</summary>
    /// <exception cref="FormatException">A member is missing or of the wrong shape.</exception>
    public static (string? Problem, string Told) Check(Document table, Document terms, long n)
    {
        _ = table.Number("v", 1, 1);
        foreach (var name in (string[])["currency", "price", "entryPrice", "entries", "winners"])
        {
            if (Json.Canonical(table.Value(name)) != Json.Canonical(terms.Value(name))) return ($"The table of outcomes is of another {name} than the terms.", "");
        }
        var pieces = table.Parts("pieces");
        if (pieces.Count is 0 or > MostPieces) return ($"The table of outcomes must have between 1 and {MostPieces} pieces.", "");
        var (next, told, winners) = (0L, "", terms.Number("winners"));
        foreach (var piece in pieces)
        {
            var (from, to) = (piece.Number("from"), piece.Number("to"));
            if (from != next || to < from) return ($"The table of outcomes has a gap or an overlap at {next} sold entries.", "");
            if (piece.Text("outcome") is not ("draw" or "cash" or "refund")) return ($"The table of outcomes knows an outcome \"{piece.Text("outcome")}\".", "");
            var figures = piece.Part("figures");
            if (Figures(figures, from, to) is { } problem) return (problem, "");
            if (RowsProblem(figures, from, to, winners) is { } impossible) return (impossible, "");
            if (n >= from && n <= to)
            {
                if (piece.Text("outcome") == "refund") return ($"The table of outcomes says that everybody is paid back at {n} sold entries, but there was a draw.", "");
                if (winners > 0 && n > 0 && (!figures.Has("winners") || Value(Parts(figures, "winners"), n) == 0)) return ($"The table of outcomes says that nobody wins at {n} sold entries, but there was a draw.", "");
                told = Told(piece, n);
            }
            next = to + 1;
        }
        return next > terms.Number("entries") ? (null, told) : ($"The table of outcomes ends at {next - 1} sold entries.", "");
    }

    /// <summary>The first row that cannot be. Between the ends of a piece a figure may bend, so every number up to a million is looked at, and the ends of what is wider.</summary>
    private static string? RowsProblem(Document figures, long from, long to, long most)
    {
        var parts = Array.ConvertAll(Names, name => figures.Has(name) ? Parts(figures, name) : Nothing);
        var row = new Int128[Names.Length];
        for (var n = from; n <= to; n += to - from < MostRows ? 1 : to - from)
        {
            for (var i = 0; i < row.Length; i++) row[i] = Value(parts[i], n);
            if (Array.FindIndex(row, figure => figure < 0) is var wrong and >= 0) return $"The table of outcomes gives a negative figure \"{Names[wrong]}\" at {n} sold entries.";
            var (collected, refund, winners, winnerPays, winnerGets, seller, mileage) = (row[0], row[1], row[2], row[3], row[4], row[5], row[6]);
            if (winners > most) return $"The table of outcomes promises {winners} winners at {n} sold entries, but the terms draw {most}.";
            if (collected + winners * winnerPays - n * refund - seller - winners * winnerGets - (n - winners) * mileage < 0) return $"The table of outcomes gives away more than comes in at {n} sold entries.";
        }
        return null;
    }

    private static string? Figures(Document figures, long from, long to)
    {
        foreach (var name in figures.Names)
        {
            if (!Names.Contains(name)) return $"The table of outcomes has a figure \"{name}\" that no table has.";
            var parts = Parts(figures, name);
            if (parts[2] + parts[3] * from < 1 || parts[2] + parts[3] * to < 1) return $"The figure \"{name}\" of the table of outcomes divides by less than 1.";
        }
        return null;
    }

    private static Int128[] Parts(Document figures, string name)
    {
        Int128[] parts = [.. figures.List(name).Select(part => Document.Whole(part, name, -Document.MostExact, Document.MostExact))];
        return parts.Length == 4 ? parts : throw new FormatException($"The figure \"{name}\" must be a list of four numbers.");
    }

    private static string Told(Document piece, long n)
    {
        var figures = piece.Part("figures");
        var values = figures.Names.Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} {Value(Parts(figures, name), n)}"));
        return $"for {n} sold entries it says {piece.Text("outcome")}: {string.Join(", ", values)}.";
    }

    /// <summary>floor((a + b n) / (c + d n)). The four are below 2^53 and so is n, so nothing is lost.</summary>
    private static Int128 Value(Int128[] parts, long n)
    {
        var (above, below) = (parts[0] + parts[1] * n, parts[2] + parts[3] * n);
        if (below == 1) return above;
        var quotient = above / below;
        return above < 0 && quotient * below != above ? quotient - 1 : quotient;
    }
}
