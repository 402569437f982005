using Fairground.Identity.CheckRequest;
using Fairground.Identity.ChoosePassword;
using Fairground.Identity.LimitTries;
using Fairground.Identity.RememberDevices;
using Fairground.Identity.SendCodes;
using Fairground.Kernel;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.SignIn;

/// <summary>A person and the session that just began; with the token of the device where it is to be remembered.</summary>
internal sealed record SignedInPerson(FairgroundUser User, Session Session, string? DeviceToken = null);

/// <summary>Signs in with contact and password. An unknown contact gets the same answers after the same work.</summary>
internal sealed class SignInPerson(IdentityContext context, Passwords passwords, WrongPasswords wrong, Entrance entrance, TimeProvider time)
{
    /// <summary>Refuses with <c>people.sign_in_failed</c>, <c>people.locked_out</c>, <c>people.blocked</c>, <c>people.second_factor_needed</c> (with <c>ticket</c>).</summary>
    public async Task<Result<SignedInPerson>> SignIn(string? contactText, string? password, Caller caller, CancellationToken ct)
    {
        // What is no contact is nobody's: it is answered like one that nobody has.
        var key = Contact.TryParse(contactText, out var contact) ? contact.Value : "";
        var user = key.Length == 0 ? null : await context.Users.FirstOrDefaultAsync(u => u.NormalizedUserName == key, ct);
        if (await wrong.IsLocked(key, time.GetUtcNow(), ct)) return PeopleRefusals.LockedOut;
        var verified = await passwords.Verify(user, password ?? "", ct);
        // Guesses sent at once wait for a core above; by now the ones before may have locked the door.
        var now = time.GetUtcNow();
        if (await wrong.IsLocked(key, now, ct)) return PeopleRefusals.LockedOut;
        if (user is null || verified == PasswordVerificationResult.Failed)
        {
            if (key.Length > 0 && !await wrong.Count(key, now, ct)) return PeopleRefusals.LockedOut;
            return PeopleRefusals.SignInFailed;
        }
        if (user.Closed is { } closed) return closed;
        if (verified == PasswordVerificationResult.SuccessRehashNeeded) user.PasswordHash = await passwords.Hash(password!, ct);
        return await entrance.Enter(user, SignInMethod.Password, caller, now, ct);
    }
}

/// <summary>What every way of signing in comes to once its proof is in: the second step where the account has one, or the session.</summary>
internal sealed class Entrance(IdentityContext context, WrongPasswords wrong, CodeDesk desk, Devices devices)
{
    /// <summary>Saves what the caller changed, and begins the session or asks for the second step (<c>people.second_factor_needed</c> with a <c>ticket</c> of ten minutes).</summary>
    public async Task<Result<SignedInPerson>> Enter(FairgroundUser user, SignInMethod method, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        if (method == SignInMethod.Password) await wrong.Clear(user.NormalizedUserName!, ct);
        // A passkey is two factors in itself: the device that has it, and what unlocks the device.
        var twoSteps = user.TotpSecret is not null && method != SignInMethod.Passkey;
        if (twoSteps && !await devices.Knows(user.Id, caller.DeviceToken, now, ct))
        {
            var ticket = desk.Begin(CodePurpose.SecondStep, user.Id, user.NormalizedUserName!, $"{method}", now);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return PeopleRefusals.SecondFactorNeeded.With(("ticket", ticket.Id));
        }
        var session = Session.Of(user, caller, method, now);
        // A remembered device spares the second step at the door, not where it matters.
        if (twoSteps) session.StrongAt = null;
        context.Sessions.Add(session);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new SignedInPerson(user, session);
    }

    /// <summary>Begins the session after a second step, inside the caller's transaction and with its changes.</summary>
    public SignedInPerson AfterSecondStep(FairgroundUser user, SignInMethod method, bool remember, Caller caller, DateTimeOffset now)
    {
        var session = Session.Of(user, caller, method, now);
        session.StrongAt = now;
        context.Sessions.Add(session);
        return new SignedInPerson(user, session, remember ? devices.Remember(user.Id, caller.Agent, now) : null);
    }
}

/// <summary>Writes the tokens of a session.</summary>
internal sealed class SessionAnswers(SessionTokens tokens, TimeProvider time)
{
    public SessionStarted Of(SignedInPerson person) => Of(person.User.Id, person.Session) with { DeviceToken = person.DeviceToken };

    public SessionStarted Of(Guid userId, Session session)
    {
        var access = new AccessToken(userId, session.Id, time.GetUtcNow(), "");
        return new SessionStarted(userId, tokens.Write(TokenKind.Access, access), tokens.Write(new RefreshToken(session.Id, session.Generation)), access.ExpiresAt);
    }
}
