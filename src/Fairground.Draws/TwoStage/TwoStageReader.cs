namespace Fairground.Draws;

/// <summary>Reads what two-stage lots have beside other lots. Never writes.</summary>
internal sealed class TwoStageReader(DrawsReader reader)
{
    /// <summary>The row of a two-stage lot, or null.</summary>
    public async Task<TwoStage?> Find(Guid lotId, CancellationToken ct) =>
        (await reader.List($"select {TwoStageTables.LotList} from draws_two_stage t where t.lot_id = @lot", TwoStageTables.ReadLot, ct, ("@lot", lotId))).FirstOrDefault();

    /// <summary>The row of a lot that must be two-stage.</summary>
    public async Task<TwoStage> Get(Guid lotId, CancellationToken ct) => await Find(lotId, ct) ?? throw new InvalidOperationException($"Lot {lotId} has no two-stage terms.");

    /// <summary>The rows of these lots, for those that have one.</summary>
    public async Task<IReadOnlyDictionary<Guid, TwoStage>> FindMany(IReadOnlyList<Guid> lotIds, CancellationToken ct)
    {
        if (lotIds.Count == 0) return new Dictionary<Guid, TwoStage>();
        var named = lotIds.Select((id, i) => ($"@p{i}", (object)id)).ToArray();
        var rows = await reader.List(
            $"select {TwoStageTables.LotList} from draws_two_stage t where t.lot_id in ({string.Join(", ", named.Select(n => n.Item1))})", TwoStageTables.ReadLot, ct, named);
        return rows.ToDictionary(r => r.LotId);
    }

    /// <summary>What every place that was ever a candidate had to pay.</summary>
    public Task<List<SecondPayment>> Payments(Guid lotId, CancellationToken ct) =>
        reader.List($"select {TwoStageTables.PaymentList} from draws_second_payment p where p.lot_id = @lot", TwoStageTables.ReadPayment, ct, ("@lot", lotId));

    /// <summary>What one place had to pay, or null.</summary>
    public async Task<SecondPayment?> Payment(Guid winId, CancellationToken ct) =>
        (await reader.List($"select {TwoStageTables.PaymentList} from draws_second_payment p where p.win_id = @win", TwoStageTables.ReadPayment, ct, ("@win", winId))).FirstOrDefault();

    /// <summary>The drawn place of a person that has something to pay, or null.</summary>
    public async Task<Win?> PlaceOf(Guid lotId, IReadOnlyList<Guid> person, CancellationToken ct) => (await reader.List(
        $"select {DrawsTables.WinList} from draws_win w join draws_second_payment p on p.win_id = w.id where w.lot_id = @lot and w.user_id in ({DrawsData.Names(person)}) order by w.place limit 1",
        DrawsTables.ReadWin, ct, [.. DrawsData.Values(person), ("@lot", lotId)])).FirstOrDefault();

    /// <summary>Whose first payments for a lot were mileage in some part.</summary>
    public async Task<IReadOnlySet<Guid>> SpentMileage(Guid lotId, CancellationToken ct) =>
        (await reader.List("select user_id from draws_spent_mileage where lot_id = @lot", r => r.Uuid(0), ct, ("@lot", lotId))).ToHashSet();

    /// <summary>A person's mileage by currency.</summary>
    public Task<List<MileageRow>> Mileage(IReadOnlyList<Guid> person, CancellationToken ct) => reader.List(
        $"select m.account_id, m.user_id, m.currency, m.lots from draws_mileage m where m.user_id in ({DrawsData.Names(person)}) order by m.currency",
        TwoStageTables.ReadMileage, ct, DrawsData.Values(person));
}
