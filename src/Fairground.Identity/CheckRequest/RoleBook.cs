using System.Collections.Frozen;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity.CheckRequest;

/// <summary>Who is an operator, who works where, and which accounts are one person's, as read at one moment.</summary>
/// <param name="IdsOf">Of those to whom other accounts were joined: the own id, then those.</param>
internal sealed record Roles(
    long Version,
    FrozenSet<Guid> Operators,
    FrozenDictionary<Guid, OrganisationInfo> Organisations,
    FrozenDictionary<Guid, IReadOnlyDictionary<Guid, ShopRole>> OrganisationsByPerson,
    FrozenDictionary<Guid, IReadOnlyDictionary<Guid, ShopRole>> ShopsByPerson,
    FrozenDictionary<Guid, IReadOnlyDictionary<Guid, ShopRole>> PeopleByShop,
    FrozenDictionary<Guid, Guid> JoinedTo,
    FrozenDictionary<Guid, IReadOnlyList<Guid>> IdsOf);

/// <summary>
/// Keeps all organisations and who is in them in memory, so that no request reads the database to know what it may do. They are few beside buyers.
/// A change made here is seen at once; one made on another node at the next look, every two seconds.
/// </summary>
internal sealed class RoleBook(IServiceScopeFactory scopes) : IShopAccess, IOrganisations, IDisposable
{
    private static readonly IReadOnlyDictionary<Guid, ShopRole> Nothing = FrozenDictionary<Guid, ShopRole>.Empty;

    private readonly SemaphoreSlim loading = new(1, 1);
    private volatile Roles? current;

    public ValueTask<Roles> Current(CancellationToken ct) => current is { } roles ? new(roles) : new(Load(null, ct));

    /// <summary>Reads again after a change that was committed here.</summary>
    public Task Reload(CancellationToken ct) => Load(null, ct);

    /// <summary>Reads again where another node changed something.</summary>
    public async Task Refresh(CancellationToken ct)
    {
        if (current is { } roles) await Load(roles.Version, ct);
        else await Load(null, ct);
    }

    public async Task<ShopRole?> RoleAt(Guid userId, Guid shopId, CancellationToken ct) =>
        (await Current(ct)).ShopsByPerson.GetValueOrDefault(userId)?.TryGetValue(shopId, out var role) == true ? role : null;

    public async Task<IReadOnlyDictionary<Guid, ShopRole>> ShopsOf(Guid userId, CancellationToken ct) =>
        (await Current(ct)).ShopsByPerson.GetValueOrDefault(userId) ?? Nothing;

    public async Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleOf(Guid shopId, CancellationToken ct) =>
        (await Current(ct)).PeopleByShop.GetValueOrDefault(shopId) ?? Nothing;

    public async Task<OrganisationInfo?> Find(Guid organisationId, CancellationToken ct)
    {
        if ((await Current(ct)).Organisations.TryGetValue(organisationId, out var known)) return known;
        // The catalogue opens shops and names them.
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IGoods>().FindShop(organisationId, ct) is { } shop ? new OrganisationInfo(shop.ShopId, OrganisationKind.Shop, shop.Name) : null;
    }

    public async Task<ShopRole?> RoleIn(Guid userId, Guid organisationId, CancellationToken ct) =>
        (await Current(ct)).OrganisationsByPerson.GetValueOrDefault(userId)?.TryGetValue(organisationId, out var role) == true ? role : null;

    public async Task<IReadOnlyDictionary<Guid, ShopRole>> OrganisationsOf(Guid userId, CancellationToken ct) =>
        (await Current(ct)).OrganisationsByPerson.GetValueOrDefault(userId) ?? Nothing;

    public async Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleIn(Guid organisationId, CancellationToken ct)
    {
        // Those who are in any organisation are few, and this is asked rarely.
        var found = new Dictionary<Guid, ShopRole>();
        foreach (var (person, roles) in (await Current(ct)).OrganisationsByPerson)
            if (roles.TryGetValue(organisationId, out var role)) found[person] = role;
        return found;
    }

    /// <summary>Counts a change of roles, for the other nodes. Inside the change's own transaction.</summary>
    public static Task<int> MarkChanged(IdentityContext context, CancellationToken ct) => context.Database.ExecuteSqlAsync(
        $"insert into identity_mark (name, value) values ({Mark.Roles}, 1) on conflict (name) do update set value = identity_mark.value + 1", ct);

    public void Dispose() => loading.Dispose();

    private async Task<Roles> Load(long? unlessStill, CancellationToken ct)
    {
        // One at a time: a slow, older reading must not overwrite a newer one.
        await loading.WaitAsync(ct);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
            // The version first: rows read after it are at least as new.
            var version = await context.Marks.Where(m => m.Name == Mark.Roles).Select(m => m.Value).FirstOrDefaultAsync(ct);
            if (current is { } known && unlessStill == version) return known;
            var organisations = await context.Organisations.AsNoTracking().ToListAsync(ct);
            var members = await context.Members.AsNoTracking().ToListAsync(ct);
            var joined = await context.Users.AsNoTracking().Where(u => u.JoinedTo != null).Select(u => new { u.Id, To = u.JoinedTo!.Value }).ToDictionaryAsync(u => u.Id, u => u.To, ct);
            return current = Gather(version, organisations, members, joined);
        }
        finally
        {
            loading.Release();
        }
    }

    private static Roles Gather(long version, List<Organisation> organisations, List<Member> members, Dictionary<Guid, Guid> joined)
    {
        var shops = organisations.Where(o => o.Kind == OrganisationKind.Shop).Select(o => o.Id).ToHashSet();
        var atShops = members.Where(m => shops.Contains(m.OrganisationId)).ToList();
        return new Roles(
            version,
            members.Where(m => m.OrganisationId == OrganisationInfo.OperatorId).Select(m => m.UserId).ToFrozenSet(),
            organisations.Where(o => o.Name is not null).ToFrozenDictionary(o => o.Id, o => new OrganisationInfo(o.Id, o.Kind, o.Name!)),
            ByPerson(members),
            ByPerson(atShops),
            atShops.GroupBy(m => m.OrganisationId).ToFrozenDictionary(g => g.Key, g => (IReadOnlyDictionary<Guid, ShopRole>)g.ToFrozenDictionary(m => m.UserId, m => m.Role)),
            joined.ToFrozenDictionary(),
            joined.GroupBy(j => j.Value).ToFrozenDictionary(g => g.Key, g => (IReadOnlyList<Guid>)[g.Key, .. g.Select(j => j.Key).Order()]));
    }

    private static FrozenDictionary<Guid, IReadOnlyDictionary<Guid, ShopRole>> ByPerson(List<Member> members) =>
        members.GroupBy(m => m.UserId).ToFrozenDictionary(g => g.Key, g => (IReadOnlyDictionary<Guid, ShopRole>)g.ToFrozenDictionary(m => m.OrganisationId, m => m.Role));
}
