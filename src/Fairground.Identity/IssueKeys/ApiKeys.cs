using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.IssueKeys;

/// <summary>A key of a shop, without its secret.</summary>
/// <param name="Shown">The first characters of the secret.</param>
/// <param name="Scopes">Codes of what it may do.</param>
/// <param name="ExpiresAt">Missing where it lives until it is revoked.</param>
/// <param name="UsedAt">To the minute; missing where it was never used.</param>
/// <param name="State"><c>alive</c>, <c>expired</c> or <c>revoked</c>.</param>
public sealed record ApiKeyInfo(Guid KeyId, string Name, string Shown, IReadOnlyList<string> Scopes, Guid MadeBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt, string State);

/// <summary>A key that was just made. Its secret goes into <c>Authorization: Bearer</c> and is never shown again.</summary>
public sealed record ApiKeyMade(Guid KeyId, string Secret, ApiKeyInfo Key);

/// <summary>A shop's keys, newest first.</summary>
public sealed record ApiKeyList(IReadOnlyList<ApiKeyInfo> Items);

/// <summary>What a key may be allowed, in words.</summary>
public sealed record PermissionInfo(string Code, string Wording);

/// <summary>Everything that a key may be allowed.</summary>
public sealed record PermissionList(IReadOnlyList<PermissionInfo> Items);

/// <summary>Makes, lists, rotates and revokes the keys of a shop.</summary>
internal sealed class ApiKeys(IdentityContext context, KeyBook book, PermissionBook permissions, IGoods goods, IMessages messages, TimeProvider time)
{
    private const int Most = 50;
    private const int LongestName = 60;
    private const int LongestLifeDays = 3650;

    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(7);

    /// <summary>Refuses with <c>people.shop_not_found</c>, <c>name_invalid</c>, <c>key_scope_unknown</c>, <c>key_life_invalid</c>, <c>keys_capped</c>.</summary>
    public async Task<Result<ApiKeyMade>> Make(Guid shopId, Guid by, string? name, IReadOnlyList<string>? scopes, int? daysToLive, CancellationToken ct)
    {
        var called = name?.Trim() ?? "";
        if (called.Length is 0 or > LongestName || called.Any(char.IsControl)) return PeopleRefusals.NameInvalid.Saying(T["Give the key a name of 1 to 60 characters."]);
        var asked = (scopes ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (asked.Count == 0) return PeopleRefusals.KeyScopeUnknown.Saying(T["Say what the key may do: at least one scope."]);
        if (asked.FirstOrDefault(s => !permissions.Knows(s)) is { } unknown) return PeopleRefusals.KeyScopeUnknown.With(("scope", unknown));
        if (daysToLive is < 1 or > LongestLifeDays) return PeopleRefusals.KeyLifeInvalid;
        if (await goods.FindShop(shopId, ct) is not { } shop) return PeopleRefusals.ShopNotFound;
        var now = time.GetUtcNow();
        var (secret, shown, hash) = ApiKey.NewSecret();
        var key = new ApiKey
        {
            Id = Ids.New(), ShopId = shopId, Name = called, MadeBy = by, Shown = shown, SecretHash = hash, Scopes = string.Join(' ', asked), CreatedAt = now,
            ExpiresAt = daysToLive is { } days ? now.AddDays(days) : null,
        };
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (await context.ApiKeys.CountAsync(k => k.ShopId == shopId && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now), ct) >= Most) return PeopleRefusals.KeysCapped;
            context.ApiKeys.Add(key);
            await KeyBook.MarkChanged(context, ct);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await book.Reload(ct);
        var maker = await context.Users.AsNoTracking().FirstAsync(u => u.Id == by, ct);
        await messages.Send(Notices.Of(maker, IdentityLetters.KeyMade(called, shop.Name), now), ct);
        return new ApiKeyMade(key.Id, secret, Describe(key, now));
    }

    /// <summary>Refuses with <c>people.shop_not_found</c>.</summary>
    public async Task<Result<ApiKeyList>> List(Guid shopId, CancellationToken ct)
    {
        if (await goods.FindShop(shopId, ct) is null) return PeopleRefusals.ShopNotFound;
        var now = time.GetUtcNow();
        var keys = await context.ApiKeys.AsNoTracking().Where(k => k.ShopId == shopId).OrderByDescending(k => k.CreatedAt).ThenByDescending(k => k.Id).ToListAsync(ct);
        return new ApiKeyList([.. keys.Select(k => Describe(k, now))]);
    }

    /// <summary>A new secret in place of the old, which works on for a while so that programs can change over. Refuses with <c>people.key_not_found</c>, <c>key_life_invalid</c>.</summary>
    /// <param name="shopId">The shop.</param>
    /// <param name="keyId">The key that is replaced.</param>
    /// <param name="by">Whoever makes the new one.</param>
    /// <param name="overlapHours">How long both work: 0 to 168, 24 where it is not said.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task<Result<ApiKeyMade>> Rotate(Guid shopId, Guid keyId, Guid by, int? overlapHours, CancellationToken ct)
    {
        var overlap = TimeSpan.FromHours(overlapHours ?? 24);
        if (overlap < TimeSpan.Zero || overlap > LongestOverlap) return PeopleRefusals.KeyLifeInvalid.Saying(T["The old key may work on for 0 to 168 hours."]);
        var now = time.GetUtcNow();
        var (secret, shown, hash) = ApiKey.NewSecret();
        ApiKey next;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            var old = await context.ApiKeys.FirstOrDefaultAsync(k => k.Id == keyId && k.ShopId == shopId, ct);
            if (old is null || !old.IsAlive(now)) return PeopleRefusals.KeyNotFound;
            next = new ApiKey
            {
                Id = Ids.New(), ShopId = shopId, Name = old.Name, MadeBy = by, Shown = shown, SecretHash = hash, Scopes = old.Scopes, CreatedAt = now,
                ExpiresAt = old.ExpiresAt is { } end ? now + (end - old.CreatedAt) : null, Replaces = old.Id,
            };
            old.ExpiresAt = old.ExpiresAt is { } before && before < now + overlap ? before : now + overlap;
            context.ApiKeys.Add(next);
            await KeyBook.MarkChanged(context, ct);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await book.Reload(ct);
        return new ApiKeyMade(next.Id, secret, Describe(next, now));
    }

    /// <summary>Ends a key at once. Refuses with <c>people.key_not_found</c>; null where it is done.</summary>
    public async Task<Refusal?> Revoke(Guid shopId, Guid keyId, CancellationToken ct)
    {
        DateTimeOffset? now = time.GetUtcNow();
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (await context.ApiKeys.Where(k => k.Id == keyId && k.ShopId == shopId && k.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(k => k.RevokedAt, now), ct) == 0) return PeopleRefusals.KeyNotFound;
            await KeyBook.MarkChanged(context, ct);
            await transaction.CommitAsync(ct);
        }
        await book.Reload(ct);
        return null;
    }

    private static ApiKeyInfo Describe(ApiKey key, DateTimeOffset now) => new(
        key.Id, key.Name, key.Shown, key.Scopes.Split(' '), key.MadeBy, key.CreatedAt, key.ExpiresAt, key.UsedAt, key.RevokedAt is not null ? "revoked" : key.IsAlive(now) ? "alive" : "expired");
}
