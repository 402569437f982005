using Fairground.Kernel;
using Fairground.Payments.RefundPayment;
using Fairground.Payments.ResolvePayments;
using Fairground.Payments.TopUpByItself;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ReceiveNotice;

/// <summary>Keeps notices, once each, and follows them: the payment is read back from the gateway, and the ledger follows that.</summary>
internal sealed class NoticeDesk(PaymentsContext context, PaymentResolver resolver, RefundDesk refunds, IEnumerable<IPaymentGateway> gateways, TimeProvider time)
{
    /// <summary>Followed to the end.</summary>
    public const string Applied = "applied";

    /// <summary>About no payment of ours, or about something that we do not know: kept, and nothing else.</summary>
    public const string Parked = "parked";

    // Gateways repeat a notice for three days; a payment that it is about is known by then, or never.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(3);

    /// <summary>Takes a notice whose sender was checked. Once this returns it is safe: what could not be followed now is taken up later.</summary>
    public async Task Receive(string gateway, GatewayNotice notice, CancellationToken ct)
    {
        var row = await Keep(gateway, notice, ct);
        if (row.DoneAt is null) await Follow(row, ct);
    }

    /// <summary>Follows a kept notice as far as can be now.</summary>
    public async Task Follow(NoticeRow row, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var references = row.References.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var payment = await resolver.Find(row.Gateway, row.PaymentId, references, ct);
        if (payment is null && await context.Methods.AsNoTracking().FirstOrDefaultAsync(m => m.Gateway == row.Gateway && references.Contains(m.SetupRef!), ct) is { } method)
        {
            // About a card that somebody has kept: whoever comes back from there asks the company itself. Nobody comes back for one that was removed meanwhile.
            if (method.RemovedAt is null || await gateways.Forget(method, ct) is not { Kind.IsTransient: true }) (row.DoneAt, row.Outcome) = (now, Applied);
        }
        else if (payment is null)
        {
            // A payment whose id we gave is known before anybody hears of it; one that goes by the gateway's own names may become known.
            if (row.PaymentId is not null || references.Length == 0 || now - row.ReceivedAt > LongestWait) (row.DoneAt, row.Outcome) = (now, Parked);
        }
        else
        {
            row.PaymentId = payment.Id;
            var resolved = await resolver.Resolve(payment, ct, references);
            if (row.Kind.Contains("refund", StringComparison.OrdinalIgnoreCase)) await refunds.PushAll(payment.Id, ct);
            if (!resolved.Refused) (row.DoneAt, row.Outcome) = (now, Applied);
        }
        (row.Tries, row.NextAt) = (row.Tries + 1, now + TimeSpan.FromSeconds(Math.Min(3600, 5 << Math.Min(row.Tries, 10))));
        await context.SaveChangesAsync(ct);
    }

    private async Task<NoticeRow> Keep(string gateway, GatewayNotice notice, CancellationToken ct)
    {
        var id = Ids.Derive("fairground/notice/v1", gateway, notice.EventId);
        if (await context.Notices.FirstOrDefaultAsync(n => n.Id == id, ct) is { } known) return known;
        var now = time.GetUtcNow();
        var row = new NoticeRow
        {
            Id = id, Gateway = gateway, EventId = Short(notice.EventId), Kind = Short(notice.Kind), PaymentId = notice.PaymentId, References = string.Join('\n', notice.References.Select(Short)),
            // Whoever took it in follows it; the worker comes after, where that did not go through.
            ReceivedAt = now, NextAt = now + TimeSpan.FromSeconds(30),
        };
        context.Notices.Add(row);
        try
        {
            await context.SaveChangesAsync(ct);
            return row;
        }
        catch (DbUpdateException)
        {
            // Another delivery of the same was first; where it was something else, this throws.
            context.Entry(row).State = EntityState.Detached;
            return await context.Notices.FirstAsync(n => n.Id == id, ct);
        }
    }

    private static string Short(string text) => text.Length <= 200 ? text : text[..200];
}
