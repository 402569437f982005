using System.Security.Claims;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.RememberDevices;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.EndSessions;

/// <summary>One of my sessions.</summary>
/// <param name="Agent">What the device called itself.</param>
/// <param name="Place">The network it was last seen in, without the last part of the address; empty where it is not known.</param>
/// <param name="Method">How it began: <c>password</c>, <c>code</c>, <c>passkey</c>, <c>registration</c>, <c>recovery</c>, <c>unknown</c>.</param>
/// <param name="Current">True for the one that asks.</param>
public sealed record SessionInfo(Guid SessionId, string Agent, string Place, string Method, DateTimeOffset StartedAt, DateTimeOffset UsedAt, DateTimeOffset ExpiresAt, bool Current);

/// <summary>My sessions.</summary>
public sealed record SessionList(IReadOnlyList<SessionInfo> Items);

/// <summary>Lists and ends sessions. What is ended here stops working here at once and on other nodes within seconds.</summary>
internal sealed class SessionEnder(IdentityContext context, EndedSessions ended, Devices devices, TimeProvider time)
{
    public Task End(Guid sessionId, CancellationToken ct) => End(context.Sessions.Where(s => s.Id == sessionId), null, ct);

    /// <summary>Ends every session of a person and forgets the remembered devices.</summary>
    public Task EndAll(Guid userId, CancellationToken ct) => End(Of(userId, null), userId, ct);

    /// <summary>Ends one of my own sessions. Refuses with <c>people.session_not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> EndOne(Guid userId, Guid sessionId, CancellationToken ct) =>
        await End(context.Sessions.Where(s => s.Id == sessionId && s.UserId == userId), null, ct) == 1 ? null : (Refusal)PeopleRefusals.SessionNotFound;

    public async Task<IReadOnlyList<SessionInfo>> List(Guid userId, Guid current, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var sessions = await context.Sessions.AsNoTracking().Where(s => s.UserId == userId && s.EndedAt == null && s.ExpiresAt > now).OrderByDescending(s => s.UsedAt).ToListAsync(ct);
        return [.. sessions.Select(s => new SessionInfo(s.Id, s.Agent, s.Place, $"{s.Method}".ToLowerInvariant(), s.StartedAt, s.UsedAt, s.ExpiresAt, s.Id == current))];
    }

    /// <summary>Ends all sessions of a person but one, inside the caller's transaction; <see cref="Tell"/> once that is committed.</summary>
    public async Task<IReadOnlyCollection<Guid>> EndWithin(Guid userId, Guid? butNot, DateTimeOffset now, CancellationToken ct)
    {
        await devices.ForgetAll(userId, ct);
        return await Mark(Of(userId, butNot), now, ct);
    }

    /// <summary>This node refuses them from now on.</summary>
    public void Tell(IReadOnlyCollection<Guid> sessionIds, DateTimeOffset now) => ended.Add(sessionIds, now);

    private IQueryable<Session> Of(Guid userId, Guid? butNot) => context.Sessions.Where(s => s.UserId == userId && s.Id != butNot);

    private async Task<int> End(IQueryable<Session> sessions, Guid? forgetDevicesOf, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        List<Guid> ids;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (forgetDevicesOf is { } userId) await devices.ForgetAll(userId, ct);
            ids = await Mark(sessions, now, ct);
            await transaction.CommitAsync(ct);
        }
        ended.Add(ids, now);
        return ids.Count;
    }

    private static async Task<List<Guid>> Mark(IQueryable<Session> sessions, DateTimeOffset now, CancellationToken ct)
    {
        DateTimeOffset? at = now;
        var living = sessions.Where(s => s.EndedAt == null);
        var ids = await living.Select(s => s.Id).ToListAsync(ct);
        await living.ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, at), ct);
        return ids;
    }
}

/// <summary>Reads the session claim.</summary>
internal static class SessionClaims
{
    public static Guid SessionId(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(FairgroundClaims.Session), out var id) ? id : throw new InvalidOperationException("Nobody is signed in.");
}
