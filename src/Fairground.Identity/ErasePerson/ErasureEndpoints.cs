using System.Security.Claims;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.ErasePerson;

/// <summary><c>me/erasure</c>.</summary>
internal static class ErasureEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me/erasure", Find).WithAccess(Access.SignedIn).WithName("GetErasure").WithTags("Me").WithSummary("Whether I am to be erased, and what stands in the way at this moment.");
        api.MapPost("me/erasure", Ask).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("AskForErasure").WithTags("Me").WithSummary("Ask to be erased; it is done after some days and can be taken back until then.");
        api.MapDelete("me/erasure", TakeBack).WithAccess(Access.SignedIn).WithName("TakeErasureBack").WithTags("Me").WithSummary("Take that back.");
    }

    private static async Task<Ok<ErasureOfMine>> Find(ClaimsPrincipal user, Erasures erasures, CancellationToken ct) => TypedResults.Ok(await erasures.Find(user.UserId(), ct));

    private static async Task<Results<Accepted<ErasureOfMine>, ProblemHttpResult>> Ask(ClaimsPrincipal user, Erasures erasures, CancellationToken ct)
    {
        var asked = await erasures.Ask(user.UserId(), ct);
        return asked.Refused ? Problems.Of(asked.Refusal!) : TypedResults.Accepted((string?)null, asked.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> TakeBack(ClaimsPrincipal user, Erasures erasures, CancellationToken ct) =>
        await erasures.TakeBack(user.UserId(), ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}

/// <summary>Looks every minute for people whose time to be erased has come.</summary>
internal sealed class ErasureWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<ErasureWorker> logger)
    : LeasedWorker("identity.erasures", TimeSpan.FromMinutes(1), leases, time, logger)
{
    protected override Task<bool> RunOnce(CancellationToken ct) => CarryOut(ct);

    internal async Task<bool> CarryOut(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Erasures>().CarryOut(ct);
    }
}
