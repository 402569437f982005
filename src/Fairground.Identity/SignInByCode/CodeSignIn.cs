using Fairground.Identity.RememberDevices;
using Fairground.Identity.SendCodes;
using Fairground.Identity.SignIn;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.SignInByCode;

/// <summary>Signs in with a code in place of the password (C-01). Whether the contact has an account is told to its reader only, in the message.</summary>
internal sealed class CodeSignIn(IdentityContext context, CodeDesk desk, Devices devices, Entrance entrance, TimeProvider time)
{
    /// <summary>Sends the code. Refuses with <c>people.contact_invalid</c>, <c>codes_capped</c>, <c>sms_country</c>, <c>sms_paused</c>.</summary>
    public async Task<Result<Guid>> Begin(string? contactText, string? client, CancellationToken ct)
    {
        if (!Contact.TryParse(contactText, out var contact)) return PeopleRefusals.ContactInvalid;
        var userId = await context.Users.Where(u => u.NormalizedUserName == contact.Value).Select(u => (Guid?)u.Id).FirstOrDefaultAsync(ct);
        return await desk.Send(CodePurpose.SignIn, contact, userId, client, IdentityLetters.SignInCode, ct);
    }

    /// <summary>
    /// Refuses with <c>people.code_not_found</c>, <c>code_expired</c>, <c>code_wrong</c>, <c>guesses_capped</c>, <c>codes_paused</c>, <c>blocked</c>,
    /// <c>number_stale</c>, <c>second_factor_needed</c> (with <c>ticket</c>).
    /// </summary>
    public async Task<Result<SignedInPerson>> Confirm(Guid id, string? code, Caller caller, CancellationToken ct)
    {
        var found = await desk.Look(context.Codes, id, r => r.Kind == CodePurpose.SignIn, code, PeopleRefusals.CodeNotFound, ct);
        if (found.Refused) return found.Refusal!;
        var now = time.GetUtcNow();
        var user = await context.Users.FirstOrDefaultAsync(u => u.Id == found.Value.UserId, ct);
        // The contact may have gone to somebody else since the code was sent.
        if (user is null || user.NormalizedUserName != found.Value.Contact) return PeopleRefusals.CodeExpired;
        if (user.Closed is { } closed) return closed;
        found.Value.UsedAt = now;
        try
        {
            if (user.IsNumberStale(now) && !await IsKnownHere(user, caller, now, ct)) return PeopleRefusals.NumberStale;
            user.ContactProvedAt = now;
            return await entrance.Enter(user, SignInMethod.Code, caller, now, ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return PeopleRefusals.CodeExpired;
        }
    }

    private async Task<bool> IsKnownHere(FairgroundUser user, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var known = await devices.Knows(user.Id, caller.DeviceToken, now, ct);
        if (!known) await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return known;
    }
}
