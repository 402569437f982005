using System.Globalization;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Ledger.Protection;

/// <summary>How a person's age was shown.</summary>
public enum AgeProof
{
    Unknown = 0,
    Declared = 1,
    Checked = 2,
}

/// <summary>Months, weeks from Monday and days, as the chosen place counts them.</summary>
public enum LimitPeriod
{
    Day,
    Week,
    Month,
}

/// <summary>What of a place's rules is needed to decide. Part of the command, so that deciding stays pure.</summary>
/// <param name="MinimumAge">Years.</param>
/// <param name="Demand">What a person must have shown of their age.</param>
/// <param name="DayOffsetMinutes">Minutes that local time is ahead of UTC: when days, weeks and months begin.</param>
public sealed record GuardTerms(int MinimumAge, AgeProof Demand, int DayOffsetMinutes)
{
    /// <summary>The terms of a chosen place.</summary>
    public static GuardTerms Of(Kernel.Contracts.JurisdictionPack pack) => new(
        pack.Age.Minimum,
        pack.Age.Demand switch { Kernel.Contracts.AgeDemand.Checked => AgeProof.Checked, Kernel.Contracts.AgeDemand.Declared => AgeProof.Declared, _ => AgeProof.Unknown },
        pack.DayOffsetMinutes);
}

/// <summary>The day, week and month that an instant falls in, as plain numbers.</summary>
internal readonly record struct Periods(int Day, int Week, int Month)
{
    public static Periods At(DateTimeOffset now, int offsetMinutes)
    {
        var local = now.UtcDateTime.AddMinutes(offsetMinutes);
        var day = (int)((local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay);
        // The first of January 1970 was a Thursday; weeks begin on Monday.
        return new Periods(day, (day + 3) / 7, (local.Year * 12) + local.Month);
    }

    /// <summary>The first instant after the period.</summary>
    public static DateTimeOffset EndOf(LimitPeriod period, DateTimeOffset now, int offsetMinutes)
    {
        var local = now.UtcDateTime.AddMinutes(offsetMinutes).Date;
        var end = period switch
        {
            LimitPeriod.Day => local.AddDays(1),
            LimitPeriod.Week => local.AddDays(7 - (((int)local.DayOfWeek + 6) % 7)),
            _ => new DateTime(local.Year, local.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1),
        };
        return new DateTimeOffset(DateTime.SpecifyKind(end, DateTimeKind.Utc)).AddMinutes(-offsetMinutes);
    }
}

/// <summary>What was used of something in the current day, week and month.</summary>
public readonly record struct Used(long Day, long Week, long Month)
{
    public long In(LimitPeriod period) => period switch { LimitPeriod.Day => Day, LimitPeriod.Week => Week, _ => Month };

    internal Used Add(long amount) => checked(new Used(Day + amount, Week + amount, Month + amount));

    internal Used Plus(Used other) => checked(new Used(Day + other.Day, Week + other.Week, Month + other.Month));

    internal Used Rolled(Guard from, Periods to) => new(from.Day == to.Day ? Day : 0, from.Week == to.Week ? Week : 0, from.Month == to.Month ? Month : 0);
}

/// <summary>
/// What stands between a person and a purchase: age, breaks, limits, who they work for or live with, and what they have used. One row a person, loaded
/// and locked with everything else a group needs, so that no way of selling can go round it.
/// </summary>
/// <param name="AgeRule">The minimum age that <paramref name="OfAgeAt"/> was worked out for.</param>
/// <param name="OfAgeAt">When the person reaches that age; a moment that is past says nothing more than that.</param>
/// <param name="Limits">Written by <see cref="LimitLines"/>; null for none.</param>
/// <param name="Barred">Sellers that the person may not buy from (works for them, or lives with somebody who does); the empty id is the operator.</param>
/// <param name="Day">The day of <paramref name="Entries"/> and <paramref name="Spent"/>; likewise week and month.</param>
/// <param name="Spent">Minor units by asset.</param>
internal sealed record Guard(
    Guid Person, AgeProof Age, int AgeRule, DateTimeOffset? OfAgeAt, DateTimeOffset? BreakUntil, DateTimeOffset? ExcludedUntil, string? Limits, string? Barred,
    int Day, int Week, int Month, Used Entries, string Spent)
{
    public static readonly HotTable<Guard> Table = HotTable<Guard>.Keyed(
        "ledger_guard",
        1,
        r => new Guard(
            r.Uuid(0), (AgeProof)r.Int(1), r.Int(2), r.InstantOrNull(3), r.InstantOrNull(4), r.InstantOrNull(5), r.TextOrNull(6), r.TextOrNull(7),
            r.Int(8), r.Int(9), r.Int(10), new Used(r.Int(11), r.Int(12), r.Int(13)), r.Text(14)),
        new("person_id", HotType.Uuid, g => g.Person),
        new("age", HotType.Int, g => (int)g.Age),
        new("age_rule", HotType.Int, g => g.AgeRule),
        new("of_age_at", HotType.Long, g => g.OfAgeAt?.ToUnixTimeMilliseconds()),
        new("break_until", HotType.Long, g => g.BreakUntil?.ToUnixTimeMilliseconds()),
        new("excluded_until", HotType.Long, g => g.ExcludedUntil?.ToUnixTimeMilliseconds()),
        new("limits", HotType.Text, g => g.Limits),
        new("barred", HotType.Text, g => g.Barred),
        new("day", HotType.Int, g => g.Day),
        new("week", HotType.Int, g => g.Week),
        new("month", HotType.Int, g => g.Month),
        new("entries_day", HotType.Int, g => checked((int)g.Entries.Day)),
        new("entries_week", HotType.Int, g => checked((int)g.Entries.Week)),
        new("entries_month", HotType.Int, g => checked((int)g.Entries.Month)),
        new("spent", HotType.Text, g => g.Spent));

    public static Guard New(Guid person) => new(person, AgeProof.Unknown, 0, null, null, null, null, null, 0, 0, 0, default, "");

    /// <summary>What was spent of an asset in the row's own day, week and month.</summary>
    public Used SpentOf(string asset)
    {
        foreach (var range in Spent.AsSpan().Split(';'))
        {
            var part = Spent.AsSpan()[range];
            if (part.Length > asset.Length && part.StartsWith(asset, StringComparison.Ordinal) && part[asset.Length] == ':') return ReadUsed(part[(asset.Length + 1)..]);
        }
        return default;
    }

    /// <summary>The assets that money was spent in.</summary>
    public IEnumerable<string> Assets => Spent.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => p[..p.IndexOf(':', StringComparison.Ordinal)]);

    /// <summary>This purchase counted, in the periods of now.</summary>
    public Guard Count(Periods now, string asset, long amount, int entries)
    {
        var mine = SpentOf(asset).Rolled(this, now).Add(amount);
        var written = string.Create(CultureInfo.InvariantCulture, $"{asset}:{mine.Day}:{mine.Week}:{mine.Month}");
        // Nearly always there is one asset; the others are carried over.
        if (Spent.Length > 0 && (Spent.Contains(';', StringComparison.Ordinal) || !Spent.StartsWith(asset + ":", StringComparison.Ordinal)))
        {
            foreach (var other in Assets.Where(a => a != asset))
            {
                var kept = SpentOf(other).Rolled(this, now);
                if (kept != default) written += string.Create(CultureInfo.InvariantCulture, $";{other}:{kept.Day}:{kept.Week}:{kept.Month}");
            }
        }
        return this with { Day = now.Day, Week = now.Week, Month = now.Month, Entries = Entries.Rolled(this, now).Add(entries), Spent = written };
    }

    /// <summary>This guard with another of the same person taken in: of two rules the stricter one, what was used added up. Pure.</summary>
    public Guard Stricter(Guard other, Periods now, DateTimeOffset at)
    {
        var lines = LimitLines.Read(Limits).Concat(LimitLines.Read(other.Limits)).GroupBy(l => (l.Period, l.Asset)).Select(g => LimitLine.Lowest(g, at)).OfType<LimitLine>();
        var spent = Assets.Union(other.Assets).Select(a => (Asset: a, Used: SpentOf(a).Rolled(this, now).Plus(other.SpentOf(a).Rolled(other, now)))).Where(s => s.Used != default);
        // An age counts as shown as it was shown better; where it was shown alike, the later birthday keeps out longer.
        var (age, rule, of) = Age != other.Age ? (Age > other.Age ? (Age, AgeRule, OfAgeAt) : (other.Age, other.AgeRule, other.OfAgeAt)) : (Age, Math.Max(AgeRule, other.AgeRule), Later(OfAgeAt, other.OfAgeAt));
        return this with
        {
            Age = age, AgeRule = rule, OfAgeAt = of,
            BreakUntil = Later(BreakUntil, other.BreakUntil), ExcludedUntil = Later(ExcludedUntil, other.ExcludedUntil),
            Limits = LimitLines.Write(lines, at),
            Barred = string.Join(' ', $"{Barred} {other.Barred}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)) is { Length: > 0 } barred ? barred : null,
            Day = now.Day, Week = now.Week, Month = now.Month,
            Entries = Entries.Rolled(this, now).Plus(other.Entries.Rolled(other, now)),
            Spent = string.Join(';', spent.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Asset}:{s.Used.Day}:{s.Used.Week}:{s.Used.Month}"))),
        };
    }

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a > b ? a : b;

    /// <summary>True where the person may not buy from this seller.</summary>
    public bool IsBarredFrom(Guid seller) => Barred is not null && (Barred.Contains('*', StringComparison.Ordinal) || Barred.Contains(seller.ToString("N"), StringComparison.Ordinal));

    private static Used ReadUsed(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[3];
        text.Split(parts, ':');
        return new Used(Number(text[parts[0]]), Number(text[parts[1]]), Number(text[parts[2]]));

        static long Number(ReadOnlySpan<char> digits) => long.Parse(digits, CultureInfo.InvariantCulture);
    }
}
