using Fairground.Kernel.Contracts;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>The tables of two-stage draws that hot commands read and write.</summary>
internal static class TwoStageTables
{
    private static readonly HotColumn<TwoStage>[] LotColumns =
    [
        new("lot_id", HotType.Uuid, t => t.LotId),
        new("price", HotType.Long, t => t.Terms.Price),
        new("quantity", HotType.Int, t => t.Terms.Quantity),
        new("predicted", HotType.Int, t => t.Terms.Predicted),
        new("first_payment", HotType.Long, t => t.Terms.FirstPayment),
        new("fee", HotType.Long, t => t.Terms.Fee),
        new("mileage_percent", HotType.Int, t => t.Terms.MileagePercent),
        new("mileage_rate", HotType.Int, t => t.Terms.MileageRate),
        new("mileage_days", HotType.Int, t => t.Terms.MileageDays),
        new("deposit", HotType.Long, t => t.Terms.Deposit),
        new("least", HotType.Int, t => t.Terms.Least),
        new("stop_at_predicted", HotType.Int, t => t.Terms.StopAtPredicted ? 1 : 0),
        new("draw_by_hand", HotType.Int, t => t.Terms.DrawByHand ? 1 : 0),
        new("mode", HotType.Int, t => (int)t.Terms.Mode),
        new("ways", HotType.Int, t => (int)t.Delivery.Ways),
        new("approve_days", HotType.Int, t => t.Delivery.ApproveDays),
        new("hand_over_days", HotType.Int, t => t.Delivery.HandOverDays),
        new("deposit_state", HotType.Int, t => (int)t.Deposit),
        new("deposit_from", HotType.Int, t => (int)t.DepositFrom),
        new("deposit_by", HotType.Uuid, t => t.DepositBy),
        new("deposit_at", HotType.Long, t => t.DepositAt?.ToUnixTimeMilliseconds()),
        new("applicants", HotType.Int, t => t.Applicants),
        new("captured", HotType.Int, t => t.Captured ? 1 : 0),
        new("paying_out", HotType.Int, t => t.PayingOut ? 1 : 0),
        new("delivered", HotType.Int, t => t.Delivered),
        new("losing", HotType.Int, t => t.Losing),
        new("back_each", HotType.Long, t => t.BackEach),
        new("mileage_each", HotType.Long, t => t.MileageEach),
        new("deposit_each", HotType.Long, t => t.DepositEach),
        new("mileage_expires_at", HotType.Long, t => t.MileageExpiresAt?.ToUnixTimeMilliseconds()),
    ];

    private static readonly HotColumn<SecondPayment>[] PaymentColumns =
    [
        new("win_id", HotType.Uuid, p => p.WinId),
        new("lot_id", HotType.Uuid, p => p.LotId),
        new("user_id", HotType.Uuid, p => p.UserId),
        new("unit", HotType.Int, p => p.Unit),
        new("amount", HotType.Long, p => p.Amount),
        new("paid_at", HotType.Long, p => p.PaidAt?.ToUnixTimeMilliseconds()),
    ];

    /// <summary>Keyed by lot.</summary>
    public static readonly HotTable<TwoStage> Lots = HotTable<TwoStage>.Keyed("draws_two_stage", 1, ReadLot, LotColumns);

    /// <summary>Keyed by <see cref="Win.IdOf"/>.</summary>
    public static readonly HotTable<SecondPayment> Payments = HotTable<SecondPayment>.Keyed("draws_second_payment", 1, ReadPayment, PaymentColumns);

    /// <summary>Keyed by lot and person.</summary>
    public static readonly HotTable<SpentMileage> Spent = HotTable<SpentMileage>.Keyed(
        "draws_spent_mileage",
        2,
        ReadSpent,
        new("lot_id", HotType.Uuid, s => s.LotId),
        new("user_id", HotType.Uuid, s => s.UserId),
        new("amount", HotType.Long, s => s.Amount),
        new("expires_at", HotType.Long, s => s.ExpiresAt?.ToUnixTimeMilliseconds()));

    /// <summary>Keyed by the mileage account.</summary>
    public static readonly HotTable<MileageRow> Mileage = HotTable<MileageRow>.Keyed(
        "draws_mileage",
        1,
        ReadMileage,
        new("account_id", HotType.Uuid, m => m.AccountId),
        new("user_id", HotType.Uuid, m => m.UserId),
        new("currency", HotType.Text, m => m.Currency),
        new("lots", HotType.Text, m => m.Lots.Write()),
        new("expires_at", HotType.Long, m => m.Lots.FirstExpiry?.ToUnixTimeMilliseconds()));

    /// <summary>The columns that <see cref="ReadLot"/> expects, for queries that name the table <c>t</c>.</summary>
    public static readonly string LotList = string.Join(", ", LotColumns.Select(c => $"t.{c.Name}"));

    /// <summary>The columns that <see cref="ReadPayment"/> expects, for queries that name the table <c>p</c>.</summary>
    public static readonly string PaymentList = string.Join(", ", PaymentColumns.Select(c => $"p.{c.Name}"));

    public static TwoStage ReadLot(HotReader r) => new(
        r.Uuid(0),
        new TwoStageTerms(r.Long(1), r.Int(2), r.Int(3), r.Long(4), r.Long(5), r.Int(6), r.Int(7), r.Int(8), r.Long(9), r.Int(10), r.Int(11) != 0, r.Int(12) != 0, (FirstPaymentMode)r.Int(13)),
        new DeliveryTerms((HandoverWays)r.Int(14), r.Int(15), r.Int(16)),
        (DepositState)r.Int(17), (DepositSource)r.Int(18), r.UuidOrNull(19), r.InstantOrNull(20), r.Int(21), r.Int(22) != 0, r.Int(23) != 0,
        r.Int(24), r.Int(25), r.Long(26), r.Long(27), r.Long(28), r.InstantOrNull(29));

    public static SecondPayment ReadPayment(HotReader r) => new(r.Uuid(0), r.Uuid(1), r.Uuid(2), r.Int(3), r.Long(4), r.InstantOrNull(5));

    public static SpentMileage ReadSpent(HotReader r) => new(r.Uuid(0), r.Uuid(1), r.Long(2), r.InstantOrNull(3));

    public static MileageRow ReadMileage(HotReader r) => new(r.Uuid(0), r.Uuid(1), r.Text(2), MileageLots.Read(r.Text(3)));
}
