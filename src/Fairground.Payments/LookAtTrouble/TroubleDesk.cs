using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.CompletePayment;
using Fairground.Payments.KeepPayees;
using Fairground.Payments.ReceiveNotice;
using Fairground.Payments.ResolvePayments;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.LookAtTrouble;

/// <summary>Something that an operator looked at and is done with.</summary>
internal sealed class HandledTrouble
{
    /// <summary>The payment's or the notice's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Which trouble: another of the same payment is another.</summary>
    public required string What { get; init; }

    public required string Note { get; init; }

    public Guid HandledBy { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>A payment or a notice that a person must look at.</summary>
/// <param name="What"><c>wrong_amount</c>, <c>disputed</c>, <c>stuck</c> or <c>unknown_notice</c>.</param>
/// <param name="Payment">Null for a notice about no payment of ours.</param>
internal sealed record Trouble(Guid Id, string What, DateTimeOffset At, string Gateway, Payment? Payment, NoticeRow? Notice);

/// <summary>Finds what does not go on by itself, and does what can be done about it.</summary>
internal sealed class TroubleDesk(PaymentsContext context, PaymentResolver resolver, GroupCommitter ledger, TimeProvider time)
{
    private const int Most = 200;
    private const int LongestReference = 100;

    private const string WrongAmount = "wrong_amount";
    private const string Disputed = "disputed";
    private const string Stuck = "stuck";
    private const string UnknownNotice = "unknown_notice";

    /// <summary>How long a payment may wait past its time, or a notice be followed in vain, before a person is shown it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Oldest first, at most 200 of each kind; what was handled is left out. A payment stands there once for each of its troubles.</summary>
    public async Task<IReadOnlyList<Trouble>> Find(CancellationToken ct) => await Find(context.Payments.AsNoTracking(), context.Notices.AsNoTracking(), ct);

    /// <summary>Asks the company about a payment now. Refusals: <c>payment.not_found</c>, <c>payment.reference_wrong</c>, the gateway's own.</summary>
    /// <param name="reference">The company's own name of a charge whose answer was lost, as a person has found it there; empty for none. It counts for nothing until the company says what it took by that name, and for what.</param>
    public async Task<Refusal?> Ask(Guid paymentId, string? reference, CancellationToken ct)
    {
        if (await context.Payments.AsNoTracking().FirstOrDefaultAsync(p => p.Id == paymentId, ct) is not { } payment) return PaymentRefusals.NotFound;
        var name = (reference ?? "").Trim();
        if (name.Length > LongestReference || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')) return PaymentRefusals.ReferenceWrong;
        var asked = await resolver.Resolve(payment, ct, name.Length == 0 ? [] : [name]);
        if (asked.Refusal is { } no) return no;
        return name.Length > 0 && asked.Value.Captured == 0 ? PaymentRefusals.ReferenceWrong.ToRefusal() : null;
    }

    /// <summary>Lets a payment go whose company cannot be asked any more; money that comes after all is taken in as always. Refusals: <c>payment.not_found</c>, those of <see cref="CompletePaymentRule"/>.</summary>
    public async Task<Refusal?> LetGo(Guid paymentId, CancellationToken ct)
    {
        if (await context.Payments.AsNoTracking().FirstOrDefaultAsync(p => p.Id == paymentId, ct) is not { } payment) return PaymentRefusals.NotFound;
        return (await ledger.Submit<PaymentCompleted>(CompletePayment.CompletePayment.Of(payment, PaymentState.Expired))).Refusal;
    }

    /// <summary>It is done with, and why. Refusals: <c>payment.note_missing</c>, <c>payment.not_in_trouble</c>.</summary>
    /// <param name="what">Which trouble of it; null for all that it is in now.</param>
    public async Task<Refusal?> Handle(Guid id, string? what, Guid by, string? note, CancellationToken ct)
    {
        if (Reason.Clean(note) is not { } why) return PaymentRefusals.NoteMissing;
        var open = (await Find(context.Payments.AsNoTracking().Where(p => p.Id == id), context.Notices.AsNoTracking().Where(n => n.Id == id), ct)).Where(t => string.IsNullOrEmpty(what) || t.What == what).ToList();
        if (open.Count == 0) return PaymentRefusals.NotInTrouble;
        context.Handled.AddRange(open.Select(t => new HandledTrouble { Id = id, What = t.What, Note = why, HandledBy = by, At = time.GetUtcNow() }));
        await context.SaveChangesAsync(ct);
        return null;
    }

    private async Task<IReadOnlyList<Trouble>> Find(IQueryable<Payment> payments, IQueryable<NoticeRow> notices, CancellationToken ct)
    {
        var late = time.GetUtcNow() - Patience;
        var wrong = await Open(payments.Where(p => p.Trouble != null), WrongAmount).ToListAsync(ct);
        var disputed = await Open(payments.Where(p => p.Dispute == GatewayDispute.Open), Disputed).ToListAsync(ct);
        var stuck = await Open(payments.Where(p => p.State == PaymentState.Pending && p.ExpiresAt <= late), Stuck).ToListAsync(ct);
        // A charge without the person that was never answered and that the company, as far as it says, knows nothing of.
        var unanswered = await Open(payments.Where(p => p.State == PaymentState.Expired && p.MethodId != null && p.PayUrl == null), Stuck).ToListAsync(ct);
        // Parked ones are about nothing of ours; others could not be followed for long: the company is away, or was switched off.
        var unknown = await notices.Where(n => n.ReceivedAt <= late && (n.Outcome == NoticeDesk.Parked || n.Outcome == null) && !context.Handled.Any(h => h.Id == n.Id)).OrderBy(n => n.ReceivedAt).Take(Most).ToListAsync(ct);
        return
        [
            .. new[] { (WrongAmount, wrong), (Disputed, disputed), (Stuck, stuck), (Stuck, unanswered) }.SelectMany(k => k.Item2.Select(p => new Trouble(p.Id, k.Item1, p.CreatedAt, p.Gateway, p, null))).OrderBy(t => t.At),
            .. unknown.Select(n => new Trouble(n.Id, UnknownNotice, n.ReceivedAt, n.Gateway, null, n)),
        ];
    }

    private IQueryable<Payment> Open(IQueryable<Payment> payments, string what) =>
        payments.Where(p => !context.Handled.Any(h => h.Id == p.Id && h.What == what)).OrderBy(p => p.CreatedAt).Take(Most);
}
