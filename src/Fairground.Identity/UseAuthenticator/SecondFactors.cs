using System.Security.Cryptography;
using System.Text;
using Fairground.Identity.LimitTries;
using Fairground.Kernel;
using Fairground.Kernel.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.UseAuthenticator;

/// <summary>Checks the second step: a code of the authenticator (RFC 6238, the framework's), each once, or a recovery code, each once.</summary>
internal sealed class SecondFactors(IdentityContext context, UserManager<FairgroundUser> users, CodeGuesses guesses)
{
    private const int Digits = 6;

    // The framework takes codes of two steps of 30 s before and after now; a used one is remembered for longer than that.
    private static readonly TimeSpan UsedCodesKept = TimeSpan.FromMinutes(10);
    private static readonly AuthenticatorTokenProvider<FairgroundUser> Authenticator = new();

    /// <summary>Null where the code is right, and used up. Refuses with <c>people.second_factor_needed</c>, <c>second_factor_wrong</c>, <c>guesses_capped</c>, <c>codes_paused</c>. Inside the caller's transaction, which is to be committed either way.</summary>
    public async Task<Refusal?> Check(FairgroundUser user, string? code, DateTimeOffset now, CancellationToken ct)
    {
        var given = new string([.. (code ?? "").Where(char.IsAsciiLetterOrDigit)]);
        if (given.Length == 0) return PeopleRefusals.SecondFactorNeeded;
        if (await guesses.Take(user.NormalizedUserName!, now, ct) is { } capped) return capped;
        if (!await Fits(user, given, now, ct)) return PeopleRefusals.SecondFactorWrong;
        await guesses.TakeBack(user.NormalizedUserName!, ct);
        return null;
    }

    /// <summary>True where the authenticator with this secret shows this code about now, and it was not used before.</summary>
    public async Task<bool> Shows(FairgroundUser user, string? code, DateTimeOffset now, CancellationToken ct)
    {
        var digits = new string([.. (code ?? "").Where(char.IsAsciiDigit)]);
        if (digits.Length != Digits || !await Authenticator.ValidateAsync("", digits, users, user)) return false;
        var use = await Counter.Add(context, $"authenticator {user.Id:n} {digits}", 1, UsedCodesKept, now, ct);
        return use.Used == 1;
    }

    private async Task<bool> Fits(FairgroundUser user, string given, DateTimeOffset now, CancellationToken ct)
    {
        if (given.Length == Digits) return await Shows(user, given, now, ct);
        return given.Length == 10 && (await users.RedeemTwoFactorRecoveryCodeAsync(user, $"{given[..5]}-{given[5..]}".ToUpperInvariant())).Succeeded;
    }
}

/// <summary>
/// The framework's store over our tables: the authenticator's secret is protected with the server's keys, recovery codes are kept as keyed hashes,
/// passkeys stand in a table of their own.
/// </summary>
internal sealed class PersonStore(IdentityContext context, IDataProtectionProvider protection, ServerSecrets secrets)
    : UserOnlyStore<FairgroundUser, IdentityContext, Guid>(context)
{
    private readonly IDataProtector protector = protection.CreateProtector("identity.authenticator");

    public override Task<string?> GetAuthenticatorKeyAsync(FairgroundUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.TotpSecret is null ? null : Encoding.UTF8.GetString(protector.Unprotect(user.TotpSecret)));

    public override Task SetAuthenticatorKeyAsync(FairgroundUser user, string key, CancellationToken cancellationToken)
    {
        user.TotpSecret = Protect(key);
        return Task.CompletedTask;
    }

    public byte[] Protect(string key) => protector.Protect(Encoding.UTF8.GetBytes(key));

    public override async Task ReplaceCodesAsync(FairgroundUser user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken)
    {
        await Context.RecoveryCodes.Where(c => c.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        Context.RecoveryCodes.AddRange(recoveryCodes.Select(code => new RecoveryCode { UserId = user.Id, Hash = Hash(user.Id, code) }));
    }

    public override async Task<bool> RedeemCodeAsync(FairgroundUser user, string code, CancellationToken cancellationToken)
    {
        var hash = Hash(user.Id, code);
        return await Context.RecoveryCodes.Where(c => c.UserId == user.Id && c.Hash == hash).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    public override Task<int> CountCodesAsync(FairgroundUser user, CancellationToken cancellationToken) =>
        Context.RecoveryCodes.CountAsync(c => c.UserId == user.Id, cancellationToken);

    public override async Task AddOrUpdatePasskeyAsync(FairgroundUser user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var known = await Context.Passkeys.FirstOrDefaultAsync(p => p.Id == passkey.CredentialId && p.UserId == user.Id, cancellationToken);
        if (known is null) Context.Passkeys.Add(UsePasskeys.Passkey.Of(user.Id, passkey));
        else (known.SignCount, known.IsUserVerified, known.IsBackedUp) = (passkey.SignCount, passkey.IsUserVerified, passkey.IsBackedUp);
    }

    public override async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(FairgroundUser user, CancellationToken cancellationToken) =>
        [.. (await Context.Passkeys.AsNoTracking().Where(p => p.UserId == user.Id).OrderBy(p => p.CreatedAt).ToListAsync(cancellationToken)).Select(p => p.ToInfo())];

    public override async Task<FairgroundUser?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await Context.Users.FirstOrDefaultAsync(u => Context.Passkeys.Any(p => p.Id == credentialId && p.UserId == u.Id), cancellationToken);

    public override async Task<UserPasskeyInfo?> FindPasskeyAsync(FairgroundUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await Context.Passkeys.AsNoTracking().FirstOrDefaultAsync(p => p.Id == credentialId && p.UserId == user.Id, cancellationToken))?.ToInfo();

    public override Task RemovePasskeyAsync(FairgroundUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        Context.Passkeys.Where(p => p.Id == credentialId && p.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);

    private byte[] Hash(Guid userId, string code) => HMACSHA256.HashData(secrets.Of("identity.one-time-codes"), Encoding.UTF8.GetBytes($"{userId:n}:recovery:{code}"));
}
