using System.Security.Cryptography;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.AspNetCore.Identity;

namespace Fairground.Identity;

/// <summary>A person with an account (C-02). <see cref="IdentityUser{TKey}.UserName"/> is the normalised contact.</summary>
internal sealed class FairgroundUser : IdentityUser<Guid>
{
    // Carriers give a number out again after 45 to 180 days.
    private static readonly TimeSpan NumberIsTrusted = TimeSpan.FromDays(90);

    /// <summary>The name of whoever is not known any more.</summary>
    public const string Erased = "Erased";

    private const string DetachedPrefix = "detached ";

    /// <summary>Empty where another person has the number now, and where the person was erased.</summary>
    public string Contact => UserName!.Contains('@', StringComparison.Ordinal) || UserName.StartsWith('+') ? UserName : "";

    public ContactChannel Channel { get; set; }

    public required string DisplayName { get; set; }

    /// <summary>16 random bytes in hex, made once: the person's pseudonym in draws hangs on it.</summary>
    public required string HolderSalt { get; init; }

    public bool IsOperator { get; set; }

    /// <summary>The code of the language that the person chose; null where they never did.</summary>
    public string? Language { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? BlockedAt { get; set; }

    /// <summary>When the person last proved with a code that the contact is theirs.</summary>
    public DateTimeOffset ContactProvedAt { get; set; }

    /// <summary>The person wants no visits to be kept.</summary>
    public bool VisitsOff { get; set; }

    /// <summary>Since when the id leads to nobody.</summary>
    public DateTimeOffset? ErasedAt { get; set; }

    /// <summary>The account of the same person that this one was joined to: it is a signpost from then on.</summary>
    public Guid? JoinedTo { get; set; }

    /// <summary>That account's contact at the time, cut short.</summary>
    public string? JoinedHint { get; set; }

    /// <summary>Why nobody may enter, or null: <c>people.blocked</c>, <c>people.joined</c>.</summary>
    public Refusal? Closed => BlockedAt is not null ? PeopleRefusals.Blocked
        : JoinedTo is not null ? DataRefusals.Joined.Saying($"This account was joined with another of yours. Sign in with that one{(string.IsNullOrEmpty(JoinedHint) ? "" : $": {JoinedHint}")}.") : null;

    /// <summary>The authenticator's secret, protected; null where there is none.</summary>
    public byte[]? TotpSecret { get; set; }

    public DateTimeOffset? TotpSince { get; set; }

    /// <summary>Until then a recovery with a code alone keeps money and the ways in where they are.</summary>
    public DateTimeOffset? HeldUntil { get; set; }

    /// <summary>
    /// True where a message to the contact no longer proves who reads it: a number that nobody has proved for 90 days may have been given to
    /// somebody else by now.
    /// </summary>
    public bool IsNumberStale(DateTimeOffset now) => Channel == ContactChannel.Sms && now - ContactProvedAt >= NumberIsTrusted;

    /// <summary>Another person has proved the number to be theirs: this account keeps everything but the number.</summary>
    public void Detach() => UserName = NormalizedUserName = DetachedName(Id);

    public static string DetachedName(Guid userId) => $"{DetachedPrefix}{userId:n}";

    public static string ErasedName(Guid userId) => $"erased {userId:n}";

    /// <summary>The account is reached at another contact from now on, which has just been proved.</summary>
    public void MoveTo(Contact contact, DateTimeOffset provedAt) =>
        (UserName, NormalizedUserName, Channel, ContactProvedAt) = (contact.Value, contact.Value, contact.Channel, provedAt);

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
        ContactProvedAt = now,
    };

    public Person ToPerson() => new(Id, DisplayName, Contact, Channel, HolderSalt) { Language = Language, Closed = Closed };
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
