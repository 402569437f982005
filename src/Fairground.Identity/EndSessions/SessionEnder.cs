using System.Security.Claims;
using Fairground.Identity.CheckRequest;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.EndSessions;

/// <summary>One of my sessions.</summary>
/// <param name="Agent">What the device called itself.</param>
/// <param name="Current">True for the one that asks.</param>
public sealed record SessionInfo(Guid SessionId, string Agent, DateTimeOffset StartedAt, DateTimeOffset UsedAt, DateTimeOffset ExpiresAt, bool Current);

/// <summary>My sessions.</summary>
public sealed record SessionList(IReadOnlyList<SessionInfo> Items);

/// <summary>Lists and ends sessions. What is ended here stops working here at once and on other nodes within seconds.</summary>
internal sealed class SessionEnder(IdentityContext context, EndedSessions ended, TimeProvider time)
{
    public Task End(Guid sessionId, CancellationToken ct) => End(context.Sessions.Where(s => s.Id == sessionId), ct);

    public Task EndAll(Guid userId, CancellationToken ct) => End(context.Sessions.Where(s => s.UserId == userId), ct);

    public async Task<IReadOnlyList<SessionInfo>> List(Guid userId, Guid current, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return await context.Sessions
            .Where(s => s.UserId == userId && s.EndedAt == null && s.ExpiresAt > now)
            .OrderByDescending(s => s.UsedAt)
            .Select(s => new SessionInfo(s.Id, s.Agent, s.StartedAt, s.UsedAt, s.ExpiresAt, s.Id == current))
            .ToListAsync(ct);
    }

    private async Task End(IQueryable<Session> sessions, CancellationToken ct)
    {
        DateTimeOffset? now = time.GetUtcNow();
        List<Guid> ids;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var living = sessions.Where(s => s.EndedAt == null);
            ids = await living.Select(s => s.Id).ToListAsync(ct);
            await living.ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now), ct);
            await transaction.CommitAsync(ct);
        }
        ended.Add(ids, now.Value);
    }
}

/// <summary>Reads the session claim.</summary>
internal static class SessionClaims
{
    public static Guid SessionId(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(FairgroundClaims.Session), out var id) ? id : throw new InvalidOperationException("Nobody is signed in.");
}
