using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Fairground.Identity.EditProfile;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.RememberVisits;

/// <summary>
/// Takes visits from pages and writes them together a moment later. The same thing seen again within half an hour is one visit. What waits here when the power
/// goes is lost: a visit is no promise to anybody.
/// </summary>
internal sealed class VisitBook(IServiceScopeFactory scopes, VisitSettings settings, TimeProvider time, ILogger<VisitBook> logger) : BackgroundService, IVisits
{
    private const int MostWaiting = 10_000;
    private const int MostRemembered = 50_000;
    private const int AtOnce = 500;

    private static readonly TimeSpan OneVisit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Visit> waiting = Channel.CreateBounded<Visit>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ConcurrentDictionary<(Guid Person, Guid Subject), DateTimeOffset> lately = new();

    public void Saw(HttpContext http, string kind, Guid id)
    {
        if (http.User.TryUserId() is not { } person || http.User.ActedBy() is not null || http.User.IsProgram()) return;
        var now = time.GetUtcNow();
        if (lately.TryGetValue((person, id), out var last) && now - last < OneVisit) return;
        if (lately.Count >= MostRemembered) lately.Clear();
        lately[(person, id)] = now;
        waiting.Writer.TryWrite(new Visit
        {
            Id = Ids.New(), PersonId = person, Kind = kind, SubjectId = id, At = now, Device = Agents.Coarse(http.Request.Headers.UserAgent.ToString()), Place = ClientAddress.Place(http.Connection.RemoteIpAddress),
        });
    }

    /// <summary>Writes what waits.</summary>
    internal async Task Write(CancellationToken ct)
    {
        var some = new List<Visit>();
        while (some.Count < AtOnce && waiting.Reader.TryRead(out var visit)) some.Add(visit);
        if (some.Count == 0 || await settings.Days(ct) == 0) return;
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        var people = some.Select(v => v.PersonId).Distinct().ToList();
        var want = await context.Users.Where(u => people.Contains(u.Id) && !u.VisitsOff && u.ErasedAt == null).Select(u => u.Id).ToListAsync(ct);
        context.Visits.AddRange(some.Where(v => want.Contains(v.PersonId)));
        await context.SaveChangesAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Gather, stoppingToken);
                try
                {
                    await Write(stoppingToken);
                }
                catch (Exception error) when (error is DbException or DbUpdateException)
                {
                    logger.LogWarning(error, "Some visits could not be written and are forgotten");
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
