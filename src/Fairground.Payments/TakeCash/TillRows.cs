using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments.TakeCash;

/// <summary>What cash at tills may do in the ledger.</summary>
internal sealed class TillPostings : ILedgerChart
{
    /// <summary>Cash that a shop took for the operator, and still has: it stands for the world outside and is below zero by what the shop owes.</summary>
    public static readonly AccountPurpose TillCash = new("payments.till_cash", null, "Cash at a shop's till");

    public static readonly Movement CashIn = new(140, "payments.cash_in", TillCash, SharedAccounts.Wallet, Key("Top-up in cash"), "C-14");
    public static readonly Movement CashOut = new(141, "payments.cash_out", SharedAccounts.Wallet, TillCash, Key("Paid out in cash"), "C-13");

    /// <summary>What the shop took is kept of what it is owed.</summary>
    public static readonly Movement CashNetted = new(142, "payments.cash_netted", SharedAccounts.ShopPayable, TillCash, Key("Cash of the till, kept by the shop"), "S-33");

    /// <summary>The shop brought it to the operator's bank.</summary>
    public static readonly Movement CashHandedOver = new(143, "payments.cash_handed_over", PayoutPostings.Bank, TillCash, Key("Cash of the till, paid into the bank"), "S-33");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [TillCash];

    public IReadOnlyList<Movement> Movements { get; } = [CashIn, CashOut, CashNetted, CashHandedOver];

    public static AccountRef TillOf(Guid shopId, string currency) => AccountRef.Of(shopId, TillCash, currency);
}

/// <summary>A code that a person shows at a till. Its id follows from its digits.</summary>
/// <param name="PaysOut">Cash is handed to the person; else it is taken.</param>
/// <param name="Amount">Minor units; 0 where the till says how much.</param>
internal sealed record TillCode(Guid Id, Guid UserId, bool PaysOut, long Amount, string Currency, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public static readonly HotTable<TillCode> Table = HotTable<TillCode>.Keyed(
        "payments_till_code",
        1,
        r => new TillCode(r.Uuid(0), r.Uuid(1), r.Int(2) != 0, r.Long(3), r.Text(4), r.Instant(5), r.Instant(6), r.InstantOrNull(7)),
        new("id", HotType.Uuid, c => c.Id),
        new("user_id", HotType.Uuid, c => c.UserId),
        new("pays_out", HotType.Int, c => c.PaysOut ? 1 : 0),
        new("amount", HotType.Long, c => c.Amount),
        new("currency", HotType.Text, c => c.Currency),
        new("made_at", HotType.Long, c => c.MadeAt.ToUnixTimeMilliseconds()),
        new("expires_at", HotType.Long, c => c.ExpiresAt.ToUnixTimeMilliseconds()),
        new("used_at", HotType.Long, c => c.UsedAt?.ToUnixTimeMilliseconds()));

    public static Guid IdOf(string digits) => Ids.Derive("fairground/till-code/v1", digits);

    public bool IsGood(DateTimeOffset now) => UsedAt is null && now < ExpiresAt;
}

/// <summary>Cash that was taken or handed out.</summary>
/// <param name="Day">yyyy-MM-dd, of UTC.</param>
internal sealed record TillEntry(Guid Id, Guid ShopId, Guid StaffId, Guid UserId, bool PaysOut, long Amount, string Currency, string Day, DateTimeOffset At)
{
    public static readonly HotTable<TillEntry> Table = HotTable<TillEntry>.Keyed(
        "payments_till_entry",
        1,
        r => new TillEntry(r.Uuid(0), r.Uuid(1), r.Uuid(2), r.Uuid(3), r.Int(4) != 0, r.Long(5), r.Text(6), r.Text(7), r.Instant(8)),
        new("id", HotType.Uuid, e => e.Id),
        new("shop_id", HotType.Uuid, e => e.ShopId),
        new("staff_id", HotType.Uuid, e => e.StaffId),
        new("user_id", HotType.Uuid, e => e.UserId),
        new("pays_out", HotType.Int, e => e.PaysOut ? 1 : 0),
        new("amount", HotType.Long, e => e.Amount),
        new("currency", HotType.Text, e => e.Currency),
        new("day", HotType.Text, e => e.Day),
        new("at", HotType.Long, e => e.At.ToUnixTimeMilliseconds()));
}

/// <summary>A shop's till on one day.</summary>
/// <param name="Took">Minor units, all day.</param>
/// <param name="Paid">Handed out.</param>
internal sealed record TillDay(Guid Id, Guid ShopId, string Currency, string Day, long Took, long Paid, int Entries)
{
    public static readonly HotTable<TillDay> Table = HotTable<TillDay>.Keyed(
        "payments_till_day",
        1,
        r => new TillDay(r.Uuid(0), r.Uuid(1), r.Text(2), r.Text(3), r.Long(4), r.Long(5), r.Int(6)),
        new("id", HotType.Uuid, d => d.Id),
        new("shop_id", HotType.Uuid, d => d.ShopId),
        new("currency", HotType.Text, d => d.Currency),
        new("day", HotType.Text, d => d.Day),
        new("took", HotType.Long, d => d.Took),
        new("paid", HotType.Long, d => d.Paid),
        new("entries", HotType.Int, d => d.Entries));

    public static string DayOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static Guid IdOf(Guid shop, string currency, string day) => Ids.Derive("fairground/till-day/v1", shop.ToString("N"), currency, day);
}
