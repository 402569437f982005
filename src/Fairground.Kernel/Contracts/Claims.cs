using System.Security.Claims;

namespace Fairground.Kernel.Contracts;

/// <summary>A code that somebody shows at a counter.</summary>
public sealed record ClaimPass(string Token, DateTimeOffset ExpiresAt);

/// <summary>Makes codes for things to be collected; every counter of the market reads them. Answered by Draws.</summary>
public interface IClaimCodes
{
    /// <summary>A fresh code of this thing for this holder, valid for five minutes.</summary>
    ClaimPass Make(Guid thing, Guid holder, DateTimeOffset now);

    /// <summary>The code as a PNG for a phone's camera.</summary>
    byte[] Picture(string token);

    /// <summary>The code in groups of four, for reading aloud.</summary>
    string Grouped(string token);
}

/// <summary>What a counter hands over, and to whom.</summary>
/// <param name="Number">By which people know it.</param>
/// <param name="Receiver">The display name.</param>
public sealed record TakenClaim(Guid Thing, string Title, string Number, string Receiver, DateTimeOffset At, string? PictureUrl);

/// <summary>Hands things over against their codes. A module answers for its own things.</summary>
public interface IClaimTaker
{
    /// <summary>Null where this thing is not this module's. Refuses with a code of the module's own where this one was not made for the holder, and with what else the module says.</summary>
    /// <param name="isOf">True where the code was made for this holder.</param>
    Task<Result<TakenClaim>?> Take(ClaimsPrincipal user, Guid thing, Func<Guid, bool> isOf, DateTimeOffset expiresAt, CancellationToken ct);
}
