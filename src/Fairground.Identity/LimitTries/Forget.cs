using Fairground.Identity.RememberVisits;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.LimitTries;

/// <summary>Removes what no longer matters: old registrations, codes, devices and counters after two days, changes of contact that are over after ninety, visits and the sessions that are over when the time to keep visits has passed.</summary>
internal sealed class Forget(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<Forget> logger)
    : LeasedWorker("identity.forget", TimeSpan.FromHours(1), leases, time, logger)
{
    private readonly TimeProvider time = time;

    protected override Task<bool> RunOnce(CancellationToken ct) => ForgetOld(ct);

    internal async Task<bool> ForgetOld(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (twoDays, ninetyDays) = (now - TimeSpan.FromDays(2), now - TimeSpan.FromDays(90));
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        var visits = now - TimeSpan.FromDays(await scope.ServiceProvider.GetRequiredService<VisitSettings>().Days(ct));
        // What ended lately is still needed to refuse its tokens.
        var sessions = visits > twoDays ? twoDays : visits;
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Registrations.Where(r => r.ExpiresAt < twoDays).ExecuteDeleteAsync(ct);
        await context.Codes.Where(r => r.ExpiresAt < twoDays).ExecuteDeleteAsync(ct);
        await context.Devices.Where(d => d.ExpiresAt < twoDays).ExecuteDeleteAsync(ct);
        await context.ContactChanges.Where(c => c.EndedAt < ninetyDays).ExecuteDeleteAsync(ct);
        await context.Limits.Where(l => l.Since < twoDays).ExecuteDeleteAsync(ct);
        await context.Sessions.Where(s => s.EndedAt < sessions || s.ExpiresAt < sessions).ExecuteDeleteAsync(ct);
        await context.Visits.Where(v => v.At < visits).ExecuteDeleteAsync(ct);
        // Somebody who signed in at the very moment of being erased left a session that opens nothing.
        await context.Sessions.Where(s => context.Users.Any(u => u.Id == s.UserId && u.ErasedAt != null)).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return false;
    }
}
