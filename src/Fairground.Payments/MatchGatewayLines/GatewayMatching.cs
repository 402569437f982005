using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.KeepPayees;
using Fairground.Payments.ReadGatewayReport;
using Fairground.Payments.ResolvePayments;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.MatchGatewayLines;

/// <summary>
/// Finds the payment or the refund that each line of a company's report is about, and lets the ledger keep the fee. A report moves no person's money: where it says something that this server has not heard of, the company
/// is asked, and only its answer counts. What does not fit waits for a person. Every effect has a key that follows from the line, so matching again changes nothing.
/// </summary>
internal sealed class GatewayMatching(PaymentsContext context, PaymentResolver resolver, GroupCommitter ledger, TimeProvider time)
{
    private const int Batch = 200;
    private const int MostMissing = 200;

    // What is paid on the last day of a report may stand in the next one.
    private static readonly TimeSpan Delay = TimeSpan.FromDays(1);

    /// <summary>Goes over all lines that wait; how many were matched. Payouts wait for the bank.</summary>
    public async Task<int> MatchAll(CancellationToken ct)
    {
        await KeepCosts(ct);
        var matched = 0;
        for (var after = Guid.Empty; ;)
        {
            var last = after;
            var some = await context.GatewayLines.AsNoTracking().Where(l => l.State == BankLineState.Waiting && l.Kind != GatewayLineKind.Payout && l.Id.CompareTo(last) > 0).OrderBy(l => l.Id).Take(Batch).ToListAsync(ct);
            var (payments, refunds) = await Find(some, ct);
            var taken = await Brought([.. payments.Values.Select(p => p.Id)], ct);
            foreach (var line in some)
            {
                var (kind, id, why) = await Match(line, payments, refunds, taken, ct);
                if (kind is null) await context.GatewayLines.Say(line, why!, ct);
                else matched += await Settle(line.Id, BankLineState.Matched, kind, id, null, ct);
            }
            await KeepCosts(ct);
            if (some.Count < Batch) return matched;
            after = some[^1].Id;
        }
    }

    /// <summary>The office says that a line is a cost of the market, or a gain where it is above zero. Refusals: <c>gateway_report.line_not_found</c>, <c>gateway_report.line_settled</c>, <c>gateway_report.no_cost</c>.</summary>
    public async Task<Refusal?> TakeAsCost(Guid lineId, CancellationToken ct)
    {
        var found = await Waiting(lineId, ct);
        if (found.Refusal is { } no) return no;
        if (found.Value.Kind != GatewayLineKind.Other) return ReportRefusals.NoCost;
        await Settle(lineId, BankLineState.Matched, "cost", null, null, ct);
        await KeepCosts(ct);
        return null;
    }

    /// <summary>The office says that nothing is to be done about a line. Refusals: <c>gateway_report.line_not_found</c>, <c>gateway_report.line_settled</c>, <c>payout.reason_missing</c>.</summary>
    public async Task<Refusal?> SetAside(Guid lineId, string? reason, CancellationToken ct)
    {
        if (Reason.Clean(reason) is not { } why) return PayoutRefusals.ReasonMissing;
        var found = await Waiting(lineId, ct);
        if (found.Refusal is { } no) return no;
        await Settle(lineId, BankLineState.SetAside, null, null, why, ct);
        return null;
    }

    /// <summary>Payments that a company took, and that none of its reports has although they are of that time; the oldest first, at most 200.</summary>
    public async Task<IReadOnlyList<Payment>> Missing(CancellationToken ct)
    {
        var spans = await context.GatewayLines.Where(l => l.Kind == GatewayLineKind.Payment).GroupBy(l => new { l.Gateway, l.Currency })
            .Select(g => new { g.Key.Gateway, g.Key.Currency, From = g.Min(l => l.At), To = g.Max(l => l.At) }).ToListAsync(ct);
        var missing = new List<Payment>();
        foreach (var span in spans)
        {
            var (from, to) = (span.From, span.To - Delay);
            missing.AddRange(await context.Payments.AsNoTracking()
                .Where(p => p.Gateway == span.Gateway && p.Currency == span.Currency && p.Captured > 0 && p.CompletedAt >= from && p.CompletedAt <= to)
                .Where(p => !context.GatewayLines.Any(l => l.MatchedId == p.Id && l.Kind == GatewayLineKind.Payment))
                .OrderBy(p => p.CompletedAt).Take(MostMissing).ToListAsync(ct));
        }
        return [.. missing.OrderBy(p => p.CompletedAt).Take(MostMissing)];
    }

    private async Task<Result<GatewayLine>> Waiting(Guid lineId, CancellationToken ct)
    {
        if (await context.GatewayLines.AsNoTracking().FirstOrDefaultAsync(l => l.Id == lineId, ct) is not { } line) return ReportRefusals.LineNotFound;
        return line.State == BankLineState.Matched ? ReportRefusals.LineSettled : line;
    }

    private async Task<(string? Kind, Guid? Id, string? Why)> Match(GatewayLine line, Dictionary<string, Payment> payments, Dictionary<string, Refund> refunds, Dictionary<Guid, Guid> taken, CancellationToken ct)
    {
        if (line.Kind == GatewayLineKind.Fee) return ("fee", null, null);
        if (line.Kind == GatewayLineKind.Other) return (null, null, WaitReasons.Other);
        var refund = line.Kind == GatewayLineKind.Refund ? line.Names.Select(n => refunds.GetValueOrDefault(Key(line.Gateway, n))).FirstOrDefault(r => r is not null) : null;
        if (refund is not null) return refund.Currency != line.Currency ? (null, null, WaitReasons.Currency) : refund.Net != Math.Abs(line.Gross) ? (null, null, WaitReasons.Amount) : ("refund", refund.Id, null);
        if (line.Names.Select(n => payments.GetValueOrDefault(Key(line.Gateway, n))).FirstOrDefault(p => p is not null) is not { } payment) return (null, null, WaitReasons.Unknown);
        if (payment.Currency != line.Currency) return (null, null, WaitReasons.Currency);
        return line.Kind switch
        {
            GatewayLineKind.Payment => await MatchPayment(line, payment, taken, ct),
            // Given back at the company's own desk, or by a bank.
            GatewayLineKind.Refund => await Confirmed(payment, p => p.Refunded >= Math.Abs(line.Gross), ct) ? ("payment", payment.Id, null) : (null, null, WaitReasons.NotReturned),
            _ => await Confirmed(payment, p => p.Dispute != GatewayDispute.None, ct) ? ("payment", payment.Id, null) : (null, null, WaitReasons.NotReturned),
        };
    }

    private async Task<(string? Kind, Guid? Id, string? Why)> MatchPayment(GatewayLine line, Payment payment, Dictionary<Guid, Guid> taken, CancellationToken ct)
    {
        if (line.Gross != payment.Amount) return (null, null, WaitReasons.Amount);
        if (!taken.TryAdd(payment.Id, line.Id) && taken[payment.Id] != line.Id) return (null, null, WaitReasons.Twice);
        if (await Confirmed(payment, p => p.Captured > 0, ct)) return ("payment", payment.Id, null);
        taken.Remove(payment.Id);
        return (null, null, WaitReasons.NotTaken);
    }

    private async Task<bool> Confirmed(Payment payment, Func<Payment, bool> holds, CancellationToken ct) => holds(payment) || (await resolver.Resolve(payment, ct) is { Refused: false } asked && holds(asked.Value));

    private async Task<(Dictionary<string, Payment> Payments, Dictionary<string, Refund> Refunds)> Find(List<GatewayLine> lines, CancellationToken ct)
    {
        var names = lines.SelectMany(l => l.Names).Distinct().ToList();
        var gateways = lines.Select(l => l.Gateway).ToHashSet();
        var payments = new Dictionary<string, Payment>(StringComparer.Ordinal);
        var refunds = new Dictionary<string, Refund>(StringComparer.Ordinal);
        foreach (var payment in await context.Payments.AsNoTracking().Where(p => names.Contains(p.GatewayRef!)).ToListAsync(ct)) payments.TryAdd(Key(payment.Gateway, payment.GatewayRef!), payment);
        foreach (var payment in await context.Payments.AsNoTracking().Where(p => names.Contains(p.ChargeRef!)).ToListAsync(ct)) payments[Key(payment.Gateway, payment.ChargeRef!)] = payment;
        // Companies without a name of their own report ours.
        var own = names.Select(n => Guid.TryParse(n, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).ToList();
        foreach (var payment in await context.Payments.AsNoTracking().Where(p => own.Contains(p.Id)).ToListAsync(ct)) names.Where(n => Guid.TryParse(n, out var id) && id == payment.Id).ToList().ForEach(n => payments.TryAdd(Key(payment.Gateway, n), payment));
        foreach (var found in await context.Refunds.AsNoTracking().Where(r => names.Contains(r.GatewayRef!)).Join(context.Payments.Where(p => gateways.Contains(p.Gateway)), r => r.PaymentId, p => p.Id, (r, p) => new { Refund = r, p.Gateway }).ToListAsync(ct)) refunds[Key(found.Gateway, found.Refund.GatewayRef!)] = found.Refund;
        return (payments, refunds);
    }

    private async Task<Dictionary<Guid, Guid>> Brought(List<Guid> payments, CancellationToken ct)
    {
        var lines = await context.GatewayLines.Where(l => l.Kind == GatewayLineKind.Payment && l.State == BankLineState.Matched && payments.Contains(l.MatchedId!.Value)).Select(l => new { l.Id, Payment = l.MatchedId!.Value }).ToListAsync(ct);
        return lines.GroupBy(l => l.Payment).ToDictionary(g => g.Key, g => g.First().Id);
    }

    // After a line is matched, so that none that is set aside later has its cost in the ledger; and taken up again where this server died in between.
    private async Task KeepCosts(CancellationToken ct)
    {
        while (true)
        {
            var due = await context.GatewayLines.AsNoTracking().Where(l => l.State == BankLineState.Matched && !l.CostPosted).OrderBy(l => l.Id).Take(Batch).ToListAsync(ct);
            var kept = await Task.WhenAll(due.Select(async line => line.Cost == 0 || !(await ledger.Submit<CostKept>(KeepGatewayCost.Of(line))).Refused ? line.Id : Guid.Empty));
            var ids = kept.Where(id => id != Guid.Empty).ToList();
            await context.GatewayLines.Where(l => ids.Contains(l.Id)).ExecuteUpdateAsync(set => set.SetProperty(l => l.CostPosted, true), ct);
            if (due.Count < Batch || ids.Count == 0) return;
        }
    }

    private Task<int> Settle(Guid lineId, BankLineState state, string? kind, Guid? id, string? note, CancellationToken ct) => context.GatewayLines.Settle(lineId, state, kind, id, note, time.GetUtcNow(), ct);

    private static string Key(string gateway, string name) => $"{gateway} {name}";
}
