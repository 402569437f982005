using Fairground.Identity.CheckRequest;
using Fairground.Kernel.Contracts;

namespace Fairground.Identity.TellOthers;

/// <summary>Who works where, from the roles that are kept in memory.</summary>
internal sealed class Insiders(RoleBook book) : IInsiders
{
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyCollection<Guid>>> All(CancellationToken ct)
    {
        var roles = await book.Current(ct);
        return roles.Operators.Union(roles.ShopsByPerson.Keys).ToDictionary(
            p => p,
            IReadOnlyCollection<Guid> (p) => [.. roles.ShopsByPerson.GetValueOrDefault(p)?.Keys ?? [], .. roles.Operators.Contains(p) ? [Guid.Empty] : (IEnumerable<Guid>)[]]);
    }
}
