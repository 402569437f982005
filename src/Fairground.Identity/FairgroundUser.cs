using System.Security.Cryptography;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.AspNetCore.Identity;

namespace Fairground.Identity;

/// <summary>A person with an account (C-02). <see cref="IdentityUser{TKey}.UserName"/> is the normalised contact.</summary>
internal sealed class FairgroundUser : IdentityUser<Guid>
{
    public string Contact => UserName!;

    public ContactChannel Channel { get; init; }

    public required string DisplayName { get; set; }

    /// <summary>16 random bytes in hex, made once: the person's pseudonym in draws hangs on it.</summary>
    public required string HolderSalt { get; init; }

    public bool IsOperator { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? BlockedAt { get; set; }

    /// <summary>A new person; the password is hashed already.</summary>
    public static FairgroundUser Of(Contact contact, string displayName, string passwordHash, DateTimeOffset now) => new()
    {
        Id = Ids.New(),
        UserName = contact.Value,
        NormalizedUserName = contact.Value,
        Channel = contact.Channel,
        DisplayName = displayName,
        HolderSalt = RandomNumberGenerator.GetHexString(32, true),
        PasswordHash = passwordHash,
        SecurityStamp = RandomNumberGenerator.GetHexString(32),
        ConcurrencyStamp = Ids.New().ToString(),
        LockoutEnabled = true,
        CreatedAt = now,
    };

    public Person ToPerson() => new(Id, DisplayName, Contact, Channel, HolderSalt);
}

/// <summary>Names that people choose for themselves.</summary>
internal static class DisplayNames
{
    private const int Longest = 80;

    /// <summary>The name without outer spaces, or <c>people.name_invalid</c>.</summary>
    public static Result<string> Check(string? name)
    {
        var trimmed = name?.Trim() ?? "";
        return trimmed.Length is 0 or > Longest || trimmed.Any(char.IsControl) ? PeopleRefusals.NameInvalid : trimmed;
    }
}

/// <summary>Contacts as contracts of this module's tables see them: unchanged, since they are normalised on entry.</summary>
internal sealed class ContactNormalizer : ILookupNormalizer
{
    public string? NormalizeName(string? name) => name;

    public string? NormalizeEmail(string? email) => email;
}
