using Fairground.Kernel.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Documents.IssueDocuments;

/// <summary>Issues documents on one node at a time, a little after the money moved. It takes at most a tenth of the writer's time, so that whoever buys at that moment does not wait for papers.</summary>
internal sealed class IssuingWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<IssuingWorker> logger) : LeasedWorker("documents.issue", TimeSpan.FromSeconds(1), leases, time, logger)
{
    private const int RestPerWork = 9;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromHours(1);

    private long? lookedAt;

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var issuing = scope.ServiceProvider.GetRequiredService<Issuing>();
        // The true clock, for a market whose clock was set must rest as long.
        var began = TimeProvider.System.GetTimestamp();
        var more = await issuing.GoOn(ct);
        if (more) await Task.Delay(TimeProvider.System.GetElapsedTime(began) * RestPerWork, ct);
        else if (lookedAt is not { } last || TimeProvider.System.GetElapsedTime(last) > BetweenLooks)
        {
            await issuing.LookAgain(ct);
            lookedAt = TimeProvider.System.GetTimestamp();
        }
        return more;
    }
}
