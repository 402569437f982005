using Fairground.Kernel.Files;
using Fairground.Kernel.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Catalog.Doctor;

/// <summary>What must always hold in the catalogue.</summary>
internal sealed class CatalogAudit(IServiceScopeFactory scopes, IFileStore files) : IAuditCheck
{
    private const int Batch = 500;
    private const int Shown = 5;

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var catalog = scope.ServiceProvider.GetRequiredService<CatalogContext>();
        return [await Pictures(catalog, ct), await Currencies(catalog, ct), await Prices(catalog, ct), await Imports(catalog, ct)];
    }

    private async Task<AuditFinding> Pictures(CatalogContext catalog, CancellationToken ct)
    {
        var (missing, count) = (new List<Guid>(), 0);
        for (var after = Guid.Empty; ;)
        {
            var some = await catalog.Pictures.Where(p => p.FileId != null && p.Id.CompareTo(after) > 0).OrderBy(p => p.Id).Take(Batch).Select(p => new { p.Id, FileId = p.FileId!.Value }).ToListAsync(ct);
            if (some.Count == 0) break;
            var there = await files.Existing([.. some.Select(p => p.FileId).Distinct()], ct);
            missing.AddRange(some.Where(p => !there.Contains(p.FileId)).Select(p => p.Id));
            count += some.Count;
            after = some[^1].Id;
        }
        return Finding("catalog: each picture's file exists", missing, $"{count} pictures");
    }

    private static async Task<AuditFinding> Currencies(CatalogContext catalog, CancellationToken ct)
    {
        var other = await catalog.Products.Where(p => !catalog.Shops.Any(s => s.Id == p.ShopId && s.Currency == p.Currency)).OrderBy(p => p.Id).Select(p => p.Id).Take(100).ToListAsync(ct);
        return Finding("catalog: each product is priced in its shop's currency", other, $"{await catalog.Products.CountAsync(ct)} products");
    }

    private static async Task<AuditFinding> Prices(CatalogContext catalog, CancellationToken ct)
    {
        // Goods that wait for a price have none, and are not on the shelf.
        var wrong = await catalog.Products.Where(p => p.PriceMinor < 0 || (p.Active && p.PriceMinor == 0)).OrderBy(p => p.Id).Select(p => p.Id).Take(100).ToListAsync(ct);
        return Finding("catalog: each product on the shelf has a price above zero", wrong, $"{await catalog.Products.CountAsync(p => p.Listed && p.PriceMinor == 0, ct)} wait for a price");
    }

    private static async Task<AuditFinding> Imports(CatalogContext catalog, CancellationToken ct)
    {
        var ended = catalog.Imports.Where(i => i.State == ImportState.Done);
        var wrong = await ended.Where(i => i.Read != i.Created + i.Updated + i.Unchanged + i.Rejected).OrderBy(i => i.Id).Select(i => i.Id).Take(100).ToListAsync(ct);
        return Finding("catalog: each import's goods are created, updated, unchanged or rejected", wrong, $"{await ended.CountAsync(ct)} imports");
    }

    private static AuditFinding Finding(string check, List<Guid> wrong, string text) =>
        new(check, wrong.Count == 0, wrong.Count == 0 ? text : $"{wrong.Count} do not: {string.Join(", ", wrong.Take(Shown))}");
}
