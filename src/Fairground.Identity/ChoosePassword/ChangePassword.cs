using System.Security.Claims;
using System.Security.Cryptography;
using Fairground.Identity.ConfirmIdentity;
using Fairground.Identity.EndSessions;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.ChoosePassword;

/// <summary>The password until now, and the one from now on.</summary>
public sealed record ChangePasswordRequest(string? CurrentPassword, string? Password);

/// <summary>Changes one's own password: the present one is asked for, other sessions and remembered devices end.</summary>
internal sealed class ChangePassword(IdentityContext context, IdentityConfirmer confirmer, PasswordRules rules, Passwords passwords, SessionEnder sessions, IMessages messages, TimeProvider time)
{
    /// <summary>Refuses with <c>people.sign_in_failed</c>, <c>locked_out</c>, <c>password_weak</c>; null where it is done.</summary>
    public async Task<Refusal?> Change(Guid userId, Guid sessionId, string? current, string? password, CancellationToken ct)
    {
        var user = await context.Users.FirstAsync(u => u.Id == userId, ct);
        if (await confirmer.Check(user, current, ct) is { } no) return no;
        if (await rules.Check(password, user.Contact) is { } weak) return weak;
        user.PasswordHash = await passwords.Hash(password!, ct);
        user.SecurityStamp = RandomNumberGenerator.GetHexString(32);
        var now = time.GetUtcNow();
        IReadOnlyCollection<Guid> over;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            over = await sessions.EndWithin(userId, sessionId, now, ct);
            var session = await context.Sessions.FirstAsync(s => s.Id == sessionId, ct);
            session.Stamp = user.SecurityStamp;
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        sessions.Tell(over, now);
        await messages.Send(Notices.Of(user, IdentityLetters.PasswordChanged(), now), ct);
        return null;
    }
}

internal static class PasswordEndpoints
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut("me/password", Change).WithAccess(Access.SignedIn).WithName("ChangePassword").WithTags("People")
            .WithSummary("Change my password; my other sessions end.");

    private static async Task<Results<NoContent, ProblemHttpResult>> Change(ChangePasswordRequest request, ClaimsPrincipal user, ChangePassword change, CancellationToken ct) =>
        await change.Change(user.UserId(), user.SessionId(), request.CurrentPassword, request.Password, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
