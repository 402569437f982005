using System.Security.Claims;
using Fairground.Identity.EditProfile;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.RememberVisits;

/// <summary>A visit of mine.</summary>
/// <param name="Kind"><c>sign-in</c>, <c>goods</c> or <c>lot</c>.</param>
/// <param name="SubjectId">The goods or the lot; missing for a sign-in.</param>
/// <param name="Name">What it is called, where it still has a name.</param>
/// <param name="Href">The page where it stands.</param>
/// <param name="Device">The browser and system, roughly.</param>
/// <param name="Place">The network, without the last part of the address.</param>
public sealed record VisitOfMine(string Kind, Guid? SubjectId, string? Name, string? Href, DateTimeOffset At, string Device, string Place);

/// <summary>My visits, newest first, at most 200.</summary>
/// <param name="On">False where I want no visits to be kept. Sign-ins are listed in any case, for safety.</param>
/// <param name="Days">How long they are kept.</param>
public sealed record VisitsOfMine(bool On, int Days, IReadOnlyList<VisitOfMine> Items);

/// <summary>Whether visits of mine are kept.</summary>
public sealed record VisitSwitch(bool On);

/// <summary>Shows a person's own visits, and lets them be switched off and removed (C-32).</summary>
internal sealed class MyVisits(IdentityContext context, VisitSettings settings, IGoods goods, IEnumerable<IStatementNames> names, TimeProvider time)
{
    private const int Most = 200;

    public async Task<VisitsOfMine> Of(Guid person, CancellationToken ct)
    {
        var days = await settings.Days(ct);
        var since = time.GetUtcNow() - TimeSpan.FromDays(days);
        var visits = await context.Visits.AsNoTracking().Where(v => v.PersonId == person && v.At >= since).OrderByDescending(v => v.At).Take(Most).ToListAsync(ct);
        var sessions = await context.Sessions.AsNoTracking().Where(s => s.UserId == person && s.StartedAt >= since).OrderByDescending(s => s.StartedAt).Take(Most).ToListAsync(ct);
        var found = await goods.FindProducts([.. visits.Where(v => v.Kind == IVisits.Goods).Select(v => v.SubjectId).Distinct()], ct);
        var lots = new Dictionary<Guid, StatementName>();
        foreach (var module in names)
        {
            foreach (var (id, name) in await module.Find([.. visits.Where(v => v.Kind == IVisits.Lot).Select(v => v.SubjectId).Distinct()], ct)) lots[id] = name;
        }
        var items = visits.Select(v => v.Kind == IVisits.Lot
                ? new VisitOfMine(v.Kind, v.SubjectId, lots.GetValueOrDefault(v.SubjectId)?.Name, $"/lots/{v.SubjectId}", v.At, v.Device, v.Place)
                : new VisitOfMine(v.Kind, v.SubjectId, found.GetValueOrDefault(v.SubjectId)?.Name, $"/products/{v.SubjectId}", v.At, v.Device, v.Place))
            .Concat(sessions.Select(s => new VisitOfMine("sign-in", null, null, null, s.StartedAt, Agents.Coarse(s.Agent), s.Place)));
        var off = await context.Users.Where(u => u.Id == person).Select(u => u.VisitsOff).FirstOrDefaultAsync(ct);
        return new VisitsOfMine(!off, days, [.. items.OrderByDescending(i => i.At).Take(Most)]);
    }

    /// <summary>Switches the keeping on or off; off removes what is there.</summary>
    public async Task Switch(Guid person, bool on, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Users.Where(u => u.Id == person).ExecuteUpdateAsync(set => set.SetProperty(u => u.VisitsOff, !on), ct);
        if (!on) await context.Visits.Where(v => v.PersonId == person).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    public async Task Remove(Guid person, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Visits.Where(v => v.PersonId == person).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }
}

/// <summary><c>me/visits</c>.</summary>
internal static class VisitEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me/visits", List).WithAccess(Access.SignedIn).WithName("ListVisits").WithTags("Me").WithSummary("When I signed in, and which goods and lots I looked at.");
        api.MapPut("me/visits", Switch).WithAccess(Access.SignedIn).WithName("SwitchVisits").WithTags("Me").WithSummary("Keep visits of mine, or keep none and remove those that are there.");
        api.MapDelete("me/visits", Remove).WithAccess(Access.SignedIn).WithName("RemoveVisits").WithTags("Me").WithSummary("Remove the visits that are there.");
    }

    private static async Task<Ok<VisitsOfMine>> List(ClaimsPrincipal user, MyVisits visits, CancellationToken ct) => TypedResults.Ok(await visits.Of(user.UserId(), ct));

    private static async Task<NoContent> Switch(VisitSwitch request, ClaimsPrincipal user, MyVisits visits, CancellationToken ct)
    {
        await visits.Switch(user.UserId(), request.On, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Remove(ClaimsPrincipal user, MyVisits visits, CancellationToken ct)
    {
        await visits.Remove(user.UserId(), ct);
        return TypedResults.NoContent();
    }
}
