using System.Security.Cryptography;
using Fairground.Identity.CheckRequest;
using Fairground.Kernel.Keys;

namespace Fairground.Identity;

/// <summary>What proves, on a server without an operator, that the person at <c>/setup</c> is the one who reads its console.</summary>
public sealed class SetupToken
{
    private readonly ServerSecrets secrets;
    private readonly RoleBook roles;

    internal SetupToken(ServerSecrets secrets, RoleBook roles) => (this.secrets, this.roles) = (secrets, roles);

    /// <summary>The token, the same on every node and at every start: 16 hexadecimal digits in fours.</summary>
    public string Token
    {
        get
        {
            var digits = Convert.ToHexStringLower(HMACSHA256.HashData(secrets.Of("identity.setup"), "token"u8)[..8]);
            return string.Join('-', digits.Chunk(4).Select(four => new string(four)));
        }
    }

    /// <summary>True while no operator exists.</summary>
    public async ValueTask<bool> IsOpen(CancellationToken ct) => (await roles.Current(ct)).Operators.Count == 0;

    internal bool Fits(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(given.Trim()), System.Text.Encoding.UTF8.GetBytes(Token));
}
