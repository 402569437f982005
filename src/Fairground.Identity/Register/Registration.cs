using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Keys;

namespace Fairground.Identity.Register;

/// <summary>Someone on the way in: a contact that must prove itself with a one-time code (C-03).</summary>
internal sealed class Registration
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public const int MostTries = 5;

    public Guid Id { get; init; }

    public required string Contact { get; init; }

    public ContactChannel Channel { get; init; }

    public required string DisplayName { get; init; }

    public required byte[] CodeHash { get; init; }

    /// <summary>Wrong codes so far.</summary>
    public int Tries { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>Pure: whether this code opens this registration now.</summary>
    public static Refusal? Decide(Registration? registration, bool codeFits, DateTimeOffset now)
    {
        if (registration is null) return PeopleRefusals.RegistrationNotFound;
        if (registration.CompletedAt is not null) return PeopleRefusals.CodeExpired;
        if (now >= registration.ExpiresAt) return PeopleRefusals.CodeExpired;
        if (registration.Tries >= MostTries) return PeopleRefusals.CodeExpired;
        if (!codeFits) return PeopleRefusals.CodeWrong.With(("triesLeft", MostTries - registration.Tries - 1));
        return null;
    }
}

/// <summary>Makes and hashes one-time codes. The hash is keyed: a million codes are soon tried against a plain one.</summary>
internal sealed class OneTimeCodes(ServerSecrets secrets)
{
    // Read when the object is made: making a secret writes, and the callers hash inside their own writing transaction.
    private readonly byte[] key = secrets.Of("identity.one-time-codes");

    public static string New() => RandomNumberGenerator.GetString("0123456789", 6);

    public byte[] Hash(Guid registrationId, string code) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{registrationId:n}:{code}"));

    public bool Fits(Registration registration, string? code) =>
        code is not null && CryptographicOperations.FixedTimeEquals(registration.CodeHash, Hash(registration.Id, new string([.. code.Where(char.IsAsciiDigit)])));
}
