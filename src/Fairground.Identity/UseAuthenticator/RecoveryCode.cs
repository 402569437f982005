namespace Fairground.Identity.UseAuthenticator;

/// <summary>A code that stands in for the authenticator once; kept as a keyed hash.</summary>
internal sealed class RecoveryCode
{
    public Guid UserId { get; init; }

    public required byte[] Hash { get; init; }
}
