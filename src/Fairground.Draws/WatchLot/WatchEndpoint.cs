using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairground.Draws;

/// <summary><c>GET lots/{id}/events</c>: server-sent events <c>sold</c>, <c>closed</c>, <c>drawn</c>, <c>cancelled</c>. The present state comes first, so a reconnect misses nothing; who comes back with the
/// <c>Last-Event-ID</c> of the present state is not told it again.</summary>
internal static class WatchEndpoint
{
    private static readonly ReadOnlyMemory<byte> Begin = "retry: 2000\n\n"u8.ToArray();

    public static async Task<IResult> Handle(Guid lotId, LotWatch watch, LotViews views, HttpContext http)
    {
        if (!watch.IsWatched(lotId))
        {
            var view = await views.Find(http.User, lotId, http.RequestAborted);
            if (view.Refused) return Problems.Of(view.Refusal!);
        }
        using var listener = watch.Listen(lotId);
        if (listener is null) return Problems.Of(CommonRefusals.Busy);
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, watch.Stopping);
        try
        {
            await Write(http, listener, await watch.Snapshot(lotId, ending.Token), watch.LongestWrite, ending.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The watcher left or does not read, or the server stops; the browser comes back by itself.
        }
        return Results.Empty;
    }

    private static async Task Write(HttpContext http, LotWatch.Listener listener, IReadOnlyList<LiveEvent> first, TimeSpan longest, CancellationToken ct)
    {
        await Send(http, Begin, longest, ct);
        if (first.Count == 0 || http.Request.Headers["Last-Event-ID"] != first[^1].Id)
        {
            foreach (var item in first) await Send(http, item.Frame, longest, ct);
        }
        await foreach (var item in listener.Events.Reader.ReadAllAsync(ct)) await Send(http, item?.Frame ?? LiveEvent.Heartbeat, longest, ct);
    }

    // Who does not read for so long is let go, so that nothing is kept for those who have left without a word.
    private static async Task Send(HttpContext http, ReadOnlyMemory<byte> frame, TimeSpan longest, CancellationToken ct)
    {
        try
        {
            var writing = http.Response.BodyWriter.WriteAsync(frame, ct);
            if (!writing.IsCompletedSuccessfully) await writing.AsTask().WaitAsync(longest, ct);
        }
        catch (TimeoutException)
        {
            http.Abort();
            throw new OperationCanceledException();
        }
    }
}
