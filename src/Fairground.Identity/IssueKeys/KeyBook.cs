using System.Collections.Concurrent;
using System.Collections.Frozen;
using Fairground.Identity.CheckRequest;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity.IssueKeys;

/// <summary>Every permission that a module declares, by its code.</summary>
internal sealed class PermissionBook(IEnumerable<Permission> permissions)
{
    private readonly FrozenDictionary<string, Permission> all = permissions.ToFrozenDictionary(p => p.Code, StringComparer.Ordinal);

    /// <summary>Every permission there is, by code.</summary>
    public IReadOnlyList<Permission> Declared => [.. all.Values.OrderBy(p => p.Code, StringComparer.Ordinal)];

    /// <summary>Those that keys and applications may be allowed.</summary>
    public IReadOnlyList<Permission> ForPrograms => [.. Declared.Where(p => p.ForPrograms)];

    /// <summary>True where a key or an application may be allowed this.</summary>
    public bool Knows(string code) => all.TryGetValue(code, out var permission) && permission.ForPrograms;
}

/// <summary>
/// Keeps the living keys in memory, by the hash of their secret, so that a call with a key costs no query. A change made here counts at once; one made
/// on another node at its next look, every two seconds. When a key was used is written down to the minute.
/// </summary>
internal sealed class KeyBook(IServiceScopeFactory scopes, RoleBook roles, TimeProvider time) : IDisposable
{
    private const string Version = "keys";

    private static readonly TimeSpan UseIsWritten = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim loading = new(1, 1);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> used = new();
    private volatile Loaded? current;

    /// <summary>The key with this secret where it lives and its maker may still make keys for the shop; else null.</summary>
    public async ValueTask<ApiKey?> Find(string secret, CancellationToken ct)
    {
        var loaded = current ?? await Load(null, ct);
        var now = time.GetUtcNow();
        if (!loaded.Keys.TryGetValue(Convert.ToHexString(ApiKey.Hash(secret)), out var key) || !key.IsAlive(now)) return null;
        var people = await roles.Current(ct);
        var role = people.PeopleByShop.GetValueOrDefault(key.ShopId)?.TryGetValue(key.MadeBy, out var held) == true ? held : (ShopRole?)null;
        if (role != ShopRole.Owner && !people.Operators.Contains(key.MadeBy)) return null;
        used[key.Id] = now;
        return key;
    }

    public Task Reload(CancellationToken ct) => Load(null, ct);

    /// <summary>Reads again where another node changed something, and writes down what was used.</summary>
    public async Task Refresh(CancellationToken ct)
    {
        var loaded = await Load(current?.Version, ct);
        foreach (var key in loaded.Keys.Values)
        {
            if (!used.TryGetValue(key.Id, out var at) || (key.UsedAt is { } before && at - before < UseIsWritten)) continue;
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
            DateTimeOffset? when = at;
            await using var transaction = await context.BeginWriteAsync(ct);
            await context.ApiKeys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.UsedAt, when), ct);
            await transaction.CommitAsync(ct);
            key.UsedAt = at;
        }
    }

    /// <summary>Counts a change of keys, for the other nodes. Inside the change's own transaction.</summary>
    public static Task<int> MarkChanged(IdentityContext context, CancellationToken ct) => context.Database.ExecuteSqlAsync(
        $"insert into identity_mark (name, value) values ({Version}, 1) on conflict (name) do update set value = identity_mark.value + 1", ct);

    public void Dispose() => loading.Dispose();

    private async Task<Loaded> Load(long? unlessStill, CancellationToken ct)
    {
        await loading.WaitAsync(ct);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
            // The version first: rows read after it are at least as new.
            var version = await context.Marks.Where(m => m.Name == Version).Select(m => m.Value).FirstOrDefaultAsync(ct);
            if (current is { } known && unlessStill == version) return known;
            var now = time.GetUtcNow();
            var keys = await context.ApiKeys.AsNoTracking().Where(k => k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now)).ToListAsync(ct);
            return current = new Loaded(version, keys.ToFrozenDictionary(k => Convert.ToHexString(k.SecretHash), StringComparer.Ordinal));
        }
        finally
        {
            loading.Release();
        }
    }

    private sealed record Loaded(long Version, FrozenDictionary<string, ApiKey> Keys);
}
