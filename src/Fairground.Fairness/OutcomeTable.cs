using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fairground.Fairness;

/// <summary>One amount as a function of the number <c>n</c> of sold entries: <c>floor((a + b × n) / (c + d × n))</c>, exact.</summary>
/// <param name="A">Within ±(2^53 − 1), like the others.</param>
/// <param name="B">The factor of n above the line.</param>
/// <param name="C">The constant below the line.</param>
/// <param name="D">The factor of n below the line.</param>
public sealed record OutcomeFigure(long A, long B, long C, long D)
{
    private const long MostExact = 9_007_199_254_740_991;

    /// <summary>The same amount for every n.</summary>
    public static OutcomeFigure Constant(long value) => new(value, 0, 1, 0);

    /// <summary>So much for each sold entry.</summary>
    public static OutcomeFigure PerEntry(long value) => new(0, value, 1, 0);

    /// <summary>The amount for n sold entries.</summary>
    /// <exception cref="OverflowException">It lies beyond 64 bits.</exception>
    public long At(long n)
    {
        var (over, under) = (A + new BigInteger(B) * n, C + new BigInteger(D) * n);
        var quotient = BigInteger.DivRem(over, under, out var rest);
        return (long)(rest.Sign < 0 ? quotient - 1 : quotient);
    }

    internal JsonArray ToJson() => new(A, B, C, D);

    internal static OutcomeFigure Parse(JsonNode? node, string name)
    {
        if (node is not JsonArray { Count: 4 } parts) throw new FormatException($"The figure \"{name}\" must be a list of four numbers.");
        var numbers = parts.Select(part => JsonRead.Long(new JsonObject { [name] = part?.DeepClone() }, name, -MostExact)).ToList();
        return new OutcomeFigure(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    internal bool IsExact => new[] { A, B, C, D }.All(part => Math.Abs(part) <= MostExact);

    // Linear below the line, so positive at both ends is positive between them.
    internal bool HoldsFrom(long from, long to) => C + (Int128)D * from >= 1 && C + (Int128)D * to >= 1;
}

/// <summary>What happens for every number of sold entries within a range.</summary>
/// <param name="From">The first number of sold entries.</param>
/// <param name="To">The last one.</param>
/// <param name="Outcome"><c>draw</c>, <c>cash</c> or <c>refund</c>.</param>
/// <param name="Figures">Amounts by name, see <see cref="OutcomeTable.FigureNames"/>; one left out is 0.</param>
public sealed record OutcomePiece(long From, long To, string Outcome, IReadOnlyDictionary<string, OutcomeFigure> Figures)
{
    /// <summary>A figure for n sold entries; 0 where the piece has none of this name.</summary>
    public long At(string figure, long n) => Figures.TryGetValue(figure, out var value) ? value.At(n) : 0;

    /// <summary>What the operator keeps for n sold entries, minor units.</summary>
    public long OperatorAt(long n) => checked(
        At("collected", n) + At("winners", n) * At("winnerPays", n) - n * At("refund", n) - At("seller", n)
        - At("winners", n) * At("winnerGets", n) - (n - At("winners", n)) * At("mileage", n));

    internal JsonObject ToJson()
    {
        var figures = new JsonObject();
        foreach (var (name, figure) in Figures) figures[name] = figure.ToJson();
        return new JsonObject { ["from"] = From, ["to"] = To, ["outcome"] = Outcome, ["figures"] = figures };
    }

    internal static OutcomePiece Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "A piece of the table");
        var figures = JsonRead.Object(json, "figures").ToDictionary(member => member.Key, member => OutcomeFigure.Parse(member.Value, member.Key));
        return new OutcomePiece(JsonRead.Long(json, "from"), JsonRead.Long(json, "to"), JsonRead.Text(json, "outcome"), figures);
    }
}

/// <summary>What happens and who gets what for every number of sold entries, published before the sale; its hash is <c>outcomes</c> in the terms (draw proof, Table of outcomes).</summary>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Price">The full price of the goods, minor units.</param>
/// <param name="EntryPrice">The price of one entry, minor units.</param>
/// <param name="Entries">The number of entries in the terms.</param>
/// <param name="Winners">The number of winners in the terms.</param>
/// <param name="Pieces">In order, from 0 on, without a gap, to <paramref name="Entries"/> or beyond.</param>
public sealed record OutcomeTable(string Currency, long Price, long EntryPrice, long Entries, int Winners, IReadOnlyList<OutcomePiece> Pieces)
{
    /// <summary>The names of figures. <c>winners</c> is a count, the others are minor units.</summary>
    public static IReadOnlyList<string> FigureNames { get; } = ["collected", "refund", "winners", "winnerPays", "winnerGets", "seller", "mileage"];

    /// <summary>What may happen.</summary>
    public static IReadOnlyList<string> Outcomes { get; } = ["draw", "cash", "refund"];

    /// <summary>The most pieces a table may have.</summary>
    public const int MostPieces = 10_000;

    /// <summary>The piece for n sold entries.</summary>
    public OutcomePiece For(long n) => Pieces.First(piece => piece.From <= n && n <= piece.To);

    /// <summary>The table as published.</summary>
    /// <exception cref="FormatException">The table breaks one of the rules of the draw proof; the message says which.</exception>
    public JsonObject ToJson()
    {
        Check();
        return new JsonObject
        {
            ["v"] = 1,
            ["currency"] = Currency,
            ["price"] = Price,
            ["entryPrice"] = EntryPrice,
            ["entries"] = Entries,
            ["winners"] = Winners,
            ["pieces"] = new JsonArray([.. Pieces.Select(piece => piece.ToJson())]),
        };
    }

    /// <summary>The hash in lower-case hex, as the terms carry it.</summary>
    /// <exception cref="FormatException">As for <see cref="ToJson"/>.</exception>
    public string HashHex() => Hex.Of(SHA256.HashData(CanonicalJson.Serialize(ToJson())));

    /// <summary>Reads a published table.</summary>
    /// <exception cref="FormatException">A member is missing, of the wrong shape, or breaks a rule; the message says which.</exception>
    public static OutcomeTable Parse(JsonNode? node)
    {
        var json = JsonRead.Object(node, "The table of outcomes");
        _ = JsonRead.Int(json, "v", 1, 1);
        var table = new OutcomeTable(
            JsonRead.Text(json, "currency"), JsonRead.Long(json, "price"), JsonRead.Long(json, "entryPrice"), JsonRead.Long(json, "entries"), JsonRead.Int(json, "winners"),
            JsonRead.Array(json, "pieces").Select(OutcomePiece.Parse).ToList());
        table.Check();
        return table;
    }

    private void Check()
    {
        if (Pieces.Count is 0 or > MostPieces) throw new FormatException($"A table has between 1 and {MostPieces} pieces.");
        var next = 0L;
        foreach (var piece in Pieces)
        {
            if (piece.From != next || piece.To < piece.From) throw new FormatException($"The table has a gap or an overlap at {next} sold entries.");
            if (!Outcomes.Contains(piece.Outcome)) throw new FormatException($"\"{piece.Outcome}\" is not an outcome.");
            foreach (var (name, figure) in piece.Figures)
            {
                if (!FigureNames.Contains(name)) throw new FormatException($"\"{name}\" is not a figure of the table.");
                if (!figure.IsExact) throw new FormatException($"The figure \"{name}\" has a number that a double cannot hold.");
                if (!figure.HoldsFrom(piece.From, piece.To)) throw new FormatException($"The figure \"{name}\" divides by less than 1.");
            }
            next = piece.To + 1;
        }
        if (next <= Entries) throw new FormatException($"The table ends at {next - 1} sold entries, but {Entries} can be sold.");
    }
}
