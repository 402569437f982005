using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>The tables of Draws that hot commands read and write.</summary>
internal static class DrawsTables
{
    private static readonly HotColumn<Sale>[] SaleColumns =
    [
        new("lot_id", HotType.Uuid, s => s.LotId),
        new("shop_id", HotType.Uuid, s => s.ShopId),
        new("state", HotType.Int, s => (int)s.State),
        new("entries", HotType.Int, s => s.Entries),
        new("sold", HotType.Int, s => s.Sold),
        new("cap", HotType.Int, s => s.Cap),
        new("nominal", HotType.Long, s => s.Nominal),
        new("currency", HotType.Text, s => s.Currency),
        new("closes_at", HotType.Long, s => s.ClosesAt.ToUnixTimeMilliseconds()),
        new("extended_closes_at", HotType.Long, s => s.ExtendedClosesAt?.ToUnixTimeMilliseconds()),
        new("extended", HotType.Int, s => s.Extended ? 1 : 0),
        new("first_paid_at", HotType.Long, s => s.FirstPaidAt?.ToUnixTimeMilliseconds()),
        new("due_at", HotType.Long, s => s.DueAt?.ToUnixTimeMilliseconds()),
        new("unsold_policy", HotType.Int, s => (int)s.Policy),
        new("cash_percent", HotType.Int, s => s.CashPercent),
        new("cash", HotType.Int, s => s.Cash ? 1 : 0),
        new("draw_delay_seconds", HotType.Int, s => s.DrawDelaySeconds),
        new("terms_hash", HotType.Bytes, s => s.TermsHash),
        new("closed_at", HotType.Long, s => s.ClosedAt?.ToUnixTimeMilliseconds()),
        new("draws_at", HotType.Long, s => s.DrawsAt?.ToUnixTimeMilliseconds()),
        new("root", HotType.Bytes, s => s.Root),
        new("secret", HotType.Bytes, s => s.Secret),
        new("places", HotType.Int, s => s.Places),
        new("next_place", HotType.Int, s => s.NextPlace),
        new("open_wins", HotType.Int, s => s.OpenWins),
        new("claim_seconds", HotType.Int, s => s.ClaimSeconds),
        new("unclaimed_policy", HotType.Int, s => (int)s.Unclaimed),
        new("step", HotType.Int, s => s.Step),
        new("kind", HotType.Int, s => (int)s.Kind),
        new("least", HotType.Int, s => s.Least),
    ];

    private static readonly HotColumn<Win>[] WinColumns =
    [
        new("id", HotType.Uuid, w => w.Id),
        new("lot_id", HotType.Uuid, w => w.LotId),
        new("shop_id", HotType.Uuid, w => w.ShopId),
        new("user_id", HotType.Uuid, w => w.UserId),
        new("place", HotType.Int, w => w.Place),
        new("seq", HotType.Int, w => w.Seq),
        new("number", HotType.Text, w => w.Number),
        new("state", HotType.Int, w => (int)w.State),
        new("claim_by", HotType.Long, w => w.ClaimBy?.ToUnixTimeMilliseconds()),
        new("ended_at", HotType.Long, w => w.EndedAt?.ToUnixTimeMilliseconds()),
        new("ended_by", HotType.Uuid, w => w.EndedBy),
        new("ended_where", HotType.Text, w => w.EndedWhere),
        new("contacts", HotType.Int, w => w.Contacts),
        new("contact_at", HotType.Long, w => w.ContactAt?.ToUnixTimeMilliseconds()),
    ];

    /// <summary>Keyed by lot.</summary>
    public static readonly HotTable<Sale> Sales = HotTable<Sale>.Keyed("draws_sale", 1, ReadSale, SaleColumns);

    /// <summary>Keyed by lot and person.</summary>
    public static readonly HotTable<Holding> Holdings = HotTable<Holding>.Keyed(
        "draws_holding",
        2,
        r => new Holding(r.Uuid(0), r.Uuid(1), r.Int(2), r.Bytes(3), r.Int(4) != 0),
        new("lot_id", HotType.Uuid, h => h.LotId),
        new("user_id", HotType.Uuid, h => h.UserId),
        new("count", HotType.Int, h => h.Count),
        new("holder", HotType.Bytes, h => h.Holder),
        new("settled", HotType.Int, h => h.Settled ? 1 : 0));

    /// <summary>Only added to.</summary>
    public static readonly HotTable<Certificate> Certificates = HotTable<Certificate>.Append(
        "draws_certificate",
        new("lot_id", HotType.Uuid, c => c.LotId),
        new("purchase_id", HotType.Uuid, c => c.PurchaseId),
        new("user_id", HotType.Uuid, c => c.UserId),
        new("seq", HotType.Int, c => c.Seq),
        new("number", HotType.Text, c => c.Number));

    /// <summary>Only added to.</summary>
    public static readonly HotTable<Cancellation> Cancellations = HotTable<Cancellation>.Append(
        "draws_cancellation",
        new("lot_id", HotType.Uuid, c => c.LotId),
        new("code", HotType.Text, c => c.Code),
        new("reason", HotType.Text, c => c.Reason),
        new("cancelled_by", HotType.Uuid, c => c.By),
        new("at", HotType.Long, c => c.At.ToUnixTimeMilliseconds()));

    /// <summary>Only added to.</summary>
    public static readonly HotTable<CalledReserve> Calls = HotTable<CalledReserve>.Append(
        "draws_call",
        new("lot_id", HotType.Uuid, c => c.LotId),
        new("place", HotType.Int, c => c.Place),
        new("instead", HotType.Int, c => c.Instead),
        new("reason", HotType.Text, c => c.Reason),
        new("at", HotType.Long, c => c.At.ToUnixTimeMilliseconds()));

    /// <summary>Only added to.</summary>
    public static readonly HotTable<WinContact> Contacts = HotTable<WinContact>.Append(
        "draws_contact",
        new("win_id", HotType.Uuid, c => c.WinId),
        new("lot_id", HotType.Uuid, c => c.LotId),
        new("attempt", HotType.Int, c => c.Attempt),
        new("at", HotType.Long, c => c.At.ToUnixTimeMilliseconds()));

    /// <summary>Keyed by <see cref="Win.IdOf"/>.</summary>
    public static readonly HotTable<Win> Wins = HotTable<Win>.Keyed("draws_win", 1, ReadWin, WinColumns);

    /// <summary>One row, <see cref="LogHead.TheOne"/>.</summary>
    public static readonly HotTable<LogHead> LogHeads = HotTable<LogHead>.Keyed(
        "draws_log_head",
        1,
        r => new LogHead(r.Uuid(0), r.Long(1), r.Text(2)),
        new("id", HotType.Uuid, h => h.Id),
        new("next_line", HotType.Long, h => h.NextLine),
        new("hash", HotType.Text, h => h.Hash));

    /// <summary>Only added to.</summary>
    public static readonly HotTable<LogLine> ClosingLog = HotTable<LogLine>.Append(
        "draws_closing_log",
        new("line_no", HotType.Long, l => l.LineNo),
        new("lot_id", HotType.Uuid, l => l.LotId),
        new("step", HotType.Int, l => l.Step),
        new("statement", HotType.Text, l => l.Statement),
        new("line", HotType.Text, l => l.Line));

    /// <summary>Only added to.</summary>
    public static readonly HotTable<DrawnBeacon> Beacons = HotTable<DrawnBeacon>.Append(
        "draws_beacon",
        new("lot_id", HotType.Uuid, b => b.LotId),
        new("published", HotType.Text, b => b.Published),
        new("randomness", HotType.Bytes, b => b.Randomness));

    /// <summary>The columns that <see cref="ReadSale"/> expects, for queries that name the table <c>s</c>.</summary>
    public static readonly string SaleList = string.Join(", ", SaleColumns.Select(c => $"s.{c.Name}"));

    /// <summary>The columns that <see cref="ReadWin"/> expects, for queries that name the table <c>w</c>.</summary>
    public static readonly string WinList = string.Join(", ", WinColumns.Select(c => $"w.{c.Name}"));

    public static Sale ReadSale(HotReader r) => new(
        r.Uuid(0), r.Uuid(1), (LotState)r.Int(2), r.Int(3), r.Int(4), r.Int(5), r.Long(6), r.Text(7),
        r.Instant(8), r.InstantOrNull(9), r.Int(10) != 0, r.InstantOrNull(11), r.InstantOrNull(12),
        (UnsoldPolicy)r.Int(13), r.Int(14), r.Int(15) != 0, r.Int(16), BytesOrNull(r, 17),
        r.InstantOrNull(18), r.InstantOrNull(19), BytesOrNull(r, 20), BytesOrNull(r, 21), r.Int(22), r.Int(23), r.Int(24), r.Int(25),
        (UnclaimedPolicy)r.Int(26), r.Int(27), (LotKind)r.Int(28), r.Int(29));

    public static Win ReadWin(HotReader r) => new(
        r.Uuid(0), r.Uuid(1), r.Uuid(2), r.Uuid(3), r.Int(4), r.Int(5), r.Text(6), (WinState)r.Int(7),
        r.InstantOrNull(8), r.InstantOrNull(9), r.UuidOrNull(10), r.TextOrNull(11), r.Int(12), r.InstantOrNull(13));

    private static byte[]? BytesOrNull(HotReader r, int i) => r.IsNull(i) ? null : r.Bytes(i);
}
