using System.Security.Claims;
using Fairground.Identity.ChoosePassword;
using Fairground.Identity.EndSessions;
using Fairground.Identity.LimitTries;
using Fairground.Identity.UseAuthenticator;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.ConfirmIdentity;

/// <summary>Reads from the session when its owner was last proved. Asked only where something is at stake, so it may cost a query.</summary>
internal sealed class RecentSignIn(IdentityContext context, TimeProvider time) : IRecentSignIn
{
    public static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    public async Task<Refusal?> Check(ClaimsPrincipal user, CancellationToken ct)
    {
        // The session is the operator's: what it proved, it proved for the operator.
        if (user.ActedBy() is not null) return CommonRefusals.Acting;
        var id = user.SessionId();
        var found = await context.Sessions.AsNoTracking().Where(s => s.Id == id)
            .Join(context.Users, s => s.UserId, u => u.Id, (s, u) => new { s.StrongAt, u.HeldUntil }).FirstOrDefaultAsync(ct);
        return Decide(found?.StrongAt, found?.HeldUntil, time.GetUtcNow());
    }

    /// <summary>Pure: the wait after a recovery first, then the proof.</summary>
    public static Refusal? Decide(DateTimeOffset? strongAt, DateTimeOffset? heldUntil, DateTimeOffset now)
    {
        if (heldUntil > now) return CommonRefusals.Held.With(("until", heldUntil));
        if (strongAt is null || now - strongAt >= Recent) return CommonRefusals.ConfirmIdentity;
        return null;
    }
}

/// <summary>What proves once more that it is I.</summary>
/// <param name="Password">My password.</param>
/// <param name="SecondFactor">The authenticator's code or a recovery code, where the account has an authenticator.</param>
public sealed record ConfirmIdentityRequest(string? Password, string? SecondFactor = null);

/// <summary>Proves that whoever holds the session is the account's owner: by password, and the second step where there is one.</summary>
internal sealed class IdentityConfirmer(IdentityContext context, Passwords passwords, WrongPasswords wrong, SecondFactors factors, TimeProvider time)
{
    /// <summary>Refuses with <c>people.sign_in_failed</c>, <c>locked_out</c>, <c>second_factor_needed</c>, <c>second_factor_wrong</c>, <c>guesses_capped</c>; null where it is proved.</summary>
    public async Task<Refusal?> Confirm(Guid userId, Guid sessionId, string? password, string? secondFactor, CancellationToken ct)
    {
        var user = await context.Users.FirstAsync(u => u.Id == userId, ct);
        if (await Check(user, password, ct) is { } no) return no;
        var now = time.GetUtcNow();
        await using var transaction = await context.BeginWriteAsync(ct);
        if (user.TotpSecret is not null && await factors.Check(user, secondFactor, now, ct) is { } refusal)
        {
            await transaction.CommitAsync(ct);
            return refusal;
        }
        await wrong.Clear(user.NormalizedUserName!, ct);
        DateTimeOffset? at = now;
        await context.Sessions.Where(s => s.Id == sessionId).ExecuteUpdateAsync(set => set.SetProperty(s => s.StrongAt, at), ct);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>Looks at a password of somebody who is signed in; wrong ones are counted as at the door.</summary>
    public async Task<Refusal?> Check(FairgroundUser user, string? password, CancellationToken ct)
    {
        var key = user.NormalizedUserName!;
        if (await wrong.IsLocked(key, time.GetUtcNow(), ct)) return PeopleRefusals.LockedOut;
        if (await passwords.Verify(user, password ?? "", ct) == PasswordVerificationResult.Failed)
            return await wrong.Count(key, time.GetUtcNow(), ct) ? PeopleRefusals.SignInFailed.Saying(T["This is not your password."]) : (Refusal)PeopleRefusals.LockedOut;
        if (await wrong.IsLocked(key, time.GetUtcNow(), ct)) return PeopleRefusals.LockedOut;
        return null;
    }
}

internal static class ConfirmIdentityEndpoints
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("me/confirmations", Confirm).WithAccess(Access.SignedIn).WithName("ConfirmIdentity").WithTags("People")
            .WithSummary("Prove again that it is you; for ten minutes the calls marked RecentSignIn are open to this session.");

    private static async Task<Results<NoContent, ProblemHttpResult>> Confirm(ConfirmIdentityRequest request, ClaimsPrincipal user, IdentityConfirmer confirmer, CancellationToken ct) =>
        await confirmer.Confirm(user.UserId(), user.SessionId(), request.Password, request.SecondFactor, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
