using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.CollectDebt;
using Fairground.Payments.CompletePayment;
using Fairground.Payments.ReceiveNotice;
using Fairground.Payments.RefundPayment;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.ResolvePayments;

/// <summary>Asks gateways about payments that nobody told us about, takes up notices that could not be followed at once, and collects debts. What is due stands in rows, so a crash loses nothing.</summary>
internal sealed class GatewayWorker(IServiceScopeFactory scopes, GroupCommitter ledger, Leases leases, TimeProvider time, ILogger<GatewayWorker> logger)
    : LeasedWorker("payments.gateways", TimeSpan.FromSeconds(5), leases, time, logger)
{
    private const int Batch = 100;

    private readonly TimeProvider clock = time;

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        var notices = await TakeUpNotices(ct);
        var looked = await LookAtDue(ct);
        await using var scope = scopes.CreateAsyncScope();
        var refunds = await scope.ServiceProvider.GetRequiredService<RefundDesk>().PushDue(Batch, ct);
        await scope.ServiceProvider.GetRequiredService<DebtCollector>().CollectAll(ct);
        return notices == Batch || looked == Batch || refunds == Batch;
    }

    /// <summary>Follows notices that are due; how many there were.</summary>
    internal async Task<int> TakeUpNotices(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (context, desk, now) = (scope.ServiceProvider.GetRequiredService<PaymentsContext>(), scope.ServiceProvider.GetRequiredService<NoticeDesk>(), clock.GetUtcNow());
        var due = await context.Notices.Where(n => n.DoneAt == null && n.NextAt <= now).OrderBy(n => n.NextAt).Take(Batch).ToListAsync(ct);
        foreach (var notice in due) await desk.Follow(notice, ct);
        return due.Count;
    }

    /// <summary>Asks about payments that are due; how many there were.</summary>
    internal async Task<int> LookAtDue(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (context, resolver, now) = (scope.ServiceProvider.GetRequiredService<PaymentsContext>(), scope.ServiceProvider.GetRequiredService<PaymentResolver>(), clock.GetUtcNow());
        var due = await context.Watched.Where(w => w.NextAt <= now).OrderBy(w => w.NextAt).Take(Batch).ToListAsync(ct);
        foreach (var watch in due)
        {
            var payment = await context.Payments.AsNoTracking().FirstAsync(p => p.Id == watch.PaymentId, ct);
            var seen = await resolver.Resolve(payment, ct);
            if (!seen.Refused) payment = seen.Value;
            // Only once the gateway was asked: a payment that was made in the last minute is not let go.
            if (!seen.Refused && payment.State == PaymentState.Pending && payment.ExpiresAt <= now) await ledger.Submit<PaymentCompleted>(CompletePayment.CompletePayment.Of(payment, PaymentState.Expired));
            if (NextLook(payment, watch.Tries, now) is { } next) (watch.NextAt, watch.Tries) = (next, watch.Tries + 1);
            else context.Watched.Remove(watch);
            await Save(context, watch, ct);
        }
        return due.Count;
    }

    // A node that lost its lease while it waited for a gateway may find that another was here.
    private static async Task Save(PaymentsContext context, WatchRow watch, CancellationToken ct)
    {
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            context.Entry(watch).State = EntityState.Detached;
        }
    }

    /// <summary>When the gateway is asked again: soon while the person may be paying, once a day until the money is ours for good, a few times more for money that comes late; null for never.</summary>
    internal static DateTimeOffset? NextLook(Payment payment, int tries, DateTimeOffset now)
    {
        var doubled = TimeSpan.FromMinutes(Math.Min(60, 1 << Math.Min(tries, 6)));
        return payment.State switch
        {
            PaymentState.Pending => payment.ExpiresAt > now && now + doubled > payment.ExpiresAt ? payment.ExpiresAt : now + doubled,
            PaymentState.Succeeded when payment.Settled || now - payment.CreatedAt > TimeSpan.FromDays(30) => null,
            PaymentState.Succeeded => now + TimeSpan.FromDays(1),
            _ when now - payment.ExpiresAt > TimeSpan.FromDays(3) => null,
            _ => now + TimeSpan.FromHours(12),
        };
    }
}
