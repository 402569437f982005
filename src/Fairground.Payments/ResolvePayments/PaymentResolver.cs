using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.ApplyReport;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ResolvePayments;

/// <summary>Asks the gateway how a payment stands and lets the ledger follow. The one way by which money comes in from a gateway: whatever a notice says, and whatever answer was lost, it is read back here.</summary>
internal sealed class PaymentResolver(PaymentsContext context, GroupCommitter ledger, IEnumerable<IPaymentGateway> gateways, PublicAddress address, WayBack way, TimeProvider time)
{
    /// <summary>A company forgets what it was asked, PayPal after six hours: asked again after that, or once it has declined, it would take the money anew. After this it is only looked for what was taken.</summary>
    public static readonly TimeSpan ChargedAgain = TimeSpan.FromHours(5);

    /// <summary>The payment as it stands after that. Refusals: the gateway's own, <c>payment.gateway_unknown</c> where it was switched off, the ledger's.</summary>
    /// <param name="named">The gateway's own names of it, where a notice or a person has told them.</param>
    public async Task<Result<Payment>> Resolve(Payment payment, CancellationToken ct, IReadOnlyList<string>? named = null)
    {
        if (gateways.FirstOrDefault(g => g.Name == payment.Gateway) is not { } gateway) return PaymentRefusals.GatewayUnknown;
        if (!gateway.CanBeAsked) return payment;
        var market = address.Of();
        if (payment is { PayUrl: null, MethodId: { } method })
        {
            if (payment.State != PaymentState.Pending || time.GetUtcNow() - payment.CreatedAt >= ChargedAgain) return await LookForCharge(payment, method, gateway, market, named ?? [], ct);
            var charged = await Charge(payment, method, gateway, market, ct);
            if (charged.Refusal is { } notCharged) return notCharged;
            payment = charged.Value;
            if (payment.State != PaymentState.Pending || payment.GatewayRef is null) return payment;
        }
        else if (payment.PayUrl is null)
        {
            // The answer to the start was lost, or this server died before it: starting again finds what was started.
            var started = await gateway.Start(way.Of(payment, market), ct);
            if (started.Refusal is { } notStarted) return notStarted;
            var noted = await ledger.Submit<PaymentNoted>(NoteStarted.Of(payment.Id, started.Value));
            if (noted.Refusal is { } notNoted) return notNoted;
            payment = await Find(payment.Id, ct);
        }
        var report = await gateway.Read(way.Of(payment, market), ct);
        return report.Refusal is { } unread ? unread : await Apply(payment, report.Value, ct);
    }

    /// <summary>The payment that a gateway's names are of, or null.</summary>
    public async Task<Payment?> Find(string gateway, Guid? paymentId, IReadOnlyCollection<string> references, CancellationToken ct)
    {
        if (paymentId is { } id) return await context.Payments.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id && p.Gateway == gateway, ct);
        if (references.Count == 0) return null;
        return await context.Payments.AsNoTracking().FirstOrDefaultAsync(p => references.Contains(p.GatewayRef!) && p.Gateway == gateway, ct)
            ?? await context.Payments.AsNoTracking().FirstOrDefaultAsync(p => references.Contains(p.ChargeRef!) && p.Gateway == gateway, ct);
    }

    // The answer to the charge was lost, or this server died before it: charging again finds what was charged.
    private async Task<Result<Payment>> Charge(Payment payment, Guid methodId, IPaymentGateway gateway, string market, CancellationToken ct)
    {
        var method = await context.Methods.AsNoTracking().FirstOrDefaultAsync(m => m.Id == methodId, ct);
        var taken = method?.Token is { } token && gateway is ISavesMethods keeper ? await keeper.Charge(way.Of(payment, market), token, () => IsFirst(payment), ct) : new ChargeAnswer(null, "method_gone");
        if (taken.Refusal is { } away) return away;
        if (taken.Value.Reference is { } reference && taken.Value.Reason is null)
        {
            var noted = await Note(payment, reference);
            return noted.Refusal is { } notNoted ? notNoted : await Find(payment.Id, ct);
        }
        // Declined where nobody is there to try another way: it is over.
        return await Apply(payment, new GatewayReport(payment.Currency, End: GatewayEnd.Failed), ct);
    }

    // Once it is noted that the company was asked, nobody asks it again: from then on it is read how the payment stands, under the number that it has from the beginning.
    private async Task<Result<bool>> IsFirst(Payment payment)
    {
        var noted = await Note(payment, payment.GatewayRef!);
        return noted.Refusal is { } refusal ? refusal : !noted.Replayed;
    }

    private Task<HotResult<PaymentNoted>> Note(Payment payment, string reference) => ledger.Submit<PaymentNoted>(NoteStarted.Of(payment.Id, new StartedPayment($"/wallet/payments/{payment.Id}", reference)));

    // Where the answer never came: the company is asked what it took, by the names that somebody has told and then by our own id. What was taken after all is taken in; nothing is charged.
    private async Task<Result<Payment>> LookForCharge(Payment payment, Guid methodId, IPaymentGateway gateway, string market, IReadOnlyList<string> named, CancellationToken ct)
    {
        if (gateway is not ISavesMethods keeper) return payment;
        var (asked, token) = (way.Of(payment, market), await context.Methods.Where(m => m.Id == methodId).Select(m => m.Token).FirstOrDefaultAsync(ct));
        foreach (var given in named.Append<string?>(null))
        {
            var found = await keeper.FindCharge(asked, token, given, ct);
            if (found.Refusal is { Kind.IsTransient: true } silent) return silent;
            if (found.Refused || found.Value.Reference is not { } reference) continue;
            var report = await gateway.Read(asked with { Reference = reference }, ct);
            if (report.Refusal is { Kind.IsTransient: true } away) return away;
            if (report.Refused || report.Value.Captured == 0) continue;
            var noted = await Note(payment, reference);
            return noted.Refusal is { } notNoted ? notNoted : await Apply(payment, report.Value, ct);
        }
        return payment;
    }

    private async Task<Result<Payment>> Apply(Payment payment, GatewayReport report, CancellationToken ct)
    {
        var applied = await ledger.Submit<ReportApplied>(ApplyReport.ApplyReport.Of(payment, report));
        return applied.Refusal is { } refusal ? refusal : await Find(payment.Id, ct);
    }

    private Task<Payment> Find(Guid id, CancellationToken ct) => context.Payments.AsNoTracking().FirstAsync(p => p.Id == id, ct);
}
