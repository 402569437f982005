using System.Security.Cryptography;
using System.Text;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.ExchangeWith1C;

/// <summary>Gives shops the key that their 1C signs in with, and knows who has signed in.</summary>
internal sealed class ExchangeKeys(CatalogContext catalog, TimeProvider time)
{
    // No letters or digits that are read one for another.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int KeyLength = 28;
    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(12);

    /// <summary>Makes a new key; it is shown this once, and the one before ends. Refuses with <c>shop.not_found</c>.</summary>
    public async Task<Result<string>> Make(Guid shopId, Guid? by, CancellationToken ct)
    {
        if (!await catalog.Shops.AnyAsync(s => s.Id == shopId, ct)) return CatalogRefusals.ShopNotFound;
        var key = RandomNumberGenerator.GetString(Alphabet, KeyLength);
        var now = time.GetUtcNow();
        await using var transaction = await catalog.BeginWriteAsync(ct);
        if (await catalog.ExchangeKeys.FirstOrDefaultAsync(k => k.ShopId == shopId, ct) is { } old) (old.Hash, old.CreatedBy, old.CreatedAt, old.UsedAt) = (Hash(key), by, now, null);
        else catalog.ExchangeKeys.Add(new ExchangeKey { ShopId = shopId, Hash = Hash(key), CreatedBy = by, CreatedAt = now });
        // Whoever came in with the old key is out.
        await catalog.ExchangeSessions.Where(s => s.ShopId == shopId).ExecuteDeleteAsync(ct);
        await catalog.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return key;
    }

    /// <summary>Ends the key and every exchange begun with it.</summary>
    public async Task Remove(Guid shopId, CancellationToken ct)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await catalog.ExchangeKeys.Where(k => k.ShopId == shopId).ExecuteDeleteAsync(ct);
        await catalog.ExchangeSessions.Where(s => s.ShopId == shopId).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Begins an exchange with the shop's key; gives the session's token, or null where the key is not the shop's.</summary>
    public async Task<string?> SignIn(Guid shopId, string key, CancellationToken ct)
    {
        if (await catalog.ExchangeKeys.FirstOrDefaultAsync(k => k.ShopId == shopId, ct) is not { } kept || !CryptographicOperations.FixedTimeEquals(kept.Hash, Hash(key))) return null;
        var token = RandomNumberGenerator.GetString(Alphabet, KeyLength);
        var now = time.GetUtcNow();
        kept.UsedAt = now;
        catalog.ExchangeSessions.Add(new ExchangeSession { Id = Ids.New(), ShopId = shopId, Hash = Hash(token), CreatedAt = now, ExpiresAt = now + SessionLife });
        await catalog.SaveChangesAsync(ct);
        await Forget(now, ct);
        return token;
    }

    /// <summary>The session of this token, or null.</summary>
    public async Task<ExchangeSession?> Session(Guid shopId, string token, CancellationToken ct)
    {
        var (hash, now) = (Hash(token), time.GetUtcNow());
        return await catalog.ExchangeSessions.AsNoTracking().FirstOrDefaultAsync(s => s.ShopId == shopId && s.Hash == hash && s.ExpiresAt > now, ct);
    }

    // What is over needs no place; imports have files of their own.
    private async Task Forget(DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        var over = await catalog.ExchangeSessions.Where(s => s.ExpiresAt <= now).OrderBy(s => s.ExpiresAt).Select(s => s.Id).Take(100).ToListAsync(ct);
        if (over.Count == 0) return;
        await catalog.ExchangeParts.Where(p => over.Contains(p.SessionId)).ExecuteDeleteAsync(ct);
        await catalog.ExchangeImports.Where(i => over.Contains(i.SessionId)).ExecuteDeleteAsync(ct);
        await catalog.ExchangeSessions.Where(s => over.Contains(s.Id)).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
