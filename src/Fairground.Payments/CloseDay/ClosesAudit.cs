using System.Globalization;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments.CloseDay;

/// <summary>Closed days still say what they were signed for, name the one before, and the newest is what the ledger says today.</summary>
internal sealed class ClosesAudit(IServiceScopeFactory scopes, SigningKeys keys) : IAuditCheck
{
    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (context, closer) = (scope.ServiceProvider.GetRequiredService<PayoutsContext>(), scope.ServiceProvider.GetRequiredService<DayCloser>());
        await keys.EnsureLoaded(ct);
        var (bad, previous, jwks) = (new List<string>(), (DailyClose?)null, keys.Jwks);
        await foreach (var close in context.Closes.AsNoTracking().OrderBy(c => c.Day).AsAsyncEnumerable().WithCancellation(ct))
        {
            if (!DayCloser.Holds(close, jwks) || (previous is not null && !close.Document.Contains($"\"previous\":\"{DayCloser.Hash(previous.Signed)}\"", StringComparison.Ordinal))) bad.Add(close.Day);
            previous = close;
        }
        var findings = new List<AuditFinding> { new("closed days", bad.Count == 0, bad.Count == 0 ? "every closed day is signed and names the one before" : $"not signed as they stand: {string.Join("; ", bad.Take(5))}") };
        if (previous is not null)
        {
            var day = DateOnly.ParseExact(previous.Day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            var now = DayCloser.Write(day, await closer.Rows(day, ct), null);
            var same = now[now.IndexOf("\"rows\"", StringComparison.Ordinal)..] == previous.Document[previous.Document.IndexOf("\"rows\"", StringComparison.Ordinal)..];
            findings.Add(new AuditFinding("closed ledger", same, same ? "the newest closed day is what the ledger adds up to now" : $"the ledger no longer adds up to what was signed for {previous.Day}"));
        }
        return findings;
    }
}
