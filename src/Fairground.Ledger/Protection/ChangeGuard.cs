using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Ledger.Protection;

/// <summary>What is to be different about a person's guard.</summary>
public abstract record GuardChange;

/// <summary>Sets a limit. Lower, or a first one, holds at once; higher, or none (null), waits.</summary>
/// <param name="Asset">A currency for spending; null for entries.</param>
/// <param name="RaiseAfter">How long a higher limit waits.</param>
public sealed record SetLimit(LimitPeriod Period, string? Asset, long? Max, TimeSpan RaiseAfter) : GuardChange;

/// <summary>Drops a higher limit that waits.</summary>
public sealed record KeepLimit(LimitPeriod Period, string? Asset) : GuardChange;

/// <summary>A break of hours to weeks.</summary>
public sealed record TakeBreak(DateTimeOffset Until) : GuardChange;

/// <summary>An exclusion of months to years.</summary>
public sealed record Exclude(DateTimeOffset Until) : GuardChange;

/// <summary>The person's age, as far as it matters.</summary>
/// <param name="OfAgeAt">When they reach <paramref name="MinimumAge"/>.</param>
public sealed record ShowAge(AgeProof Proof, int MinimumAge, DateTimeOffset OfAgeAt) : GuardChange;

/// <summary>Who the person may not buy from; the empty id is everybody in this market.</summary>
public sealed record BarFrom(IReadOnlyCollection<Guid> Sellers) : GuardChange;

/// <summary>Everything personal in the guard goes, when its person is erased.</summary>
public sealed record ForgetGuard : GuardChange;

/// <summary>Two accounts of one person become one: of two rules the stricter one holds, and what was used of limits adds up.</summary>
/// <param name="From">The account that ends.</param>
public sealed record TakeOverGuard(Guid From, int DayOffsetMinutes) : GuardChange;

/// <summary>Changes a person's guard.</summary>
/// <param name="By">Who does: the person, an operator, or the empty id for the system.</param>
public sealed record ChangeGuard(CommandKey Key, Guid Person, Guid By, GuardChange Change) : IHotCommand
{
    /// <summary>Once, under a key of its own.</summary>
    public static ChangeGuard Once(Guid person, Guid by, GuardChange change) => new(CommandKey.System("guard", Ids.New().ToString("N")), person, by, change);

    /// <summary>One account's guard taken over by another; asked for again, it is the same once.</summary>
    public static ChangeGuard Joined(Guid from, Guid into, int dayOffsetMinutes) => new(CommandKey.System("guard.joined", from.ToString("N"), into.ToString("N")), into, Guid.Empty, new TakeOverGuard(from, dayOffsetMinutes));
}

/// <summary>What came of it.</summary>
/// <param name="HoldsAt">When it takes effect; null where it did at once.</param>
public sealed record GuardChanged(DateTimeOffset? HoldsAt);

/// <summary>A change of a guard, kept for ever: who, what, from, to.</summary>
internal sealed record GuardChangeRow(Guid Id, Guid Person, Guid By, string What, bool Raises, string? Before, string? After, DateTimeOffset At)
{
    public static readonly HotTable<GuardChangeRow> Table = HotTable<GuardChangeRow>.Append(
        "ledger_guard_change",
        new("id", HotType.Uuid, c => c.Id),
        new("person_id", HotType.Uuid, c => c.Person),
        new("by_id", HotType.Uuid, c => c.By),
        new("what", HotType.Text, c => c.What),
        new("raises", HotType.Int, c => c.Raises ? 1 : 0),
        new("before", HotType.Text, c => c.Before),
        new("after", HotType.Text, c => c.After),
        new("at", HotType.Long, c => c.At.ToUnixTimeMilliseconds()));
}

/// <summary>Decides a change. Refusals: <c>protection.limit_invalid</c>, <c>protection.nothing_waits</c>, <c>protection.cannot_shorten</c>.</summary>
internal sealed class ChangeGuardRule : HotRule<ChangeGuard, GuardChanged>
{
    public override void Needs(ChangeGuard command, LoadPlan plan)
    {
        plan.Guard(command.Person);
        if (command.Change is TakeOverGuard other) plan.Guard(other.From);
    }

    public override Decision Decide(ChangeGuard command, GroupState state, DateTimeOffset now)
    {
        var guard = state.Row(Guard.Table, command.Person) ?? Guard.New(command.Person);
        return command.Change switch
        {
            SetLimit limit => Limit(command, guard, limit, now),
            KeepLimit keep => Keep(command, guard, keep, now),
            TakeBreak pause => pause.Until <= now || guard.BreakUntil >= pause.Until
                ? Refuse(ProtectionRefusals.CannotShorten, ("until", guard.BreakUntil))
                : Accepted(command, guard with { BreakUntil = pause.Until }, "break", false, Text(guard.BreakUntil), Text(pause.Until), null, now),
            Exclude exclude => exclude.Until <= now || guard.ExcludedUntil >= exclude.Until
                ? Refuse(ProtectionRefusals.CannotShorten, ("until", guard.ExcludedUntil))
                : Accepted(command, guard with { ExcludedUntil = exclude.Until }, "exclusion", false, Text(guard.ExcludedUntil), Text(exclude.Until), null, now),
            ShowAge age => Accepted(
                command, guard with { Age = age.Proof, AgeRule = age.MinimumAge, OfAgeAt = age.OfAgeAt <= now ? now : age.OfAgeAt }, "age", false,
                guard.Age.ToString(), $"{age.Proof}, {(age.OfAgeAt <= now ? "of age" : "under age")}", null, now),
            TakeOverGuard other => Accepted(
                command, guard.Stricter(state.Row(Guard.Table, other.From) ?? Guard.New(other.From), Periods.At(now, other.DayOffsetMinutes), now), "joined", false, null, other.From.ToString("N"), null, now),
            BarFrom bar => Accepted(command, guard with { Barred = Written(bar.Sellers) }, "insider", false, guard.Barred, Written(bar.Sellers), null, now),
            _ => Accepted(command, guard with { Age = AgeProof.Unknown, AgeRule = 0, OfAgeAt = null, Limits = null, Barred = null }, "erased", false, null, null, null, now),
        };
    }

    private static Decision Limit(ChangeGuard command, Guard guard, SetLimit limit, DateTimeOffset now)
    {
        if (limit.Max is < 0 || (limit.Asset is not null && !Currency.TryParse(limit.Asset, out _))) return Refuse(ProtectionRefusals.LimitInvalid);
        var lines = LimitLines.Read(guard.Limits).ToList();
        var index = lines.FindIndex(l => l.IsSame(limit.Period, limit.Asset));
        var holds = index < 0 ? null : lines[index].At(now);
        if (holds is null && limit.Max is null) return Refuse(ProtectionRefusals.LimitInvalid);
        // Lower is safer and holds at once, whatever waited; higher waits, and until then what holds goes on.
        var raises = holds is { } was && (limit.Max is null || limit.Max > was);
        var line = raises
            ? new LimitLine(limit.Period, limit.Asset, holds!.Value, now + limit.RaiseAfter, limit.Max)
            : new LimitLine(limit.Period, limit.Asset, limit.Max!.Value, null, null);
        if (index < 0) lines.Add(line);
        else lines[index] = line;
        return Accepted(command, guard with { Limits = LimitLines.Write(lines, now) }, Name(limit.Period, limit.Asset), raises, Number(holds), Number(limit.Max), line.NextAt, now);
    }

    private static Decision Keep(ChangeGuard command, Guard guard, KeepLimit keep, DateTimeOffset now)
    {
        var lines = LimitLines.Read(guard.Limits).ToList();
        var index = lines.FindIndex(l => l.IsSame(keep.Period, keep.Asset) && l.NextAt > now);
        if (index < 0) return Refuse(ProtectionRefusals.NothingWaits);
        var was = lines[index];
        lines[index] = was with { NextAt = null, Next = null };
        return Accepted(command, guard with { Limits = LimitLines.Write(lines, now) }, Name(keep.Period, keep.Asset), false, Number(was.Next), Number(was.Max), null, now);
    }

    private static Decision Accepted(ChangeGuard command, Guard guard, string what, bool raises, string? before, string? after, DateTimeOffset? holdsAt, DateTimeOffset now) =>
        Accept(new GuardChanged(holdsAt))
            .Change(Guard.Table, guard)
            .Add(GuardChangeRow.Table, new GuardChangeRow(Ids.New(), command.Person, command.By, what, raises, before, after, now));

    private static string? Written(IReadOnlyCollection<Guid> sellers) =>
        sellers.Count == 0 ? null : string.Join(' ', sellers.Order().Select(s => s == Guid.Empty ? "*" : s.ToString("N")));

    private static string Name(LimitPeriod period, string? asset) => $"{(asset is null ? "entries" : "spend " + asset)} a {period.ToString().ToLowerInvariant()}";

    private static string? Text(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
