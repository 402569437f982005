using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Threading.Channels;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fairground.Notifications.ReadMessages;

/// <summary>How many messages are unread.</summary>
public sealed record UnreadCount(int Unread);

/// <summary>Tells a person's open pages how many messages are unread: at once where this node took the message, within fifteen seconds where another did.</summary>
internal sealed class LiveUnread(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime)
{
    private const int MostOfOne = 10;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<Guid, ConcurrentDictionary<Channel<bool>, bool>> open = new();

    /// <summary>Something has changed for these people.</summary>
    public void Tell(IEnumerable<Guid> people)
    {
        foreach (var person in people)
        {
            if (!open.TryGetValue(person, out var listeners)) continue;
            foreach (var listener in listeners.Keys) listener.Writer.TryWrite(true);
        }
    }

    /// <summary><c>GET me/messages/live</c>: server-sent events <c>unread</c>.</summary>
    public static ServerSentEventsResult<UnreadCount> Watch(ClaimsPrincipal user, LiveUnread live, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.ServerSentEvents(live.Follow(user.UserId(), ct));
    }

    private async IAsyncEnumerable<SseItem<UnreadCount>> Follow(Guid person, [EnumeratorCancellation] CancellationToken ct)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        var listeners = open.GetOrAdd(person, _ => new());
        // One page too many replaces nobody's: it just does not follow.
        if (listeners.Count >= MostOfOne) yield break;
        var news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        listeners[news] = true;
        try
        {
            var last = -1;
            while (!ends.IsCancellationRequested)
            {
                var now = await Count(person, ends.Token);
                if (now is null) yield break;
                if (now != last) yield return new SseItem<UnreadCount>(new UnreadCount(now.Value), "unread");
                last = now.Value;
                Task told = news.Reader.WaitToReadAsync(ends.Token).AsTask();
                await told.WaitAsync(Look, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                news.Reader.TryRead(out _);
            }
        }
        finally
        {
            listeners.TryRemove(news, out _);
            if (listeners.IsEmpty) open.TryRemove(person, out _);
        }
    }

    private async Task<int?> Count(Guid person, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<NotificationsContext>().Messages.CountAsync(m => m.UserId == person && !m.OneTime && m.Digest != DigestPart.Summary && m.ReadAt == null, ct);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
