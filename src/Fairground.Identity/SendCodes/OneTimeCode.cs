using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Keys;

namespace Fairground.Identity.SendCodes;

/// <summary>A code that was sent to a contact. It answers the request that it was made for and no other: the hash has the request's id in it.</summary>
internal abstract class OneTimeCode
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>Guesses a code stands; six digits, three guesses, five codes a day.</summary>
    public const int MostTries = 3;

    public Guid Id { get; init; }

    public required string Contact { get; init; }

    public ContactChannel Channel { get; init; }

    public required byte[] CodeHash { get; init; }

    /// <summary>Wrong codes so far.</summary>
    public int Tries { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>Pure: whether this code opens what it was sent for, now.</summary>
    public static Refusal? Decide(OneTimeCode? sent, RefusalKind unknown, bool codeFits, DateTimeOffset now)
    {
        if (sent is null) return unknown;
        if (sent.UsedAt is not null) return PeopleRefusals.CodeExpired;
        if (now >= sent.ExpiresAt) return PeopleRefusals.CodeExpired;
        if (sent.Tries >= MostTries) return PeopleRefusals.CodeExpired;
        if (!codeFits) return PeopleRefusals.CodeWrong.With(("triesLeft", MostTries - sent.Tries - 1));
        return null;
    }
}

/// <summary>What a code was sent for.</summary>
internal enum CodePurpose
{
    /// <summary>Signing in without a password.</summary>
    SignIn = 1,

    /// <summary>Choosing a new password.</summary>
    Recovery = 2,

    /// <summary>Proving that a new contact is one's own.</summary>
    NewContact = 3,

    /// <summary>No code: the second step of a sign-in whose first was right.</summary>
    SecondStep = 4,

    /// <summary>No code: an authenticator that is being set up.</summary>
    Authenticator = 5,

    /// <summary>No code: a passkey ceremony that begins a session.</summary>
    PasskeySignIn = 6,

    /// <summary>No code: a passkey ceremony that adds a key.</summary>
    PasskeyCreation = 7,

    /// <summary>Proving again that one's own contact is still one's own.</summary>
    OwnContact = 8,

    /// <summary>Proving to the operator that an account is one's own, to join it with another.</summary>
    Joining = 9,
}

/// <summary>A code, or another short-lived step, that belongs to an account or asks for one.</summary>
internal sealed class SentCode : OneTimeCode
{
    public CodePurpose Kind { get; init; }

    /// <summary>The account, or null where nobody has the contact: whoever asks cannot tell.</summary>
    public Guid? UserId { get; init; }

    /// <summary>What the step must remember, protected where it is secret.</summary>
    public string? Data { get; init; }
}

/// <summary>Makes and hashes one-time codes. The hash is keyed: a million codes are soon tried against a plain one.</summary>
internal sealed class OneTimeCodes(ServerSecrets secrets)
{
    // Read when the object is made: making a secret writes, and the callers hash inside their own writing transaction.
    private readonly byte[] key = secrets.Of("identity.one-time-codes");

    public static string New() => RandomNumberGenerator.GetString("0123456789", 6);

    public byte[] Hash(Guid id, string code) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id:n}:{code}"));

    public bool Fits(OneTimeCode sent, string? code) =>
        code is not null && CryptographicOperations.FixedTimeEquals(sent.CodeHash, Hash(sent.Id, new string([.. code.Where(char.IsAsciiDigit)])));
}
