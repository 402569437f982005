using System.Security.Claims;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.JoinAccounts;

internal static class JoinEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("people/{personId:guid}/joining-codes", SendCodes).WithAccess(Access.Operator).WithRecentSignIn().WithName("SendJoiningCodes").WithTags("Administration")
            .WithSummary("Send a code to the contact of each of two accounts, for their person to prove that both are theirs.");
        api.MapPost("people/{personId:guid}/joining", Join).WithAccess(Access.Operator).WithRecentSignIn().WithName("JoinPerson").WithTags("Administration")
            .WithSummary("Make this account part of another of the same person, and say why. It cannot be undone.");
    }

    private static async Task<Results<Accepted<JoiningProof>, ProblemHttpResult>> SendCodes(Guid personId, JoiningCodesRequest request, HttpContext http, Joinings joinings, CancellationToken ct)
    {
        var sent = await joinings.SendCodes(personId, request.Into, ClientAddress.Of(http), ct);
        return sent.Refused ? Problems.Of(sent.Refusal!) : TypedResults.Accepted((string?)null, sent.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Join(Guid personId, JoinRequest request, ClaimsPrincipal user, Joinings joinings, CancellationToken ct) =>
        await joinings.Join(personId, user.UserId(), request, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}

/// <summary>Finishes what a crash left of a joining, and moves on what arrived in an old account since.</summary>
internal sealed class JoinWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<JoinWorker> logger)
    : LeasedWorker("identity.joinings", TimeSpan.FromMinutes(1), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Joinings>().CarryOut(ct);
    }
}
