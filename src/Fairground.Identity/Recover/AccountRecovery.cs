using System.Security.Cryptography;
using Fairground.Identity.ChangeContact;
using Fairground.Identity.ChoosePassword;
using Fairground.Identity.EndSessions;
using Fairground.Identity.LimitTries;
using Fairground.Identity.SendCodes;
using Fairground.Identity.SignIn;
using Fairground.Identity.UseAuthenticator;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.Recover;

/// <summary>
/// Gives a person who forgot the password a new one (C-04): by a code to the contact, and the second step where the account has one. Everybody
/// else is signed out, changes on their way are stopped, and where the code was all, money stays where it is for a day.
/// </summary>
internal sealed class AccountRecovery(
    IdentityContext context, CodeDesk desk, PasswordRules rules, Passwords passwords, WrongPasswords wrong, SecondFactors factors, SessionEnder sessions, IMessages messages, TimeProvider time)
{
    private static readonly TimeSpan Hold = TimeSpan.FromHours(24);

    /// <summary>Sends the code. Refuses with <c>people.contact_invalid</c>, <c>codes_capped</c>, <c>sms_country</c>, <c>sms_paused</c>.</summary>
    public async Task<Result<Guid>> Begin(string? contactText, string? client, CancellationToken ct)
    {
        if (!Contact.TryParse(contactText, out var contact)) return PeopleRefusals.ContactInvalid;
        var userId = await context.Users.Where(u => u.NormalizedUserName == contact.Value).Select(u => (Guid?)u.Id).FirstOrDefaultAsync(ct);
        return await desk.Send(CodePurpose.Recovery, contact, userId, client, IdentityLetters.RecoveryCode, ct);
    }

    /// <summary>
    /// Refuses with <c>people.code_not_found</c>, <c>code_expired</c>, <c>code_wrong</c>, <c>guesses_capped</c>, <c>codes_paused</c>, <c>blocked</c>,
    /// <c>password_weak</c>, <c>second_factor_needed</c>, <c>second_factor_wrong</c>, <c>number_stale</c>. A code that was right stays good after the last five.
    /// </summary>
    public async Task<Result<SignedInPerson>> Confirm(Guid id, string? code, string? password, string? secondFactor, Caller caller, CancellationToken ct)
    {
        var found = await desk.Look(context.Codes, id, r => r.Kind == CodePurpose.Recovery, code, PeopleRefusals.CodeNotFound, ct);
        if (found.Refused) return found.Refusal!;
        var user = await context.Users.FirstOrDefaultAsync(u => u.Id == found.Value.UserId, ct);
        if (user is null || user.NormalizedUserName != found.Value.Contact) return PeopleRefusals.CodeExpired;
        if (user.Closed is { } closed) return closed;
        if (user.TotpSecret is null && user.IsNumberStale(time.GetUtcNow())) return PeopleRefusals.NumberStale;
        if (await rules.Check(password, user.Contact) is { } weak) return weak;
        var hash = await passwords.Hash(password!, ct);
        try
        {
            return await Complete(user, found.Value, hash, secondFactor, caller, time.GetUtcNow(), ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return PeopleRefusals.CodeExpired;
        }
    }

    private async Task<Result<SignedInPerson>> Complete(FairgroundUser user, SentCode sent, string hash, string? secondFactor, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        IReadOnlyCollection<Guid> over;
        Session session;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (user.TotpSecret is not null && await factors.Check(user, secondFactor, now, ct) is { } refusal)
            {
                await transaction.CommitAsync(ct);
                return refusal;
            }
            sent.UsedAt = now;
            (user.PasswordHash, user.SecurityStamp, user.ContactProvedAt) = (hash, RandomNumberGenerator.GetHexString(32), now);
            if (user.TotpSecret is null) user.HeldUntil = now + Hold;
            over = await sessions.EndWithin(user.Id, null, now, ct);
            await PendingChanges.Stop(context, user.Id, now, ct);
            await wrong.Clear(user.NormalizedUserName!, ct);
            session = Session.Of(user, caller, SignInMethod.Recovery, now);
            if (user.TotpSecret is not null) session.StrongAt = now;
            context.Sessions.Add(session);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        sessions.Tell(over, now);
        await messages.Send(Notices.Of(user, IdentityLetters.PasswordRecovered(), now), ct);
        return new SignedInPerson(user, session);
    }
}
