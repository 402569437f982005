using System.Collections.Concurrent;
using System.Security.Cryptography;
using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Fairground.Kernel.Keys;

/// <summary>Named 32-byte secrets, each made once for the whole server and kept protected in <c>kernel_secret</c>.</summary>
public sealed class ServerSecrets(Database database, IDataProtectionProvider protection, TimeProvider time)
{
    private const int Length = 32;

    private readonly IDataProtector protector = protection.CreateProtector("fairground.secrets");
    private readonly ConcurrentDictionary<string, byte[]> known = new(StringComparer.Ordinal);

    /// <summary>The secret of this name, made now where there is none. The same on every node. Do not change the array.</summary>
    public byte[] Of(string name) => known.GetOrAdd(name, Load);

    private byte[] Load(string name)
    {
        if (Find(name) is { } found) return found;
        // Protected before the writer's turn is taken: protecting may itself have to store a key.
        var made = protector.Protect(RandomNumberGenerator.GetBytes(Length));
        KeyRows.Write(
            database,
            "insert into kernel_secret (name, secret, created_at) values (@name, @secret, @at) on conflict (name) do nothing",
            ("@name", name), ("@secret", made), ("@at", time.GetUtcNow().ToUnixTimeMilliseconds()));
        // Another node may have been first: what stands in the table counts.
        return Find(name) ?? throw new InvalidOperationException($"The secret {name} could not be stored.");
    }

    private byte[]? Find(string name)
    {
        var rows = KeyRows.Read(database, "select secret from kernel_secret where name = @name", row => (byte[])row.GetValue(0), ("@name", name));
        return rows.Count == 0 ? null : protector.Unprotect(rows[0]);
    }
}
