using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ShowDeclined;

/// <summary>People whose payments fail again and again.</summary>
internal sealed class DeclinedPayments(PaymentsContext context) : IHarmSigns
{
    public async Task<IReadOnlyList<HarmSign>> Find(SignalRule rule, int dayOffsetMinutes, DateTimeOffset now, CancellationToken ct)
    {
        var since = now.AddDays(-7);
        var failed = await context.Payments.AsNoTracking().Where(p => p.State == PaymentState.Failed && p.CreatedAt >= since)
            .GroupBy(p => p.UserId).Where(g => g.Count() >= rule.DeclinedPayments).Select(g => new { g.Key, Count = g.Count(), Last = g.Max(p => p.CreatedAt) }).ToListAsync(ct);
        return [.. failed.Select(f => new HarmSign(f.Key, "declined-payments", f.Count, rule.DeclinedPayments, f.Last))];
    }
}
