using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;

namespace Fairground.Notifications.Tests;

/// <summary>What Identity and the Catalog would answer: these tests are not about them.</summary>
internal sealed class Neighbours : IPeople, IShopAccess, IGoods, IRecentSignIn, IConsents
{
    public ConcurrentDictionary<Guid, Person> People { get; } = new();

    public ConcurrentDictionary<(Guid Shop, Guid User), ShopRole> Roles { get; } = new();

    public ConcurrentDictionary<Guid, ShopInfo> Shops { get; } = new();

    /// <summary>Who agreed to what by which way.</summary>
    public ConcurrentDictionary<(Guid Person, string Purpose, string Channel), bool> Consents { get; } = new();

    public Task<IReadOnlySet<Guid>> Agreed(IReadOnlyCollection<Guid> people, string purpose, string channel, CancellationToken ct) =>
        Task.FromResult<IReadOnlySet<Guid>>(people.Where(p => Consents.GetValueOrDefault((p, purpose, channel))).ToHashSet());

    public Task Withdraw(Guid person, string purpose, string channel, string source, CancellationToken ct)
    {
        Consents[(person, purpose, channel)] = false;
        return Task.CompletedTask;
    }

    /// <summary>Why secrets are out of reach, or null.</summary>
    public Refusal? Unconfirmed { get; set; }

    /// <summary>A shop and its owner.</summary>
    public (Guid Shop, Guid Owner) Shop(string name)
    {
        var (shop, owner) = (Ids.New(), Ids.New());
        Shops[shop] = new ShopInfo(shop, name, Currency.Of("KZT"), "");
        Roles[(shop, owner)] = ShopRole.Owner;
        People[owner] = new Person(owner, "Owner", $"owner-{shop:N}@example.com", ContactChannel.Email, "");
        return (shop, owner);
    }

    public Task<Person?> Find(Guid userId, CancellationToken ct) => Task.FromResult(People.GetValueOrDefault(userId));

    public Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, Person>>(People.Where(p => userIds.Contains(p.Key)).ToDictionary());

    public Task<ShopRole?> RoleAt(Guid userId, Guid shopId, CancellationToken ct) => Task.FromResult<ShopRole?>(Roles.TryGetValue((shopId, userId), out var role) ? role : null);

    public Task<IReadOnlyDictionary<Guid, ShopRole>> ShopsOf(Guid userId, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(Roles.Where(r => r.Key.User == userId).ToDictionary(r => r.Key.Shop, r => r.Value));

    public Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleOf(Guid shopId, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ShopRole>>(Roles.Where(r => r.Key.Shop == shopId).ToDictionary(r => r.Key.User, r => r.Value));

    public Task<ShopInfo?> FindShop(Guid shopId, CancellationToken ct) => Task.FromResult(Shops.GetValueOrDefault(shopId));

    public Task<IReadOnlyDictionary<Guid, ShopInfo>> FindShops(IReadOnlyCollection<Guid> shopIds, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ShopInfo>>(Shops.Where(s => shopIds.Contains(s.Key)).ToDictionary());

    public Task<ProductInfo?> FindProduct(Guid productId, CancellationToken ct) => Task.FromResult<ProductInfo?>(null);

    public Task<IReadOnlyDictionary<Guid, ProductInfo>> FindProducts(IReadOnlyCollection<Guid> productIds, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, ProductInfo>>(new Dictionary<Guid, ProductInfo>());

    public Task<Refusal?> Check(ClaimsPrincipal user, CancellationToken ct) => Task.FromResult(Unconfirmed);
}

/// <summary>An event of these tests.</summary>
internal sealed record Toy(int Number, Guid? ShopId, Guid UserId) : IDomainEvent
{
    public const string Name = "toys.toy.sold";

    [JsonIgnore]
    public string Topic => Name;
}
