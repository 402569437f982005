using Fairground.Kernel;
using Microsoft.AspNetCore.Identity;

namespace Fairground.Identity.ChoosePassword;

/// <summary>
/// Hashes and checks passwords with the framework's hasher. That costs a core some tens of milliseconds by design, so no more run at once
/// than there are cores: a crowd at the door must not stop those who are already buying.
/// </summary>
internal sealed class Passwords(IPasswordHasher<FairgroundUser> hasher) : IDisposable
{
    private static readonly FairgroundUser Nobody = new() { DisplayName = "", HolderSalt = "" };

    private readonly SemaphoreSlim cores = new(Environment.ProcessorCount);
    private readonly Lazy<string> nobodysHash = new(() => hasher.HashPassword(Nobody, Ids.New().ToString()));

    public Task<string> Hash(string password, CancellationToken ct) => Work(() => hasher.HashPassword(Nobody, password), ct);

    /// <summary>Checks a password; where there is no account the same work is done for nothing, so that the time tells nothing.</summary>
    public Task<PasswordVerificationResult> Verify(FairgroundUser? user, string password, CancellationToken ct) => Work(
        () =>
        {
            var result = hasher.VerifyHashedPassword(user ?? Nobody, user?.PasswordHash ?? nobodysHash.Value, password);
            return user?.PasswordHash is null ? PasswordVerificationResult.Failed : result;
        },
        ct);

    public void Dispose() => cores.Dispose();

    private async Task<T> Work<T>(Func<T> work, CancellationToken ct)
    {
        await cores.WaitAsync(ct);
        try
        {
            return await Task.Run(work, ct);
        }
        finally
        {
            cores.Release();
        }
    }
}

/// <summary>Refuses passwords that everybody tries first, and those that repeat the contact.</summary>
internal sealed class PasswordRules(UserManager<FairgroundUser> users)
{
    private const int Longest = 256;

    /// <summary><c>people.password_weak</c> with what is wrong, or null.</summary>
    public async Task<Refusal?> Check(string? password, string contact)
    {
        if (string.IsNullOrEmpty(password)) return PeopleRefusals.PasswordWeak;
        if (password.Length > Longest) return PeopleRefusals.PasswordWeak.Saying(T["A password has at most 256 characters."]);
        if (CommonPasswords.Contains(password)) return PeopleRefusals.PasswordWeak.Saying(T["This password is on every list of common passwords. Choose another."]);
        var name = contact.Split('@')[0].TrimStart('+');
        if (password.Equals(contact, StringComparison.OrdinalIgnoreCase) || password.Equals(name, StringComparison.OrdinalIgnoreCase)) return PeopleRefusals.PasswordWeak.Saying(T["The password may not be your contact."]);
        var nobody = new FairgroundUser { DisplayName = "", HolderSalt = "" };
        foreach (var validator in users.PasswordValidators)
        {
            if (!(await validator.ValidateAsync(users, nobody, password)).Succeeded) return PeopleRefusals.PasswordWeak;
        }
        return null;
    }
}
