using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Ledger.Protection;

/// <summary>A purchase as the guard sees it.</summary>
/// <param name="Seller">The shop, or whoever else gains.</param>
/// <param name="Amount">Minor units of <paramref name="Asset"/>.</param>
/// <param name="Entries">Chances bought; 0 where what is bought is no chance.</param>
public readonly record struct GuardedPurchase(Guid Person, Guid Seller, string Asset, long Amount, int Entries, GuardTerms Terms);

/// <summary>
/// Protects people inside the transaction that commits a purchase. A hot command names the person with <see cref="Guard"/> in its needs, asks
/// <see cref="Check"/> on its ladder of refusals, and adds <see cref="Count"/> to what it accepts. One row, no round trip of its own.
/// </summary>
public static class Guarding
{
    /// <summary>Loads and locks the person's guard.</summary>
    public static LoadPlan Guard(this LoadPlan plan, Guid person) => plan.Row(Protection.Guard.Table, person);

    /// <summary>
    /// Null where the person may buy this. Refusals in this order: <c>protection.insider</c>, <c>protection.excluded</c>, <c>protection.on_break</c>,
    /// <c>protection.under_age</c>, <c>protection.age_unknown</c>, <c>protection.age_unchecked</c>, <c>protection.entry_limit</c>, <c>protection.spend_limit</c>.
    /// </summary>
    public static Refusal? Check(GroupState state, in GuardedPurchase purchase, DateTimeOffset now)
    {
        var (terms, guard) = (purchase.Terms, state.Row(Protection.Guard.Table, purchase.Person));
        if (guard is null) return terms.Demand == AgeProof.Unknown || purchase.Entries == 0 ? null : AgeUnknown(terms);
        if (guard.IsBarredFrom(purchase.Seller)) return ProtectionRefusals.Insider;
        if (Pause(guard, now) is { } pause) return pause;
        if (purchase.Entries > 0 && Age(guard, terms, now) is { } age) return age;
        if (guard.Limits is null) return null;
        var periods = Periods.At(now, terms.DayOffsetMinutes);
        foreach (var line in LimitLines.Read(guard.Limits))
        {
            if (line.At(now) is not { } max) continue;
            if (line.Asset is null)
            {
                var used = guard.Entries.Rolled(guard, periods).In(line.Period);
                if (purchase.Entries > 0 && used + purchase.Entries > max) return Over(ProtectionRefusals.EntryLimit, line, max, used, now, terms);
            }
            else if (line.Asset == purchase.Asset)
            {
                var used = guard.SpentOf(line.Asset).Rolled(guard, periods).In(line.Period);
                if (used + purchase.Amount > max) return Over(ProtectionRefusals.SpendLimit, line, max, used, now, terms);
            }
        }
        return null;
    }

    /// <summary>Null where the person may bring money in: <c>protection.excluded</c>, <c>protection.on_break</c>. Money that is there can always be taken out.</summary>
    public static Refusal? CheckDeposit(GroupState state, Guid person, DateTimeOffset now) =>
        state.Row(Protection.Guard.Table, person) is { } guard ? Pause(guard, now) : null;

    /// <summary>Counts the purchase towards the person's day, week and month.</summary>
    public static Decision Count(this Decision decision, GroupState state, in GuardedPurchase purchase, DateTimeOffset now)
    {
        var guard = state.Row(Protection.Guard.Table, purchase.Person) ?? Protection.Guard.New(purchase.Person);
        return decision.Change(Protection.Guard.Table, guard.Count(Periods.At(now, purchase.Terms.DayOffsetMinutes), purchase.Asset, purchase.Amount, purchase.Entries));
    }

    private static Refusal? Pause(Guard guard, DateTimeOffset now)
    {
        if (guard.ExcludedUntil > now) return ProtectionRefusals.Excluded.With(("until", guard.ExcludedUntil));
        if (guard.BreakUntil > now) return ProtectionRefusals.OnBreak.With(("until", guard.BreakUntil));
        return null;
    }

    private static Refusal? Age(Guard guard, GuardTerms terms, DateTimeOffset now)
    {
        if (guard.Age == AgeProof.Unknown || guard.AgeRule < terms.MinimumAge) return terms.Demand == AgeProof.Unknown ? null : AgeUnknown(terms);
        if (guard.OfAgeAt is not { } ofAge || ofAge > now) return ProtectionRefusals.UnderAge.With(("minimumAge", terms.MinimumAge));
        return guard.Age < terms.Demand ? ProtectionRefusals.AgeUnchecked.With(("minimumAge", terms.MinimumAge)) : null;
    }

    private static Refusal AgeUnknown(GuardTerms terms) => ProtectionRefusals.AgeUnknown.With(("minimumAge", terms.MinimumAge));

    private static Refusal Over(RefusalKind kind, LimitLine line, long max, long used, DateTimeOffset now, GuardTerms terms) => kind.With(
        ("period", line.Period.ToString().ToLowerInvariant()), ("limit", max), ("used", used), ("currency", line.Asset),
        ("freshAt", Periods.EndOf(line.Period, now, terms.DayOffsetMinutes)));
}

/// <summary>Why a person is kept from buying, for their own sake or for fairness. Codes are stable.</summary>
public static class ProtectionRefusals
{
    public static readonly RefusalKind Insider = new("protection.insider", 403, "People who work for the shop or run this market, and those who live with them, cannot take part.");
    public static readonly RefusalKind Excluded = new("protection.excluded", 403, "You have excluded yourself from taking part, and the time you chose is not over. Your money stays yours.");
    public static readonly RefusalKind OnBreak = new("protection.on_break", 403, "You are taking a break. It ends by itself at the time you chose.");
    public static readonly RefusalKind UnderAge = new("protection.under_age", 403, "You are not old enough to take part here yet.");
    public static readonly RefusalKind AgeUnknown = new("protection.age_unknown", 403, "Say first when you were born: there is a minimum age for taking part here. You do that once, on the page My limits.");
    public static readonly RefusalKind AgeUnchecked = new("protection.age_unchecked", 403, "The operator has to look at a document that shows your age before you take part. Write to the operator.");
    public static readonly RefusalKind EntryLimit = new("protection.entry_limit", 409, "That is more entries than the limit you set for yourself.");
    public static readonly RefusalKind SpendLimit = new("protection.spend_limit", 409, "That is more than the spending limit you set for yourself.");
    public static readonly RefusalKind LimitInvalid = new("protection.limit_invalid", 422, "A limit is zero or more: an amount in a currency, or a number of entries, for a day, a week or a month.");
    public static readonly RefusalKind NothingWaits = new("protection.nothing_waits", 404, "No higher limit is waiting.");
    public static readonly RefusalKind BreakInvalid = new("protection.break_invalid", 422, "A break is not that short or that long.");
    public static readonly RefusalKind ExclusionInvalid = new("protection.exclusion_invalid", 422, "An exclusion is longer than that.");
    public static readonly RefusalKind CannotShorten = new("protection.cannot_shorten", 409, "A break or an exclusion can be made longer, never shorter.");
}
