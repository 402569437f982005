using Fairground.Identity.CheckRequest;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity;

/// <summary>Tells other modules who someone is. Remembered for a minute, since buying asks each time; a change made here is seen at once.</summary>
internal sealed class PeopleBook(IServiceScopeFactory scopes, RoleBook roles) : IPeople, IDisposable
{
    private const int Chunk = 1_000;

    private static readonly MemoryCacheEntryOptions ForAMinute = new() { Size = 1, AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) };

    private readonly MemoryCache known = new(new MemoryCacheOptions { SizeLimit = 50_000 });

    public async Task<Person?> Find(Guid userId, CancellationToken ct)
    {
        if (known.TryGetValue(userId, out Person? person)) return person;
        return (await FindMany([userId], ct)).GetValueOrDefault(userId);
    }

    public async ValueTask<IReadOnlyList<Guid>> IdsOf(Guid userId, CancellationToken ct) => (await roles.Current(ct)).IdsOf.GetValueOrDefault(userId) ?? [userId];

    public async Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken ct)
    {
        var joined = (await roles.Current(ct)).JoinedTo;
        if (joined.Count == 0 || !userIds.Any(joined.ContainsKey)) return await FindThese(userIds, ct);
        var these = await FindThese([.. userIds.Select(id => joined.GetValueOrDefault(id, id)).Distinct()], ct);
        return userIds.Distinct().Where(id => these.ContainsKey(joined.GetValueOrDefault(id, id))).ToDictionary(id => id, id => these[joined.GetValueOrDefault(id, id)]);
    }

    /// <summary>Keeps what was just written.</summary>
    public Person Remember(FairgroundUser user) => known.Set(user.Id, user.ToPerson(), ForAMinute);

    /// <summary>Asks the database again the next time.</summary>
    public void Forget(Guid userId) => known.Remove(userId);

    public void Dispose() => known.Dispose();

    private async Task<IReadOnlyDictionary<Guid, Person>> FindThese(IReadOnlyCollection<Guid> userIds, CancellationToken ct)
    {
        var found = new Dictionary<Guid, Person>(userIds.Count);
        var unknown = new List<Guid>();
        foreach (var id in userIds)
        {
            if (known.TryGetValue(id, out Person? person)) found[id] = person!;
            else unknown.Add(id);
        }
        if (unknown.Count == 0) return found;
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        foreach (var ids in unknown.Distinct().Chunk(Chunk))
        {
            foreach (var user in await context.Users.AsNoTracking().Where(u => ids.Contains(u.Id) && u.ErasedAt == null).ToListAsync(ct))
            {
                found[user.Id] = Remember(user);
            }
        }
        return found;
    }
}
