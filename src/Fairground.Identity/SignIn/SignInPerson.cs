using Fairground.Identity.CheckRequest;
using Fairground.Identity.ChoosePassword;
using Fairground.Identity.LimitTries;
using Fairground.Kernel;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.SignIn;

/// <summary>A person and the session that just began.</summary>
internal sealed record SignedInPerson(FairgroundUser User, Session Session);

/// <summary>Signs in with contact and password. An unknown contact gets the same answers in the same time.</summary>
internal sealed class SignInPerson(IdentityContext context, Passwords passwords, WrongPasswords wrong, TimeProvider time)
{
    /// <summary>Refuses with <c>people.sign_in_failed</c>, <c>people.locked_out</c>, <c>people.blocked</c>.</summary>
    public async Task<Result<SignedInPerson>> SignIn(string? contactText, string? password, string? agent, CancellationToken ct)
    {
        // What is no contact is nobody's: it is answered like one that nobody has.
        var key = Contact.TryParse(contactText, out var contact) ? contact.Value : "";
        var user = key.Length == 0 ? null : await context.Users.FirstOrDefaultAsync(u => u.NormalizedUserName == key, ct);
        if (await wrong.IsLocked(user, key, time.GetUtcNow(), ct)) return PeopleRefusals.LockedOut;
        var verified = await passwords.Verify(user, password ?? "", ct);
        // Guesses sent at once wait for a core above; by now the ones before may have locked the door.
        if (user is not null) await context.Entry(user).ReloadAsync(ct);
        var now = time.GetUtcNow();
        if (await wrong.IsLocked(user, key, now, ct)) return PeopleRefusals.LockedOut;
        if (user is null || verified == PasswordVerificationResult.Failed)
        {
            if (key.Length > 0 && !await wrong.Count(user, key, now, ct)) return PeopleRefusals.LockedOut;
            return PeopleRefusals.SignInFailed;
        }
        if (user.BlockedAt is not null) return PeopleRefusals.Blocked;
        if (verified == PasswordVerificationResult.SuccessRehashNeeded) user.PasswordHash = await passwords.Hash(password!, ct);
        if (user.AccessFailedCount > 0) user.AccessFailedCount = 0;
        var session = Session.Of(user, agent, now);
        context.Sessions.Add(session);
        await context.SaveChangesAsync(ct);
        return new SignedInPerson(user, session);
    }
}

/// <summary>Writes the tokens of a session.</summary>
internal sealed class SessionAnswers(SessionTokens tokens, TimeProvider time)
{
    public SessionStarted Of(SignedInPerson person) => Of(person.User.Id, person.Session);

    public SessionStarted Of(Guid userId, Session session)
    {
        var access = new AccessToken(userId, session.Id, time.GetUtcNow(), "");
        return new SessionStarted(userId, tokens.Write(TokenKind.Access, access), tokens.Write(new RefreshToken(session.Id, session.Generation)), access.ExpiresAt);
    }
}
