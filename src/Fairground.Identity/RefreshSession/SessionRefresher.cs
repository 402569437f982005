using Fairground.Identity.CheckRequest;
using Fairground.Identity.EndSessions;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.RefreshSession;

/// <summary>Exchanges a refresh token for the next. One that was spent before ends the session: either its owner or a thief holds a copy.</summary>
internal sealed class SessionRefresher(IdentityContext context, SessionTokens tokens, SessionEnder ender, TimeProvider time)
{
    /// <summary>Refuses with <c>people.refresh_invalid</c>, <c>people.refresh_reused</c>.</summary>
    public async Task<Result<Session>> Refresh(string? token, CancellationToken ct)
    {
        if (tokens.ReadRefresh(token) is not { } given) return PeopleRefusals.RefreshInvalid;
        var now = time.GetUtcNow();
        var found = await context.Sessions.Where(s => s.Id == given.SessionId)
            .Join(context.Users, s => s.UserId, u => u.Id, (session, user) => new { session, user })
            .AsNoTracking().FirstOrDefaultAsync(ct);
        if (found is null || !found.session.IsAlive(found.user, now)) return PeopleRefusals.RefreshInvalid;
        if (given.Generation == found.session.Generation && await Advance(found.session, now, ct)) return found.session;
        await ender.End(given.SessionId, ct);
        return PeopleRefusals.RefreshReused;
    }

    // Of two that use one token at once, one wins; the other is a reuse.
    private async Task<bool> Advance(Session session, DateTimeOffset now, CancellationToken ct)
    {
        var (old, next, expires) = (session.Generation, session.Generation + 1, now + Session.Life);
        await using var transaction = await context.BeginWriteAsync(ct);
        var advanced = await context.Sessions
            .Where(s => s.Id == session.Id && s.Generation == old && s.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Generation, next).SetProperty(s => s.UsedAt, now).SetProperty(s => s.ExpiresAt, expires), ct);
        await transaction.CommitAsync(ct);
        session.Generation = next;
        return advanced == 1;
    }
}
