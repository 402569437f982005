using System.Collections.Concurrent;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Remembers facts that cannot change, and for a moment those that rarely do.</summary>
internal sealed class DrawsMemory(DrawsReader reader, TimeProvider time)
{
    private const int MostLots = 20_000;
    private const int MostPeople = 200_000;
    private static readonly TimeSpan StaffStaysFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, LotFacts> lots = new();
    private readonly ConcurrentDictionary<Guid, string> salts = new();
    private readonly ConcurrentDictionary<Guid, Lazy<Task<Sale?>>> sales = new();
    private readonly ConcurrentDictionary<Guid, Lazy<Task<IReadOnlyDictionary<Guid, ShopRole>>>> asking = new();
    private readonly ConcurrentDictionary<Guid, (DateTimeOffset Until, HashSet<Guid> People)> staff = new();

    /// <summary>The facts of an opened lot; null where there is none, or none that was ever opened.</summary>
    public async ValueTask<LotFacts?> Facts(Guid lotId, CancellationToken ct)
    {
        if (lots.TryGetValue(lotId, out var known)) return known;
        // A crowd at a server that has just started asks for the same lot: one of them reads it.
        var sale = await Once(sales, lotId, () => reader.Sale(lotId, CancellationToken.None), ct);
        if (sale?.TermsHash is null) return null;
        var facts = new LotFacts(lotId, lotId.ToString(), sale.ShopId, sale.Currency, sale.Nominal, Convert.ToHexStringLower(sale.TermsHash), sale.Kind);
        if (lots.Count >= MostLots) lots.Clear();
        return lots[lotId] = facts;
    }

    // Those who ask while somebody reads wait for the same answer.
    private static async Task<T> Once<T>(ConcurrentDictionary<Guid, Lazy<Task<T>>> reading, Guid id, Func<Task<T>> read, CancellationToken ct)
    {
        var one = reading.GetOrAdd(id, _ => new Lazy<Task<T>>(read));
        try
        {
            return await one.Value.WaitAsync(ct);
        }
        finally
        {
            reading.TryRemove(KeyValuePair.Create(id, one));
        }
    }

    /// <summary>True where the lot exists and was never opened.</summary>
    public async ValueTask<bool> IsDraft(Guid lotId, CancellationToken ct) => await reader.Sale(lotId, ct) is { TermsHash: null };

    /// <summary>The person's salt for pseudonyms; it never changes.</summary>
    public async ValueTask<string?> Salt(IPeople people, Guid userId, CancellationToken ct)
    {
        if (salts.TryGetValue(userId, out var known)) return known;
        var person = await people.Find(userId, ct);
        if (person is null) return null;
        if (salts.Count >= MostPeople) salts.Clear();
        return salts[userId] = person.HolderSalt;
    }

    /// <summary>The person was erased: nothing leads from the published list to them any more.</summary>
    public void Forget(Guid userId) => salts.TryRemove(userId, out _);

    /// <summary>True where the person works for the shop; known a few seconds late after a change.</summary>
    public async ValueTask<bool> IsStaff(IShopAccess shops, Guid shopId, Guid userId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (staff.TryGetValue(shopId, out var known) && known.Until > now) return known.People.Contains(userId);
        HashSet<Guid> people = [.. (await Once(asking, shopId, () => shops.PeopleOf(shopId, CancellationToken.None), ct)).Keys];
        if (staff.Count >= MostLots) staff.Clear();
        staff[shopId] = (now + StaffStaysFor, people);
        return people.Contains(userId);
    }
}
