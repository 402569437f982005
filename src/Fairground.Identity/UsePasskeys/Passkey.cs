using Microsoft.AspNetCore.Identity;

namespace Fairground.Identity.UsePasskeys;

/// <summary>A key that a device or a password manager keeps for this site; we have its public half.</summary>
internal sealed class Passkey
{
    /// <summary>The credential's id, as the authenticator made it.</summary>
    public required byte[] Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>What the person calls it.</summary>
    public required string Name { get; set; }

    public required byte[] PublicKey { get; init; }

    /// <summary>Grows with each use where the authenticator counts; one that falls back gives a copy away.</summary>
    public long SignCount { get; set; }

    /// <summary>How the browser reaches it, comma-separated: internal, hybrid, usb.</summary>
    public required string Transports { get; init; }

    public bool IsUserVerified { get; set; }

    public bool IsBackupEligible { get; init; }

    public bool IsBackedUp { get; set; }

    public required byte[] Attestation { get; init; }

    public required byte[] ClientData { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    public static Passkey Of(Guid userId, UserPasskeyInfo info) => new()
    {
        Id = info.CredentialId,
        UserId = userId,
        Name = info.Name ?? "Passkey",
        PublicKey = info.PublicKey,
        SignCount = info.SignCount,
        Transports = string.Join(',', info.Transports ?? []),
        IsUserVerified = info.IsUserVerified,
        IsBackupEligible = info.IsBackupEligible,
        IsBackedUp = info.IsBackedUp,
        Attestation = info.AttestationObject,
        ClientData = info.ClientDataJson,
        CreatedAt = info.CreatedAt,
    };

    public UserPasskeyInfo ToInfo() => new(
        Id, PublicKey, CreatedAt, (uint)SignCount, Transports.Length == 0 ? null : Transports.Split(','), IsUserVerified, IsBackupEligible, IsBackedUp, Attestation, ClientData)
    {
        Name = Name,
    };
}
