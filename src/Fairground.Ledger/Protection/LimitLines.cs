using System.Globalization;

namespace Fairground.Ledger.Protection;

/// <summary>A limit that a person set, and the change of it that waits.</summary>
/// <param name="Asset">The currency of a spend limit; null where entries are counted.</param>
/// <param name="Max">Minor units, or entries. Zero lets nothing through.</param>
/// <param name="NextAt">When <paramref name="Next"/> takes the place of <paramref name="Max"/>; null where nothing waits.</param>
/// <param name="Next">What is to come; null means that the limit goes.</param>
public sealed record LimitLine(LimitPeriod Period, string? Asset, long Max, DateTimeOffset? NextAt, long? Next)
{
    /// <summary>What holds at this moment; null for no limit.</summary>
    public long? At(DateTimeOffset now) => NextAt is { } at && at <= now ? Next : Max;

    /// <summary>The lowest of what holds; a higher one that waits is dropped, since it was asked for in an account that is no more. Null where none holds.</summary>
    internal static LimitLine? Lowest(IEnumerable<LimitLine> lines, DateTimeOffset now) =>
        lines.Where(l => l.At(now) is not null).Select(l => l with { Max = l.At(now)!.Value, NextAt = null, Next = null }).MinBy(l => l.Max);

    internal bool IsSame(LimitPeriod period, string? asset) => Period == period && Asset == asset;
}

/// <summary>Limits as they are kept in a row: <c>period asset max nextAt next</c>, a dash for what is not there, semicolons between.</summary>
internal static class LimitLines
{
    public static IReadOnlyList<LimitLine> Read(string? text) => text is null ? [] : [.. text.Split(';').Select(ReadOne)];

    /// <summary>The lines that still say something at this moment.</summary>
    public static string? Write(IEnumerable<LimitLine> lines, DateTimeOffset now)
    {
        var kept = lines.Select(l => l.NextAt <= now ? l with { Max = l.Next ?? -1, NextAt = null, Next = null } : l).Where(l => l.Max >= 0).Select(WriteOne).ToList();
        return kept.Count == 0 ? null : string.Join(';', kept);
    }

    private static LimitLine ReadOne(string line)
    {
        var parts = line.Split(' ');
        return new LimitLine(
            (LimitPeriod)int.Parse(parts[0], CultureInfo.InvariantCulture),
            parts[1] == "-" ? null : parts[1],
            Number(parts[2])!.Value,
            Number(parts[3]) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            Number(parts[4]));
    }

    private static string WriteOne(LimitLine line) => string.Create(
        CultureInfo.InvariantCulture, $"{(int)line.Period} {line.Asset ?? "-"} {line.Max} {Text(line.NextAt?.ToUnixTimeMilliseconds())} {Text(line.Next)}");

    private static long? Number(string text) => text == "-" ? null : long.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
