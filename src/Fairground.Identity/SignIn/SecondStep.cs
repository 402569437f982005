using Fairground.Identity.SendCodes;
using Fairground.Identity.UseAuthenticator;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.SignIn;

/// <summary>Ends a sign-in whose first step was right with the code of the authenticator, or a recovery code.</summary>
internal sealed class SecondStep(IdentityContext context, SecondFactors factors, Entrance entrance, TimeProvider time)
{
    /// <summary>Refuses with <c>people.code_not_found</c>, <c>code_expired</c>, <c>second_factor_wrong</c>, <c>guesses_capped</c>, <c>blocked</c>.</summary>
    public async Task<Result<SignedInPerson>> Finish(Guid ticketId, string? code, bool remember, Caller caller, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var transaction = await context.BeginWriteAsync(ct);
        // Counted before it is looked at: of many guesses sent at once three are looked at.
        var taken = await context.Codes.Where(c => c.Id == ticketId && c.Kind == CodePurpose.SecondStep && c.Tries < OneTimeCode.MostTries && c.UsedAt == null && c.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Tries, c => c.Tries + 1), ct);
        var ticket = await context.Codes.FirstOrDefaultAsync(c => c.Id == ticketId && c.Kind == CodePurpose.SecondStep, ct);
        if (ticket is null) return PeopleRefusals.CodeNotFound;
        if (taken == 0) return PeopleRefusals.CodeExpired;
        var user = await context.Users.FirstAsync(u => u.Id == ticket.UserId, ct);
        if (user.Closed is { } closed) return closed;
        if (await factors.Check(user, code, now, ct) is { } refusal)
        {
            await transaction.CommitAsync(ct);
            return refusal;
        }
        ticket.UsedAt = now;
        var person = entrance.AfterSecondStep(user, Enum.Parse<SignInMethod>(ticket.Data!), remember, caller, now);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return person;
    }
}
