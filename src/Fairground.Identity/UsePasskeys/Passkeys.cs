using System.Text.Json;
using Fairground.Identity.SendCodes;
using Fairground.Identity.SignIn;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Fairground.Identity.UsePasskeys;

/// <summary>A ceremony that the browser is asked to perform.</summary>
/// <param name="CeremonyId">Given back with what the browser answers; good for ten minutes, once.</param>
/// <param name="Options">For <c>PublicKeyCredential.parseCreationOptionsFromJSON</c> or <c>parseRequestOptionsFromJSON</c>.</param>
public sealed record PasskeyCeremony(Guid CeremonyId, JsonElement Options);

/// <summary>A passkey of mine.</summary>
/// <param name="PasskeyId">The credential's id in base64url.</param>
/// <param name="BackedUp">True where a password manager carries it to other devices.</param>
public sealed record PasskeyInfo(string PasskeyId, string Name, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt, bool BackedUp);

/// <summary>
/// Passkeys (WebAuthn), checked by the framework's handler. What a ceremony asked for is kept here and taken once, so that an answer that was
/// seen on its way is worth nothing.
/// </summary>
internal sealed class Passkeys(
    IdentityContext context, IPasskeyHandler<FairgroundUser> handler, CodeDesk desk, Entrance entrance, IMessages messages, TimeProvider time, ILogger<Passkeys> logger)
{
    private const int Most = 20;
    private const int LongestName = 60;

    /// <summary>Asks for any passkey of this site; the answer says whose it is.</summary>
    public async Task<PasskeyCeremony> BeginSignIn(HttpContext http)
    {
        var request = await handler.MakeRequestOptionsAsync(null, http);
        return await Keep(CodePurpose.PasskeySignIn, null, request.RequestOptionsJson, request.AssertionState, http.RequestAborted);
    }

    /// <summary>Refuses with <c>people.code_expired</c>, <c>people.passkey_refused</c>, <c>people.blocked</c>.</summary>
    public async Task<Result<SignedInPerson>> SignIn(HttpContext http, Guid ceremonyId, string? credential, Caller caller)
    {
        var ct = http.RequestAborted;
        var asserted = await Assert(http, ceremonyId, null, credential);
        if (asserted.Refused) return asserted.Refusal!;
        var (user, now) = (asserted.Value, time.GetUtcNow());
        if (user.Closed is { } closed) return closed;
        user.HeldUntil = null;
        return await entrance.Enter(user, SignInMethod.Passkey, caller, now, ct);
    }

    /// <summary>Asks for a passkey of this account, to prove again that it is its owner.</summary>
    public async Task<PasskeyCeremony> BeginConfirmation(HttpContext http, Guid userId)
    {
        var user = await context.Users.FirstAsync(u => u.Id == userId, http.RequestAborted);
        var request = await handler.MakeRequestOptionsAsync(user, http);
        return await Keep(CodePurpose.PasskeySignIn, userId, request.RequestOptionsJson, request.AssertionState, http.RequestAborted);
    }

    /// <summary>Refuses with <c>people.code_expired</c>, <c>people.passkey_refused</c>; null where it is proved.</summary>
    public async Task<Refusal?> Confirm(HttpContext http, Guid userId, Guid sessionId, Guid ceremonyId, string? credential)
    {
        var ct = http.RequestAborted;
        var asserted = await Assert(http, ceremonyId, userId, credential);
        if (asserted.Refused) return asserted.Refusal;
        if (asserted.Value.Id != userId) return PeopleRefusals.PasskeyRefused;
        asserted.Value.HeldUntil = null;
        var session = await context.Sessions.FirstAsync(s => s.Id == sessionId, ct);
        session.StrongAt = time.GetUtcNow();
        await context.SaveChangesAsync(ct);
        return null;
    }

    /// <summary>Asks the browser to make a passkey. Refuses with <c>people.passkeys_capped</c>.</summary>
    public async Task<Result<PasskeyCeremony>> BeginCreation(HttpContext http, Guid userId)
    {
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, http.RequestAborted);
        if (await context.Passkeys.CountAsync(p => p.UserId == userId, http.RequestAborted) >= Most) return PeopleRefusals.PasskeysCapped;
        var entity = new PasskeyUserEntity { Id = userId.ToString(), Name = user.Contact.Length > 0 ? user.Contact : user.DisplayName, DisplayName = user.DisplayName };
        var creation = await handler.MakeCreationOptionsAsync(entity, http);
        return await Keep(CodePurpose.PasskeyCreation, userId, creation.CreationOptionsJson, creation.AttestationState, http.RequestAborted);
    }

    /// <summary>Adds what the browser made. Refuses with <c>people.code_expired</c>, <c>people.passkey_refused</c>, <c>people.name_invalid</c>.</summary>
    public async Task<Result<PasskeyInfo>> Add(HttpContext http, Guid userId, Guid ceremonyId, string? credential, string? name)
    {
        var ct = http.RequestAborted;
        var called = name?.Trim() ?? "";
        if (called.Length is 0 or > LongestName || called.Any(char.IsControl)) return PeopleRefusals.NameInvalid.Saying(T["Give the passkey a name of 1 to 60 characters."]);
        var state = await Take(CodePurpose.PasskeyCreation, ceremonyId, userId, ct);
        if (state.Refused) return state.Refusal!;
        var attested = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential ?? "", AttestationState = state.Value });
        if (!attested.Succeeded) return Refused(attested.Failure);
        if (attested.UserEntity.Id != userId.ToString() || await context.Passkeys.AnyAsync(p => p.Id == attested.Passkey.CredentialId, ct)) return PeopleRefusals.PasskeyRefused;
        var now = time.GetUtcNow();
        attested.Passkey.Name = called;
        var passkey = Passkey.Of(userId, attested.Passkey);
        context.Passkeys.Add(passkey);
        await context.SaveChangesAsync(ct);
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        await messages.Send(Notices.Of(user, IdentityLetters.PasskeyAdded(called), now), ct);
        return Describe(passkey);
    }

    public async Task<IReadOnlyList<PasskeyInfo>> List(Guid userId, CancellationToken ct) =>
        [.. (await context.Passkeys.AsNoTracking().Where(p => p.UserId == userId).OrderBy(p => p.CreatedAt).ToListAsync(ct)).Select(Describe)];

    /// <summary>Takes one off. Refuses with <c>people.passkey_not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> Remove(Guid userId, string passkeyId, CancellationToken ct)
    {
        if (!System.Buffers.Text.Base64Url.IsValid(passkeyId)) return PeopleRefusals.PasskeyNotFound;
        var id = System.Buffers.Text.Base64Url.DecodeFromChars(passkeyId);
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (await context.Passkeys.Where(p => p.Id == id && p.UserId == userId).ExecuteDeleteAsync(ct) == 0) return PeopleRefusals.PasskeyNotFound;
            await transaction.CommitAsync(ct);
        }
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        await messages.Send(Notices.Of(user, IdentityLetters.PasskeyRemoved(), time.GetUtcNow()), ct);
        return null;
    }

    private async Task<Result<FairgroundUser>> Assert(HttpContext http, Guid ceremonyId, Guid? userId, string? credential)
    {
        var ct = http.RequestAborted;
        var state = await Take(CodePurpose.PasskeySignIn, ceremonyId, userId, ct);
        if (state.Refused) return state.Refusal!;
        var asserted = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential ?? "", AssertionState = state.Value });
        if (!asserted.Succeeded) return Refused(asserted.Failure);
        var passkey = await context.Passkeys.FirstAsync(p => p.Id == asserted.Passkey.CredentialId, ct);
        (passkey.SignCount, passkey.IsUserVerified, passkey.IsBackedUp, passkey.UsedAt) =
            (asserted.Passkey.SignCount, asserted.Passkey.IsUserVerified, asserted.Passkey.IsBackedUp, time.GetUtcNow());
        return await context.Users.FirstAsync(u => u.Id == passkey.UserId, ct);
    }

    private async Task<PasskeyCeremony> Keep(CodePurpose kind, Guid? userId, string options, string? state, CancellationToken ct)
    {
        var step = desk.Begin(kind, userId, "", state, time.GetUtcNow());
        await context.SaveChangesAsync(ct);
        return new PasskeyCeremony(step.Id, JsonElement.Parse(options));
    }

    // Taken before it is looked at: whatever comes of it, this challenge is over.
    private async Task<Result<string>> Take(CodePurpose kind, Guid ceremonyId, Guid? userId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? used = now;
        await using var transaction = await context.BeginWriteAsync(ct);
        var steps = context.Codes.Where(c => c.Id == ceremonyId && c.Kind == kind && c.UserId == userId);
        var taken = await steps.Where(c => c.UsedAt == null && c.ExpiresAt > now).ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, used), ct);
        var state = taken == 1 ? await steps.Select(c => c.Data).FirstAsync(ct) : null;
        await transaction.CommitAsync(ct);
        return state is null ? PeopleRefusals.CodeExpired.Saying(T["This step is over. Start again."]) : state;
    }

    private Refusal Refused(PasskeyException? why)
    {
        logger.LogDebug(why, "A passkey was refused");
        return PeopleRefusals.PasskeyRefused;
    }

    private static PasskeyInfo Describe(Passkey p) => new(System.Buffers.Text.Base64Url.EncodeToString(p.Id), p.Name, p.CreatedAt, p.UsedAt, p.IsBackedUp);
}
