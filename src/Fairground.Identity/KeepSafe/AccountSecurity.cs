using System.Security.Claims;
using Fairground.Identity.ChangeContact;
using Fairground.Identity.SendCodes;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.KeepSafe;

/// <summary>How my account is kept safe.</summary>
/// <param name="ContactProvedAt">When I last proved with a code that the contact is mine.</param>
/// <param name="NumberStale">True where that is so long ago that a code to the number no longer opens the account.</param>
/// <param name="AuthenticatorSince">Missing where there is no authenticator.</param>
/// <param name="RecoveryCodesLeft">Codes that stand in for the authenticator.</param>
/// <param name="Passkeys">How many passkeys there are.</param>
/// <param name="HeldUntil">Until then money and ways in stay as they are, after a recovery by a code alone.</param>
/// <param name="Change">The change of contact that is under way.</param>
public sealed record SecurityOfMine(
    string Contact, DateTimeOffset ContactProvedAt, bool NumberStale, DateTimeOffset? AuthenticatorSince, int RecoveryCodesLeft, int Passkeys, DateTimeOffset? HeldUntil, ContactChangeInfo? Change);

/// <summary>The proof that waits for its code.</summary>
public sealed record ContactProofStarted(Guid ProofId);

/// <summary>The code that was sent.</summary>
public sealed record ContactProofConfirmation(string? Code);

/// <summary>Tells a person how their account is kept, and lets them prove their contact again.</summary>
internal sealed class AccountSecurity(IdentityContext context, ContactChanges changes, CodeDesk desk, TimeProvider time)
{
    public async Task<SecurityOfMine> Find(Guid userId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        return new SecurityOfMine(
            user.Contact,
            user.ContactProvedAt,
            user.IsNumberStale(now),
            user.TotpSince,
            await context.RecoveryCodes.CountAsync(c => c.UserId == userId, ct),
            await context.Passkeys.CountAsync(p => p.UserId == userId, ct),
            user.HeldUntil > now ? user.HeldUntil : null,
            await changes.Find(userId, ct));
    }

    /// <summary>Sends a code to my own contact. Refuses with <c>people.contact_invalid</c> where the account has none, <c>codes_capped</c>, <c>sms_country</c>, <c>sms_paused</c>.</summary>
    public async Task<Result<Guid>> BeginProof(Guid userId, string? client, CancellationToken ct)
    {
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        if (user.Contact.Length == 0) return PeopleRefusals.ContactInvalid;
        return await desk.Send(CodePurpose.OwnContact, new Contact(user.Contact, user.Channel), userId, client, IdentityLetters.OwnContactCode, ct);
    }

    /// <summary>Refuses with <c>people.code_not_found</c>, <c>code_expired</c>, <c>code_wrong</c>, <c>guesses_capped</c>, <c>codes_paused</c>; null where it is proved.</summary>
    public async Task<Refusal?> ConfirmProof(Guid userId, Guid id, string? code, CancellationToken ct)
    {
        var found = await desk.Look(context.Codes, id, r => r.Kind == CodePurpose.OwnContact && r.UserId == userId, code, PeopleRefusals.CodeNotFound, ct);
        if (found.Refused) return found.Refusal;
        var now = time.GetUtcNow();
        var user = await context.Users.FirstAsync(u => u.Id == userId, ct);
        if (user.NormalizedUserName != found.Value.Contact) return PeopleRefusals.CodeExpired;
        (found.Value.UsedAt, user.ContactProvedAt) = (now, now);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return PeopleRefusals.CodeExpired;
        }
        return null;
    }
}

internal static class SecurityEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me/security", Get).WithAccess(Access.SignedIn).WithName("GetMySecurity").WithTags("People")
            .WithSummary("How my account is kept safe.");
        api.MapPost("me/contact-proofs", Begin).WithAccess(Access.SignedIn).WithName("ProveContact").WithTags("People")
            .WithSummary("Send a code to my own contact, to show that it is still mine.");
        api.MapPost("me/contact-proofs/{id:guid}/confirmation", Confirm).WithAccess(Access.SignedIn).WithName("ConfirmContactProof").WithTags("People")
            .WithSummary("The code that came.");
    }

    private static async Task<Ok<SecurityOfMine>> Get(ClaimsPrincipal user, AccountSecurity security, CancellationToken ct) => TypedResults.Ok(await security.Find(user.UserId(), ct));

    private static async Task<Results<Accepted<ContactProofStarted>, ProblemHttpResult>> Begin(HttpContext http, AccountSecurity security, CancellationToken ct)
    {
        var begun = await security.BeginProof(http.User.UserId(), ClientAddress.Of(http), ct);
        if (begun.Refused) return Problems.Of(begun.Refusal!);
        return TypedResults.Accepted((string?)null, new ContactProofStarted(begun.Value));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Confirm(Guid id, ContactProofConfirmation request, ClaimsPrincipal user, AccountSecurity security, CancellationToken ct) =>
        await security.ConfirmProof(user.UserId(), id, request.Code, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
