using System.Security.Claims;

namespace Fairground.Kernel.Contracts;

/// <summary>How a person is reached.</summary>
public enum ContactChannel
{
    Email,
    Sms,
}

/// <summary>What other modules may know of a person.</summary>
/// <param name="UserId">The person's id.</param>
/// <param name="DisplayName">Chosen by the person; shown to staff, never published.</param>
/// <param name="Contact">Normalised e-mail address or E.164 number. Personal: never log it.</param>
/// <param name="Channel">E-mail or SMS, by the kind of contact.</param>
/// <param name="HolderSalt">16 random bytes in hex, for the pseudonym in draws (draw-proof section 2).</param>
public sealed record Person(Guid UserId, string DisplayName, string Contact, ContactChannel Channel, string HolderSalt)
{
    /// <summary>The code of the language that the person reads, chosen or asked for when they registered: <c>en</c>, <c>ru</c>, <c>kk</c>, <c>ko</c>, <c>zh-Hans</c> (see <see cref="Languages.Language"/>); null where it is not known.</summary>
    public string? Language { get; init; }

    /// <summary>Why the person may do nothing here at the moment (<c>people.blocked</c>), or null.</summary>
    public Refusal? Closed { get; init; }
}

/// <summary>Questions about people, answered by Identity.</summary>
public interface IPeople
{
    Task<Person?> Find(Guid userId, CancellationToken ct);

    /// <summary>By the id that was asked for. Where an account was joined to another, the answer is that other one; an erased person is nobody.</summary>
    Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken ct);

    /// <summary>The account's own id, then those of accounts that were joined to it: what was bought under them is this person's.</summary>
    ValueTask<IReadOnlyList<Guid>> IdsOf(Guid userId, CancellationToken ct) => new([userId]);
}

/// <summary>What someone may do for a shop, or another organisation.</summary>
public enum ShopRole
{
    Staff = 1,
    Owner = 2,
}

/// <summary>Questions about who works for which shop, answered by Identity. An operator may do whatever an owner may.</summary>
public interface IShopAccess
{
    /// <summary>The role of this person at this shop, or null.</summary>
    Task<ShopRole?> RoleAt(Guid userId, Guid shopId, CancellationToken ct);

    /// <summary>The shops this person works for, with the role.</summary>
    Task<IReadOnlyDictionary<Guid, ShopRole>> ShopsOf(Guid userId, CancellationToken ct);

    /// <summary>Everybody who works for the shop.</summary>
    Task<IReadOnlyDictionary<Guid, ShopRole>> PeopleOf(Guid shopId, CancellationToken ct);
}

/// <summary>Whether whoever calls proved a moment ago to be the account's owner; answered by Identity. Calls declare it with <c>WithRecentSignIn</c>, pages ask.</summary>
public interface IRecentSignIn
{
    /// <summary>Null where the proof is recent; else <c>access.confirm_identity</c>, or <c>access.held</c> for a day after the account was recovered with a code alone.</summary>
    Task<Refusal?> Check(ClaimsPrincipal user, CancellationToken ct);
}
