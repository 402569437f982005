using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairground.Draws;

/// <summary><c>GET lots/{id}/events</c>: server-sent events <c>sold</c>, <c>closed</c>, <c>drawn</c>, <c>cancelled</c>; the present state comes first, so a reconnect misses nothing.</summary>
internal static class WatchEndpoint
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static async Task<IResult> Handle(Guid lotId, LotWatch watch, LotViews views, HttpContext http)
    {
        var view = await views.Find(http.User, lotId, http.RequestAborted);
        if (view.Refused) return Problems.Of(view.Refusal!);
        using var listener = watch.Listen(lotId);
        if (listener is null) return Problems.Of(CommonRefusals.Busy);
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, watch.Stopping);
        try
        {
            await Write(http, listener, await watch.Snapshot(lotId, ending.Token), ending.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The watcher left, or the server stops; the browser comes back by itself.
        }
        return Results.Empty;
    }

    private static async Task Write(HttpContext http, LotWatch.Listener listener, IReadOnlyList<LiveEvent> first, CancellationToken ct)
    {
        await Send(http, "retry: 2000\n\n", ct);
        foreach (var item in first) await Send(http, Text(item), ct);
        while (!ct.IsCancellationRequested)
        {
            using var beat = CancellationTokenSource.CreateLinkedTokenSource(ct);
            beat.CancelAfter(Heartbeat);
            try
            {
                await listener.Events.Reader.WaitToReadAsync(beat.Token);
                while (listener.Events.Reader.TryRead(out var item)) await Send(http, Text(item), ct);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                await Send(http, ": still here\n\n", ct);
            }
        }
    }

    private static string Text(LiveEvent item) => $"event: {item.Name}\ndata: {item.Data}\n\n";

    private static async Task Send(HttpContext http, string text, CancellationToken ct)
    {
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        await http.Response.Body.FlushAsync(ct);
    }
}
