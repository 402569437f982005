using Fairground.Kernel.Contracts;
using Fairground.Payments.TellPayees;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Payments.ShowPayouts;

/// <summary>Names the payouts that transfers are about, by the reference that the bank repeats.</summary>
internal sealed class PayoutNames(IServiceScopeFactory scopes) : IStatementNames
{
    public async Task<IReadOnlyDictionary<Guid, StatementName>> Find(IReadOnlyCollection<Guid> references, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<PayoutsContext>();
        var found = await context.Payouts.Where(p => references.Contains(p.Id)).Select(p => new { p.Id, p.OrganisationId, p.Reference }).ToListAsync(ct);
        return found.ToDictionary(p => p.Id, p => new StatementName(BankReference.Spaced(p.Reference), PayoutPages.Of(p.OrganisationId)));
    }
}
