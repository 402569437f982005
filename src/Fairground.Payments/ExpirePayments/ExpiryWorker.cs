using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.CompletePayment;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.ExpirePayments;

/// <summary>Ends payments that nobody finished within 24 hours, and lets their holds go. Where a gateway can be asked, its worker does that once it has asked.</summary>
internal sealed class ExpiryWorker(GroupCommitter ledger, IEnumerable<IPaymentGateway> gateways, IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<ExpiryWorker> logger)
    : LeasedWorker("payments.expiry", TimeSpan.FromSeconds(30), leases, time, logger)
{
    private const int Batch = 500;

    private readonly TimeProvider clock = time;

    protected override Task<bool> RunOnce(CancellationToken ct) => ExpireDue(ct);

    /// <summary>Ends what is due; true where more may be waiting.</summary>
    internal async Task<bool> ExpireDue(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = clock.GetUtcNow();
        var asked = gateways.Where(g => g.CanBeAsked).Select(g => g.Name).ToList();
        var due = await scope.ServiceProvider.GetRequiredService<PaymentsContext>().Payments.AsNoTracking()
            .Where(p => p.State == PaymentState.Pending && p.ExpiresAt <= now && !asked.Contains(p.Gateway))
            .OrderBy(p => p.ExpiresAt).Take(Batch).ToListAsync(ct);
        var answers = await Task.WhenAll(due.Select(p => ledger.Submit<PaymentCompleted>(CompletePayment.CompletePayment.Of(p, PaymentState.Expired))));
        // Where the ledger is busy the rest waits for the next turn.
        return due.Count == Batch && answers.Any(a => !a.Refused);
    }
}
