using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Codes for things of other modules: the same as those of prizes, read by the same counters.</summary>
internal sealed class ClaimPasses(ClaimToken tokens) : IClaimCodes
{
    public ClaimPass Make(Guid thing, Guid holder, DateTimeOffset now)
    {
        var expiresAt = LotTerms.WholeSeconds(now + ClaimToken.Life);
        return new ClaimPass(tokens.Write(thing, holder, expiresAt), expiresAt);
    }

    public byte[] Picture(string token) => ClaimQr.Png(token);

    public string Grouped(string token) => ClaimToken.Grouped(token);
}
