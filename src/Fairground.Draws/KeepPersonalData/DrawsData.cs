using System.Runtime.CompilerServices;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>A deposit that a person left for a lot.</summary>
/// <param name="From"><c>wallet</c>, or <c>payable</c> where it was owed to the shop.</param>
/// <param name="State"><c>due</c>, <c>paid</c> or <c>ended</c>.</param>
internal sealed record MyDeposit(Guid LotId, long AmountMinor, string From, DateTimeOffset? PaidAt, string State);

/// <summary>
/// Certificates, purchases and wins. They are evidence: the published list of a draw was made from them, so they are never changed. They name people by id and
/// by the pseudonym in the list; once the person's salt is gone, nothing leads from the pseudonym to anybody.
/// </summary>
internal sealed class DrawsData(DrawsReader reader, TwoStageReader lots, MyDraws mine, Purchases purchases, DrawsMemory memory, MileageMover mover) : IPersonalData
{
    private const int PageSize = 500;

    public IReadOnlyCollection<string> Tables { get; } = ["draws_holding", "draws_certificate", "draws_win", "draws_contact", "draws_second_payment", "draws_spent_mileage", "draws_mileage", "draws_two_stage"];

    public async Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        await archive.Add("certificates", "Every certificate that you hold or held, with what became of it.", Certificates(person, ct), ct);
        await archive.Add("purchases", "Your purchases of certificates, with the signed receipts.", Bought(person, ct), ct);
        await archive.Add("wins", "What you won, and when and where it was handed over.", await mine.Wins(person, ct), ct);
        var contacts = await reader.List(
            $"select c.win_id, c.attempt, c.at from draws_contact c join draws_win w on w.id = c.win_id where w.user_id in ({Names(person)}) order by c.at",
            r => new { winId = r.Uuid(0), attempt = r.Int(1), at = r.Instant(2) }, ct, Values(person));
        await archive.Add("second-payments", "What you had to pay as a candidate of two-stage lots, and when you paid it.", await reader.List(
            $"select p.lot_id, p.amount, p.paid_at from draws_second_payment p where p.user_id in ({Names(person)}) order by p.lot_id",
            r => new { lotId = r.Uuid(0), amountMinor = r.Long(1), paidAt = r.InstantOrNull(2) }, ct, Values(person)), ct);
        await archive.Add("mileage", "Your mileage by currency, with when it expires.", (await lots.Mileage(person, ct)).SelectMany(m => m.Lots.All.Select(l => new { asset = TwoStagePostings.AssetOf(m.Currency), l.Amount, l.ExpiresAt })), ct);
        await archive.Add("spent-mileage", "What of your first payments was mileage.", await reader.List(
            $"select s.lot_id, s.amount from draws_spent_mileage s where s.user_id in ({Names(person)}) order by s.lot_id", r => new { lotId = r.Uuid(0), amount = r.Long(1) }, ct, Values(person)), ct);
        await archive.Add("deposits", "Deposits that you left for two-stage lots, with what became of them.", await reader.List(
            $"select {TwoStageTables.LotList} from draws_two_stage t where t.deposit_by in ({Names(person)}) order by t.lot_id", Deposit, ct, Values(person)), ct);
        await archive.Add("reminders", "When we wrote to you about a prize that you had not collected.", contacts, ct);
    }

    public async Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        var found = new List<Refusal>();
        var lots = await reader.List(
            $"select s.lot_id from draws_holding h join draws_sale s on s.lot_id = h.lot_id where h.user_id in ({Names(person)}) and h.count > 0 and ({Undecided}) order by s.lot_id limit 1",
            r => r.Uuid(0), ct, Values(person));
        if (lots.Count > 0) found.Add(DrawsRefusals.CertificatesOpen.With(("lotId", lots[0])));
        var wins = await reader.List(
            $"select w.lot_id, w.state from draws_win w join draws_sale s on s.lot_id = w.lot_id where w.user_id in ({Names(person)}) and (w.state in ({(int)WinState.Drawn}, {(int)WinState.Candidate}, {(int)WinState.Bought}) or (w.state = {(int)WinState.Reserve} and s.state = {(int)LotState.Drawn}))",
            r => (Lot: r.Uuid(0), State: (WinState)r.Int(1)), ct, Values(person));
        foreach (var (reserve, kind) in new[] { (false, DrawsRefusals.WinOpen), (true, DrawsRefusals.ReserveOpen) })
        {
            if (wins.Exists(w => w.State == WinState.Reserve == reserve)) found.Add(kind.With(("lotId", wins.First(w => w.State == WinState.Reserve == reserve).Lot)));
        }
        var deposits = await reader.List(
            $"select t.lot_id from draws_two_stage t where t.deposit_by in ({Names(person)}) and t.deposit_state = {(int)DepositState.Paid} and t.deposit_from = {(int)DepositSource.Wallet} order by t.lot_id limit 1",
            r => r.Uuid(0), ct, Values(person));
        if (deposits.Count > 0) found.Add(DrawsRefusals.DepositOpen.With(("lotId", deposits[0])));
        return found;
    }

    public Task Erase(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        foreach (var id in person) memory.Forget(id);
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct)
    {
        var both = await reader.List(
            $"select s.lot_id from draws_sale s join draws_holding a on a.lot_id = s.lot_id and a.user_id = @from join draws_holding b on b.lot_id = s.lot_id and b.user_id = @into where {Undecided} order by s.lot_id limit 1",
            r => r.Uuid(0), ct, ("@from", from), ("@into", into));
        return both.Count == 0 ? [] : [DrawsRefusals.HeldByBoth.With(("lotId", both[0]))];
    }

    // The rows stay under the old id, which the person's other account answers for from now on; only mileage is spent from an account of its own.
    public Task Join(Guid from, Guid into, CancellationToken ct) => mover.Move(from, into, ct);

    private static MyDeposit Deposit(HotReader row)
    {
        var two = TwoStageTables.ReadLot(row);
        return new MyDeposit(two.LotId, two.Terms.Deposit, two.DepositFrom.ToString().ToLowerInvariant(), two.DepositAt, two.Deposit.ToString().ToLowerInvariant());
    }

    /// <summary>Sold and not yet drawn or given back; of a two-stage lot, not yet settled.</summary>
    internal static string Undecided { get; } =
        $"s.state in ({string.Join(", ", new[] { LotState.Open, LotState.SoldOut, LotState.Closed, LotState.Drawing, LotState.Cancelled }.Select(s => (int)s))}) or (s.kind = {(int)LotKind.TwoStage} and s.state = {(int)LotState.Drawn})";

    internal static string Names(IReadOnlyList<Guid> ids) => string.Join(", ", ids.Select((_, i) => $"@u{i}"));

    internal static (string, object)[] Values(IReadOnlyList<Guid> ids) => [.. ids.Select((id, i) => ($"@u{i}", (object)id))];

    private async IAsyncEnumerable<MyCertificate> Certificates(IReadOnlyList<Guid> person, [EnumeratorCancellation] CancellationToken ct)
    {
        for (string? cursor = null; ;)
        {
            var page = (await mine.Certificates(person, cursor, PageSize, ct)).Value;
            foreach (var certificate in page.Items) yield return certificate;
            if (page.Next is null) yield break;
            cursor = page.Next;
        }
    }

    private async IAsyncEnumerable<PurchaseAnswer> Bought(IReadOnlyList<Guid> person, [EnumeratorCancellation] CancellationToken ct)
    {
        for (string? cursor = null; ;)
        {
            var page = (await purchases.List(person[0], cursor, PageSize, ct)).Value;
            foreach (var purchase in page.Items) yield return BuyEndpoint.Answer(purchase);
            if (page.Next is null) yield break;
            cursor = page.Next;
        }
    }
}
