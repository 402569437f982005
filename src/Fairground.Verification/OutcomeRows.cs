using System.Globalization;
using System.Numerics;

namespace Fairground.Verification;

/// <summary>The table of outcomes (draw proof, Table of outcomes).</summary>
internal static class OutcomeRows
{
    private const int MostPieces = 10_000;

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
        var (next, told) = (0L, "");
        foreach (var piece in pieces)
        {
            var (from, to) = (piece.Number("from"), piece.Number("to"));
            if (from != next || to < from) return ($"The table of outcomes has a gap or an overlap at {next} sold entries.", "");
            if (piece.Text("outcome") is not ("draw" or "cash" or "refund")) return ($"The table of outcomes knows an outcome \"{piece.Text("outcome")}\".", "");
            if (Figures(piece.Part("figures"), from, to) is { } problem) return (problem, "");
            if (new[] { from, to }.FirstOrDefault(at => Remains(piece.Part("figures"), at) < 0, -1) is var poor and >= 0) return ($"The table of outcomes gives away more than comes in at {poor} sold entries.", "");
            if (n >= from && n <= to)
            {
                if (piece.Text("outcome") == "refund") return ($"The table of outcomes says that everybody is paid back at {n} sold entries, but there was a draw.", "");
                if (Remains(piece.Part("figures"), n) < 0) return ($"The table of outcomes gives away more than comes in at {n} sold entries.", "");
                told = Told(piece, n);
            }
            next = to + 1;
        }
        return next > terms.Number("entries") ? (null, told) : ($"The table of outcomes ends at {next - 1} sold entries.", "");
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

    private static List<BigInteger> Parts(Document figures, string name)
    {
        var parts = figures.List(name).Select(part => new BigInteger(Document.Whole(part, name, -Document.MostExact, Document.MostExact))).ToList();
        return parts.Count == 4 ? parts : throw new FormatException($"The figure \"{name}\" must be a list of four numbers.");
    }

    private static string Told(Document piece, long n)
    {
        var figures = piece.Part("figures");
        var values = figures.Names.Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} {Value(Parts(figures, name), n)}"));
        return $"for {n} sold entries it says {piece.Text("outcome")}: {string.Join(", ", values)}.";
    }

    /// <summary>What the operator keeps of n sold entries.</summary>
    private static BigInteger Remains(Document figures, long n)
    {
        BigInteger Of(string name) => figures.Has(name) ? Value(Parts(figures, name), n) : 0;
        var winners = Of("winners");
        return Of("collected") + winners * Of("winnerPays") - n * Of("refund") - Of("seller") - winners * Of("winnerGets") - (n - winners) * Of("mileage");
    }

    private static BigInteger Value(List<BigInteger> parts, long n)
    {
        var quotient = BigInteger.DivRem(parts[0] + parts[1] * n, parts[2] + parts[3] * n, out var rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }
}
