using System.Security.Claims;
using Fairground.Identity.SendCodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fairground.Identity.UseAuthenticator;

/// <summary>An authenticator that is being set up.</summary>
/// <param name="SetupId">Given back with the first code.</param>
/// <param name="Secret">In base32, for typing.</param>
/// <param name="Uri">The same as an <c>otpauth:</c> address, for a QR code.</param>
public sealed record AuthenticatorSetupStarted(Guid SetupId, string Secret, string Uri);

/// <summary>The first code that the authenticator shows.</summary>
public sealed record AuthenticatorConfirmation(Guid SetupId, string? Code);

/// <summary>Codes that stand in for the authenticator, once each. Shown once.</summary>
public sealed record RecoveryCodeList(IReadOnlyList<string> RecoveryCodes);

/// <summary>Puts an authenticator (TOTP) on an account and takes it off.</summary>
internal sealed class AuthenticatorSetup(
    IdentityContext context, UserManager<FairgroundUser> users, PersonStore store, CodeDesk desk, SecondFactors factors, IOptions<UiOptions> market, IMessages messages, TimeProvider time)
{
    private const int RecoveryCodes = 10;

    /// <summary>Makes a secret; nothing counts until <see cref="Confirm"/>. Refuses with <c>people.authenticator_on</c>.</summary>
    public async Task<Result<AuthenticatorSetupStarted>> Begin(Guid userId, CancellationToken ct)
    {
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        if (user.TotpSecret is not null) return PeopleRefusals.AuthenticatorOn;
        var secret = users.GenerateNewAuthenticatorKey();
        var step = desk.Begin(CodePurpose.Authenticator, userId, user.NormalizedUserName!, Convert.ToBase64String(store.Protect(secret)), time.GetUtcNow());
        await context.SaveChangesAsync(ct);
        return new AuthenticatorSetupStarted(step.Id, secret, AddressOf(user, secret));
    }

    /// <summary>What was begun, for a page that is shown again; null where it is over.</summary>
    public async Task<AuthenticatorSetupStarted?> Find(Guid userId, Guid setupId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var step = await context.Codes.AsNoTracking().FirstOrDefaultAsync(c => c.Id == setupId && c.UserId == userId && c.Kind == CodePurpose.Authenticator && c.UsedAt == null && c.ExpiresAt > now, ct);
        if (step is null) return null;
        var user = await context.Users.AsNoTracking().FirstAsync(u => u.Id == userId, ct);
        user.TotpSecret = Convert.FromBase64String(step.Data!);
        var secret = (await store.GetAuthenticatorKeyAsync(user, ct))!;
        return new AuthenticatorSetupStarted(setupId, secret, AddressOf(user, secret));
    }

    /// <summary>The first code shows that the device has the secret. Refuses with <c>people.code_not_found</c>, <c>code_expired</c>, <c>authenticator_on</c>, <c>second_factor_wrong</c>.</summary>
    public async Task<Result<RecoveryCodeList>> Confirm(Guid userId, Guid setupId, string? code, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        FairgroundUser user;
        RecoveryCodeList codes;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var step = await context.Codes.FirstOrDefaultAsync(c => c.Id == setupId && c.UserId == userId && c.Kind == CodePurpose.Authenticator, ct);
            if (step is null) return PeopleRefusals.CodeNotFound;
            if (step.UsedAt is not null || step.ExpiresAt <= now) return PeopleRefusals.CodeExpired;
            user = await context.Users.FirstAsync(u => u.Id == userId, ct);
            if (user.TotpSecret is not null) return PeopleRefusals.AuthenticatorOn;
            user.TotpSecret = Convert.FromBase64String(step.Data!);
            if (!await factors.Shows(user, code, now, ct)) return PeopleRefusals.SecondFactorWrong;
            (step.UsedAt, user.TotpSince, user.HeldUntil) = (now, now, null);
            codes = await MakeCodes(user);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await messages.Send(Notices.Of(user, IdentityLetters.AuthenticatorAdded(), now), ct);
        return codes;
    }

    /// <summary>Takes it off, recovery codes and remembered devices with it. Refuses with <c>people.authenticator_off</c>; null where it is done.</summary>
    public async Task<Refusal?> Remove(Guid userId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        FairgroundUser user;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            user = await context.Users.FirstAsync(u => u.Id == userId, ct);
            if (user.TotpSecret is null) return PeopleRefusals.AuthenticatorOff;
            (user.TotpSecret, user.TotpSince) = (null, null);
            await context.RecoveryCodes.Where(c => c.UserId == userId).ExecuteDeleteAsync(ct);
            await context.Devices.Where(d => d.UserId == userId).ExecuteDeleteAsync(ct);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await messages.Send(Notices.Of(user, IdentityLetters.AuthenticatorRemoved(), now), ct);
        return null;
    }

    /// <summary>New recovery codes; the old ones end. Refuses with <c>people.authenticator_off</c>.</summary>
    public async Task<Result<RecoveryCodeList>> Renew(Guid userId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var user = await context.Users.FirstAsync(u => u.Id == userId, ct);
        if (user.TotpSecret is null) return PeopleRefusals.AuthenticatorOff;
        var codes = await MakeCodes(user);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return codes;
    }

    private async Task<RecoveryCodeList> MakeCodes(FairgroundUser user) =>
        new([.. await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? throw new InvalidOperationException("Recovery codes could not be stored.")]);

    private string AddressOf(FairgroundUser user, string secret)
    {
        var issuer = Uri.EscapeDataString(market.Value.MarketName);
        var account = Uri.EscapeDataString(user.Contact.Length > 0 ? user.Contact : user.DisplayName);
        return $"otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&digits=6&period=30";
    }
}

internal static class AuthenticatorEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("me/authenticator", Begin).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("SetUpAuthenticator").WithTags("People")
            .WithSummary("Begin to set up an authenticator: a secret that counts once its first code has come back.");
        api.MapPost("me/authenticator/confirmation", Confirm).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("ConfirmAuthenticator").WithTags("People")
            .WithSummary("Give the first code; the answer is ten recovery codes, shown once.");
        api.MapDelete("me/authenticator", Remove).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("RemoveAuthenticator").WithTags("People")
            .WithSummary("Take the authenticator off my account.");
        api.MapPost("me/recovery-codes", Renew).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("RenewRecoveryCodes").WithTags("People")
            .WithSummary("Ten new recovery codes in place of the old ones.");
    }

    private static async Task<Results<Created<AuthenticatorSetupStarted>, ProblemHttpResult>> Begin(ClaimsPrincipal user, AuthenticatorSetup setup, CancellationToken ct)
    {
        var started = await setup.Begin(user.UserId(), ct);
        if (started.Refused) return Problems.Of(started.Refusal!);
        return TypedResults.Created((string?)null, started.Value);
    }

    private static async Task<Results<Ok<RecoveryCodeList>, ProblemHttpResult>> Confirm(AuthenticatorConfirmation request, ClaimsPrincipal user, AuthenticatorSetup setup, CancellationToken ct)
    {
        var codes = await setup.Confirm(user.UserId(), request.SetupId, request.Code, ct);
        return codes.Refused ? Problems.Of(codes.Refusal!) : TypedResults.Ok(codes.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(ClaimsPrincipal user, AuthenticatorSetup setup, CancellationToken ct) =>
        await setup.Remove(user.UserId(), ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static async Task<Results<Ok<RecoveryCodeList>, ProblemHttpResult>> Renew(ClaimsPrincipal user, AuthenticatorSetup setup, CancellationToken ct)
    {
        var codes = await setup.Renew(user.UserId(), ct);
        return codes.Refused ? Problems.Of(codes.Refusal!) : TypedResults.Ok(codes.Value);
    }
}
