using System.Security.Cryptography;
using Fairground.Fairness;
using Microsoft.AspNetCore.DataProtection;

namespace Fairground.Draws;

/// <summary>What a draw is decided by: the published beacon and its 32 bytes of randomness.</summary>
internal sealed record Randomness(Beacon Beacon, byte[] Bytes);

/// <summary>Where the randomness of a draw comes from. A seam: beacons join the secret that the operator commits to.</summary>
internal interface IEntropySource
{
    /// <summary>As sellers name it and the terms publish it.</summary>
    string Name { get; }

    /// <summary>What the terms publish, and what must be remembered until the draw, protected at rest.</summary>
    (Entropy Published, byte[]? Remembered) Begin(int drawDelaySeconds);

    /// <summary>The round that decides a lot closed at this time; null where there are no rounds.</summary>
    long? RoundFor(DrawTerms terms, DateTimeOffset closedAt);

    /// <summary>The randomness, or null where it cannot be known yet. The same at every call.</summary>
    Task<Randomness?> Reveal(DrawTerms terms, byte[]? remembered, long? round, CancellationToken ct);
}

/// <summary>The operator commits to a secret when the lot opens and reveals it at the draw.</summary>
internal sealed class CommitRevealSource(IDataProtectionProvider protection) : IEntropySource
{
    private readonly IDataProtector protector = protection.CreateProtector("draws.secret");

    public string Name => CommitReveal.Source;

    public (Entropy Published, byte[]? Remembered) Begin(int drawDelaySeconds)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        return (new CommitReveal(Convert.ToHexStringLower(Seed.Commitment(secret))), protector.Protect(secret));
    }

    public long? RoundFor(DrawTerms terms, DateTimeOffset closedAt) => null;

    public Task<Randomness?> Reveal(DrawTerms terms, byte[]? remembered, long? round, CancellationToken ct)
    {
        var secret = protector.Unprotect(remembered ?? throw new InvalidOperationException("The secret of this lot is not there."));
        var commitment = Convert.ToHexStringLower(Seed.Commitment(secret));
        if (terms.Entropy is not CommitReveal published || published.Commitment != commitment)
            throw new InvalidOperationException("The secret of this lot does not match its published commitment.");
        return Task.FromResult<Randomness?>(new Randomness(new RevealedSecret(Convert.ToHexStringLower(secret)), secret));
    }
}
