using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;

namespace Fairground.Protection.SetLimits;

/// <summary>A limit of mine.</summary>
/// <param name="Kind"><c>spend</c> or <c>entries</c>.</param>
/// <param name="Period"><c>day</c>, <c>week</c> or <c>month</c>.</param>
/// <param name="Currency">Of a spending limit.</param>
/// <param name="Max">Minor units, or entries.</param>
/// <param name="Used">In the current period.</param>
/// <param name="ChangesAt">When a higher limit that waits takes its place.</param>
/// <param name="Next">The higher limit; missing where none will be left.</param>
public sealed record LimitOfMine(string Kind, string Period, string? Currency, long Max, long Used, DateTimeOffset? ChangesAt, long? Next);

/// <summary>What protects me.</summary>
/// <param name="MinimumAge">Of the chosen place; missing where none is chosen.</param>
/// <param name="AgeShown"><c>unknown</c>, <c>declared</c> or <c>checked</c>. The birth date itself is not kept.</param>
/// <param name="OfAge">Missing where the age is unknown.</param>
/// <param name="BarredFrom">Shops whose lots I cannot buy in, because I or somebody I live with works there; the empty id stands for all.</param>
public sealed record ProtectionOfMine(
    IReadOnlyList<LimitOfMine> Limits, DateTimeOffset? BreakUntil, DateTimeOffset? ExcludedUntil, int? MinimumAge, string AgeShown, bool? OfAge, IReadOnlyCollection<Guid> BarredFrom);

/// <summary>A limit to set.</summary>
/// <param name="Kind"><c>spend</c> or <c>entries</c>.</param>
/// <param name="Period"><c>day</c>, <c>week</c> or <c>month</c>.</param>
/// <param name="Currency">ISO 4217, for <c>spend</c>.</param>
/// <param name="Max">Minor units or entries; zero lets nothing through, missing takes the limit off.</param>
public sealed record LimitRequest(string? Kind, string? Period, string? Currency, long? Max);

/// <summary>How the limit was taken.</summary>
/// <param name="HoldsAt">When a higher limit holds; missing where it holds already.</param>
public sealed record LimitAnswer(DateTimeOffset? HoldsAt);

/// <summary>A break to take.</summary>
public sealed record BreakRequest(int Hours);

/// <summary>An exclusion. It cannot be ended early.</summary>
public sealed record ExclusionRequest(int Months, bool Confirmed);

/// <summary>When I was born, as yyyy-mm-dd.</summary>
public sealed record BirthDateRequest(string? BirthDate);

/// <summary>Sets and reads what a person is protected by; pages and API call this. What was chosen holds in every way of selling.</summary>
internal sealed class PersonLimits(GuardReader guards, GroupCommitter committer, IJurisdiction jurisdiction, TimeProvider time)
{
    // What holds where no place is chosen: limits may be set before anything is sold.
    private static readonly LimitRule Cautious = new(24, 24, 42, 6);

    public const int LongestExclusionMonths = 120;

    public async Task<LimitRule> Rule(CancellationToken ct) => (await jurisdiction.Chosen(ct))?.Pack.Limits ?? Cautious;

    public async Task<ProtectionOfMine> Find(Guid person, CancellationToken ct)
    {
        var place = await jurisdiction.Chosen(ct);
        var guard = await guards.Of(person, place?.Pack.DayOffsetMinutes ?? 0, ct);
        var known = guard.Age != AgeProof.Unknown && guard.AgeRule >= (place?.Pack.Age.Minimum ?? 0);
        return new ProtectionOfMine(
            [.. guard.Limits.Select(l => Describe(l, guard)).OrderBy(l => l.Kind, StringComparer.Ordinal).ThenBy(l => l.Currency, StringComparer.Ordinal).ThenBy(l => Array.IndexOf(Periods, l.Period))],
            guard.BreakUntil, guard.ExcludedUntil, place?.Pack.Age.Minimum,
            known ? guard.Age.ToString().ToLowerInvariant() : "unknown", known ? guard.OfAgeAt <= time.GetUtcNow() : null, guard.Barred);
    }

    /// <summary>Refuses with <c>protection.limit_invalid</c>.</summary>
    public async Task<Result<LimitAnswer>> Set(Guid person, LimitRequest request, CancellationToken ct)
    {
        if (Read(request) is not { } which) return ProtectionRefusals.LimitInvalid;
        var wait = TimeSpan.FromHours((await Rule(ct)).RaiseAfterHours);
        var set = await committer.Submit<GuardChanged>(ChangeGuard.Once(person, person, new SetLimit(which.Period, which.Asset, request.Max, wait)));
        return set.Refusal is { } refusal ? refusal : new LimitAnswer(set.Value.HoldsAt);
    }

    /// <summary>Drops a higher limit that waits. Refuses with <c>protection.limit_invalid</c>, <c>protection.nothing_waits</c>.</summary>
    public async Task<Refusal?> Keep(Guid person, LimitRequest request)
    {
        if (Read(request) is not { } which) return ProtectionRefusals.LimitInvalid;
        return (await committer.Submit<GuardChanged>(ChangeGuard.Once(person, person, new KeepLimit(which.Period, which.Asset)))).Refusal;
    }

    /// <summary>Refuses with <c>protection.break_invalid</c>, <c>protection.cannot_shorten</c>.</summary>
    public async Task<Refusal?> TakeBreak(Guid person, int hours, CancellationToken ct)
    {
        var rule = await Rule(ct);
        if (hours < rule.ShortestBreakHours || hours > rule.LongestBreakDays * 24)
            return ProtectionRefusals.BreakInvalid.Saying(T["A break lasts {0} hours to {1} days. For longer, exclude yourself.", rule.ShortestBreakHours, rule.LongestBreakDays], ("shortestHours", rule.ShortestBreakHours), ("longestHours", rule.LongestBreakDays * 24));
        return (await committer.Submit<GuardChanged>(ChangeGuard.Once(person, person, new TakeBreak(time.GetUtcNow().AddHours(hours))))).Refusal;
    }

    /// <summary>Refuses with <c>protection.exclusion_unconfirmed</c>, <c>protection.exclusion_invalid</c>, <c>protection.cannot_shorten</c>.</summary>
    public async Task<Refusal?> Exclude(Guid person, Guid by, ExclusionRequest request, CancellationToken ct)
    {
        if (!request.Confirmed) return LimitRefusals.ExclusionUnconfirmed;
        var shortest = (await Rule(ct)).ShortestExclusionMonths;
        if (request.Months < shortest || request.Months > LongestExclusionMonths)
            return ProtectionRefusals.ExclusionInvalid.Saying(T["An exclusion lasts {0} months to {1} years.", shortest, LongestExclusionMonths / 12], ("shortestMonths", shortest), ("longestMonths", LongestExclusionMonths));
        return (await committer.Submit<GuardChanged>(ChangeGuard.Once(person, by, new Exclude(time.GetUtcNow().AddMonths(request.Months))))).Refusal;
    }

    /// <summary>
    /// Takes the birth date, works out when the person is of age, and forgets it. A person says it once; an operator who has seen a document may say it again.
    /// Refuses with <c>jurisdiction.not_chosen</c>, <c>protection.birth_date_invalid</c>, <c>protection.age_known</c>.
    /// </summary>
    public async Task<Refusal?> ShowAge(Guid person, Guid by, AgeProof proof, string? birthDate, CancellationToken ct)
    {
        if (await jurisdiction.Chosen(ct) is not { } place) return JurisdictionRefusals.NotChosen;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime.AddMinutes(place.Pack.DayOffsetMinutes));
        if (!DateOnly.TryParseExact(birthDate?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) || born > today || born < today.AddYears(-130)) return LimitRefusals.BirthDateInvalid;
        var guard = await guards.Of(person, place.Pack.DayOffsetMinutes, ct);
        if (proof == AgeProof.Declared && guard.Age != AgeProof.Unknown && guard.AgeRule >= place.Pack.Age.Minimum) return LimitRefusals.AgeKnown;
        var change = new ShowAge(proof, place.Pack.Age.Minimum, OfAgeAt(born, place.Pack.Age.Minimum, place.Pack.DayOffsetMinutes));
        return (await committer.Submit<GuardChanged>(ChangeGuard.Once(person, by, change))).Refusal;
    }

    /// <summary>The midnight of the birthday; who was born on a leap day is of age on the first of March where the year has none.</summary>
    internal static DateTimeOffset OfAgeAt(DateOnly born, int years, int dayOffsetMinutes)
    {
        var birthday = born.AddYears(years);
        if (birthday.Day != born.Day) birthday = birthday.AddDays(1);
        return new DateTimeOffset(birthday.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMinutes(-dayOffsetMinutes);
    }

    private static readonly string[] Periods = ["day", "week", "month"];

    private static LimitOfMine Describe(LimitLine line, GuardView guard) => new(
        line.Asset is null ? "entries" : "spend", Periods[(int)line.Period], line.Asset, line.Max,
        line.Asset is null ? guard.Entries.In(line.Period) : guard.Spent.GetValueOrDefault(line.Asset).In(line.Period), line.NextAt, line.Next);

    private static (LimitPeriod Period, string? Asset)? Read(LimitRequest request)
    {
        var period = Array.IndexOf(Periods, request.Period);
        if (period < 0) return null;
        return request.Kind switch
        {
            "entries" => ((LimitPeriod)period, null),
            "spend" when Currency.TryParse(request.Currency, out var currency) => ((LimitPeriod)period, currency.Code),
            _ => null,
        };
    }
}

/// <summary>Why a page or call about limits refuses. Codes are stable.</summary>
internal static class LimitRefusals
{
    public static readonly RefusalKind ExclusionUnconfirmed = new("protection.exclusion_unconfirmed", 422, "Tick that you understand: an exclusion cannot be ended early, by you or by us.");
    public static readonly RefusalKind BirthDateInvalid = new("protection.birth_date_invalid", 422, "A birth date is a day in the past, such as 1990-05-31.");
    public static readonly RefusalKind AgeKnown = new("protection.age_known", 409, "You have said when you were born. If it was wrong, write to the operator.");
    public static readonly RefusalKind StillOut = new("protection.still_out", 409, "You keep yourself out for a time, and that holds only while we know you. Ask again after it.");
    public static readonly RefusalKind PersonNotFound = new("protection.person_not_found", 404, "There is no such person.");
}
