using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;

namespace Fairground.Draws;

/// <summary>The public append-only log of closings and switches, and its signed head. Public.</summary>
internal static class ClosingLogEndpoints
{
    private const int MostLines = 10_000;
    private const string Lines = "text/plain; charset=utf-8";

    /// <summary><c>GET closing-log</c>: one line each, from the first or from line <paramref name="from"/>, at most <paramref name="take"/> (10,000). Who has n lines follows the log with <c>from=n</c>.
    /// Refusal: <c>request.invalid</c>.</summary>
    public static async Task<IResult> Show(long? from, int? take, DrawsReader reader, HttpContext http, CancellationToken ct)
    {
        if (from < 0 || take is < 1 or > MostLines) return Problems.Of(CommonRefusals.InvalidRequest.Saying(T["\"from\" is a line from 0 on, \"take\" is from 1 to {0}.", MostLines]));
        http.Response.ContentType = Lines;
        var lines = reader.Stream(
            "select line from draws_closing_log where line_no >= @from order by line_no limit @take", r => r.Text(0), ct, ("@from", from ?? 0), ("@take", take ?? MostLines));
        await foreach (var line in lines) await http.Response.WriteAsync(line + "\n", Encoding.UTF8, ct);
        return Results.Empty;
    }

    /// <summary><c>GET closing-log/head</c>: how long the log is and how its last line hashes, signed now. Two heads that contradict each other, or a copy of the log, prove that it was rewritten.</summary>
    public static async Task<IResult> Head(DrawsReader reader, ClosingLines log, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text(await log.Head(await reader.LogHead(ct), ct), Lines);
    }
}
