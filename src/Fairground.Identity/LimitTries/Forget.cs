using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.LimitTries;

/// <summary>Removes what no longer matters: old registrations, codes, devices and counters after two days, sessions and changes of contact that are over after ninety.</summary>
internal sealed class Forget(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<Forget> logger)
    : LeasedWorker("identity.forget", TimeSpan.FromHours(1), leases, time, logger)
{
    private readonly TimeProvider time = time;

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (twoDays, ninetyDays) = (now - TimeSpan.FromDays(2), now - TimeSpan.FromDays(90));
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Registrations.Where(r => r.ExpiresAt < twoDays).ExecuteDeleteAsync(ct);
        await context.Codes.Where(r => r.ExpiresAt < twoDays).ExecuteDeleteAsync(ct);
        await context.Devices.Where(d => d.ExpiresAt < twoDays).ExecuteDeleteAsync(ct);
        await context.ContactChanges.Where(c => c.EndedAt < ninetyDays).ExecuteDeleteAsync(ct);
        await context.Limits.Where(l => l.Since < twoDays).ExecuteDeleteAsync(ct);
        await context.Sessions.Where(s => s.EndedAt < ninetyDays || s.ExpiresAt < ninetyDays).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return false;
    }
}
