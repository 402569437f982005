using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments;

/// <summary>Whether the operator has checked who an organisation is and who stands behind it ("know your business").</summary>
internal enum CheckState
{
    NotChecked = 0,
    Checked = 1,
    Refused = 2,
}

/// <summary>When an organisation is paid by itself.</summary>
internal enum PayoutSchedule
{
    /// <summary>Only when its owner or the operator asks.</summary>
    ByHand = 0,
    Daily = 1,

    /// <summary>On Mondays.</summary>
    Weekly = 2,

    /// <summary>On the first of the month.</summary>
    Monthly = 3,
}

/// <summary>An organisation that may be paid out to (S-33). Read by hot commands under a lock; changed here through EF Core alone.</summary>
internal sealed class Payee
{
    /// <summary>The payee as a hot command loads it: never written from there.</summary>
    public static readonly HotTable<Payee> Table = HotTable<Payee>.Keyed(
        "payments_payee",
        1,
        r => new Payee
        {
            OrganisationId = r.Uuid(0), CheckState = (CheckState)r.Int(1), Schedule = (PayoutSchedule)r.Int(2), Minimum = r.Long(3), MinimumCurrency = r.Text(4),
        },
        new("organisation_id", HotType.Uuid, p => p.OrganisationId),
        new("check_state", HotType.Int, p => (int)p.CheckState),
        new("schedule", HotType.Int, p => (int)p.Schedule),
        new("minimum", HotType.Long, p => p.Minimum),
        new("minimum_currency", HotType.Text, p => p.MinimumCurrency));

    public required Guid OrganisationId { get; init; }

    public CheckState CheckState { get; set; }

    /// <summary>In the operator's words; always there where the check was refused.</summary>
    public string? CheckReason { get; set; }

    public DateTimeOffset? CheckedAt { get; set; }

    public PayoutSchedule Schedule { get; set; }

    /// <summary>Less than this is not paid out, minor units of <see cref="MinimumCurrency"/>; balances in other currencies have no minimum.</summary>
    public long Minimum { get; set; }

    public required string MinimumCurrency { get; set; }

    /// <summary>When it is paid next; null where it is paid by hand.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>The least amount that is paid out in this currency, minor units.</summary>
    public long LeastIn(string currency) => Math.Max(1, currency == MinimumCurrency ? Minimum : 1);

    /// <summary>The payee before anybody has set anything.</summary>
    public static Payee New(Guid organisationId, string currency) => new() { OrganisationId = organisationId, MinimumCurrency = currency };
}

internal static class PayeeWords
{
    /// <summary>The name on the wire.</summary>
    public static string Wire(this CheckState state) => state switch { CheckState.Checked => "checked", CheckState.Refused => "refused", _ => "not_checked" };

    /// <summary>The name on the wire.</summary>
    public static string Wire(this PayoutSchedule schedule) => schedule switch { PayoutSchedule.Daily => "daily", PayoutSchedule.Weekly => "weekly", PayoutSchedule.Monthly => "monthly", _ => "by_hand" };

    public static bool TrySchedule(string? wire, out PayoutSchedule schedule)
    {
        foreach (var one in Enum.GetValues<PayoutSchedule>())
        {
            schedule = one;
            if (one.Wire() == wire) return true;
        }
        schedule = default;
        return false;
    }

    /// <summary>The next moment after this one at which a schedule pays: on the hour (UTC) of its day; null where it is by hand. Pure.</summary>
    public static DateTimeOffset? Next(this PayoutSchedule schedule, DateTimeOffset after, int hour)
    {
        var day = new DateTimeOffset(after.UtcDateTime.Date, TimeSpan.Zero).AddHours(hour);
        if (day <= after) day = day.AddDays(1);
        return schedule switch
        {
            PayoutSchedule.Daily => day,
            PayoutSchedule.Weekly => day.AddDays(((int)DayOfWeek.Monday - (int)day.DayOfWeek + 7) % 7),
            PayoutSchedule.Monthly => day.Day == 1 ? day : new DateTimeOffset(day.Year, day.Month, 1, hour, 0, 0, TimeSpan.Zero).AddMonths(1),
            _ => null,
        };
    }
}
