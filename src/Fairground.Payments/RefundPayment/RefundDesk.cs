using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Statements;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.RefundPayment;

/// <summary>Gives money back through the gateway that it came by: for the endpoints, the pages and the worker.</summary>
internal sealed class RefundDesk(PaymentsContext context, GroupCommitter ledger, IEnumerable<IPaymentGateway> gateways, LedgerReader balances, PaymentsOptions options, PublicAddress address, WayBack way, TimeProvider time)
{
    // Longer than all calls of one question may take.
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromMinutes(2);

    /// <summary>Sets the money aside and asks the gateway. Refusals: those of <see cref="AskRefundRule"/>, <c>idempotency.key_reused</c>, the ledger's. That the gateway is away is none: it is asked again.</summary>
    public async Task<Result<(Refund Refund, bool Replayed)>> Ask(Payment payment, Guid by, long amount, string key, CancellationToken ct)
    {
        if (amount <= 0) return RefundRefusals.TooLittle;
        var commandKey = CommandKey.For(by, key, "payments.refund", payment.Id.ToString("N"), amount.ToString(CultureInfo.InvariantCulture));
        var asked = await ledger.Submit<RefundAsked>(new AskRefund(commandKey, Ids.New(), PaymentKey.Of(payment), by, amount, options.RefundFeeBasisPoints));
        if (asked.Refusal is { } refusal) return refusal;
        await Push(asked.Value.RefundId, ct);
        return (await Find(asked.Value.RefundId, ct), asked.Replayed);
    }

    /// <summary>What can go back now, minor units: what is left of the payment, as far as the wallet has it.</summary>
    public async Task<long> Most(Payment payment, CancellationToken ct)
    {
        if (payment.Refundable == 0 || payment.Dispute is GatewayDispute.Open or GatewayDispute.Lost) return 0;
        var (balance, held) = await balances.BalanceOf(SharedAccounts.WalletOf(payment.UserId, payment.Currency), ct);
        return Math.Clamp(balance - held, 0, payment.Refundable);
    }

    /// <summary>Asks the gateway about a refund that is under way, or that it may have sent back; whatever goes wrong is tried again by the worker. False where somebody else is asking.</summary>
    public async Task<bool> Push(Guid refundId, CancellationToken ct)
    {
        var refund = await Find(refundId, ct);
        // Until the gateway has named it the question may itself be what pays, and not every gateway knows a question that was asked twice.
        if (refund is { State: RefundState.Asked, GatewayRef: null } && !await Claim(refund, ct)) return false;
        var payment = await context.Payments.AsNoTracking().FirstAsync(p => p.Id == refund.PaymentId, ct);
        if (refund.State is not (RefundState.Asked or RefundState.Paid) || gateways.FirstOrDefault(g => g.Name == payment.Gateway) is not { } gateway) return true;
        // What was paid before this one: a gateway that knows no names of ours is asked first whether it has done it.
        var before = refund.State == RefundState.Paid ? 0 : payment.OwnRefunds - payment.Returned - refund.Net + payment.Outside;
        var order = new RefundOrder(refund.OrderId, refund.MoneyOf(refund.Net), refund.GatewayRef, before);
        var answer = await gateway.Refund(way.Of(payment, address.Of()), order, ct);
        if (answer.Refused) return true;
        var turn = answer.Value.Outcome switch { RefundOutcome.Paid => RefundTurn.Paid, RefundOutcome.Rejected => RefundTurn.Rejected, _ => RefundTurn.Named };
        await ledger.Submit<RefundTurned>(TurnRefund.Of(refund, payment, turn, answer.Value.Reference, answer.Value.Reason));
        return true;
    }

    /// <summary>Asks about all refunds of a payment that the gateway knows: it has told of one of them.</summary>
    public async Task PushAll(Guid paymentId, CancellationToken ct)
    {
        var all = await context.Refunds.AsNoTracking().Where(r => r.PaymentId == paymentId && (r.State == RefundState.Asked || (r.State == RefundState.Paid && r.GatewayRef != null))).Select(r => r.Id).ToListAsync(ct);
        foreach (var id in all) await Push(id, ct);
    }

    /// <summary>A person decides about a refund that waits: <c>refund.not_found</c>, <c>refund.not_waiting</c>.</summary>
    public async Task<Result<Refund>> Decide(Guid refundId, RefundTurn turn, CancellationToken ct)
    {
        if (await context.Refunds.AsNoTracking().FirstOrDefaultAsync(r => r.Id == refundId, ct) is not { } refund) return RefundRefusals.NotFound;
        if (refund.State != RefundState.Waits) return RefundRefusals.NotWaiting;
        var payment = await context.Payments.AsNoTracking().FirstAsync(p => p.Id == refund.PaymentId, ct);
        var turned = await ledger.Submit<RefundTurned>(TurnRefund.Of(refund, payment, turn));
        if (turned.Refusal is { } refusal) return refusal;
        if (turn == RefundTurn.TryAgain)
        {
            await Later(refundId, time.GetUtcNow(), ct);
            await Push(refundId, ct);
        }
        return await Find(refundId, ct);
    }

    /// <summary>Refunds that wait for a person, oldest first.</summary>
    public async Task<IReadOnlyList<(Refund Refund, Payment Payment)>> Waiting(int take, CancellationToken ct) =>
        [.. (await context.Refunds.AsNoTracking().Where(r => r.State == RefundState.Waits).OrderBy(r => r.AskedAt).Take(take)
            .Join(context.Payments.AsNoTracking(), r => r.PaymentId, p => p.Id, (r, p) => new { r, p }).ToListAsync(ct)).Select(both => (both.r, both.p))];

    /// <summary>Refunds of a payment, newest first.</summary>
    public async Task<IReadOnlyList<Refund>> Of(Guid paymentId, CancellationToken ct) =>
        await context.Refunds.AsNoTracking().Where(r => r.PaymentId == paymentId).OrderByDescending(r => r.AskedAt).ToListAsync(ct);

    /// <summary>Asks about refunds that are due; how many there were.</summary>
    public async Task<int> PushDue(int take, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = await context.Refunds.AsNoTracking().Where(r => r.State == RefundState.Asked && r.NextAt <= now).OrderBy(r => r.NextAt).Take(take).ToListAsync(ct);
        foreach (var refund in due)
        {
            if (!await Push(refund.Id, ct)) continue;
            // Often at first; a refund by a bank takes days.
            var wait = TimeSpan.FromTicks(Math.Clamp((now - refund.AskedAt).Ticks / 2, TimeSpan.FromMinutes(1).Ticks, TimeSpan.FromHours(12).Ticks));
            await Later(refund.Id, now + wait, ct);
        }
        return due.Count;
    }

    // One asks at a time, over all nodes: whoever moves the time of the next question on.
    private async Task<bool> Claim(Refund refund, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return await context.Refunds.Where(r => r.Id == refund.Id && r.State == RefundState.Asked && r.GatewayRef == null && r.NextAt <= now)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.NextAt, now + LongestQuestion), ct) == 1;
    }

    private Task<int> Later(Guid refundId, DateTimeOffset at, CancellationToken ct) => context.Refunds.Where(r => r.Id == refundId).ExecuteUpdateAsync(set => set.SetProperty(r => r.NextAt, at), ct);

    private Task<Refund> Find(Guid id, CancellationToken ct) => context.Refunds.AsNoTracking().FirstAsync(r => r.Id == id, ct);
}
