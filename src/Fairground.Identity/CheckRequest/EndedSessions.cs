using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity.CheckRequest;

/// <summary>
/// The sessions that ended while a token of theirs may still be young enough to pass. Ended here: known at once. Ended on another
/// node: known at the next look, every two seconds.
/// </summary>
internal sealed class EndedSessions(IServiceScopeFactory scopes)
{
    // Nodes' clocks differ a little, and a transaction becomes visible after the instant that it wrote.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> ended = new();
    private DateTimeOffset? seenUntil;

    public bool Contains(Guid sessionId) => ended.ContainsKey(sessionId);

    public void Add(IEnumerable<Guid> sessionIds, DateTimeOffset now)
    {
        foreach (var id in sessionIds) ended[id] = now;
    }

    /// <summary>Learns what ended since the last look and forgets what no living token can name.</summary>
    public async Task Refresh(DateTimeOffset now, CancellationToken ct)
    {
        var forget = now - AccessToken.Life - Overlap;
        var since = seenUntil is { } until ? until - Overlap : forget;
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        var rows = await context.Sessions.AsNoTracking().Where(s => s.EndedAt > since).Select(s => new { s.Id, s.EndedAt }).ToListAsync(ct);
        foreach (var row in rows) ended[row.Id] = row.EndedAt!.Value;
        foreach (var (id, at) in ended)
        {
            if (at < forget) ended.TryRemove(id, out _);
        }
        seenUntil = now;
    }
}
