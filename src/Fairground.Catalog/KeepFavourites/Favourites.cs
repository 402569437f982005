using Fairground.Catalog.BrowseGoods;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.KeepFavourites;

/// <summary>Goods that somebody wants to find again (D-26).</summary>
internal sealed class Favourite
{
    public Guid UserId { get; init; }

    public Guid ProductId { get; init; }

    public DateTimeOffset AddedAt { get; init; }
}

/// <summary>Keeps, shows and forgets a person's favourites.</summary>
internal sealed class Favourites(CatalogContext catalog, Shelf shelf, TimeProvider time)
{
    /// <summary>More than this nobody looks through.</summary>
    public const int Most = 500;

    /// <summary>Keeps goods; keeping them twice is once. Refuses with <c>product.not_found</c>, <c>favourites.full</c>.</summary>
    public async Task<Result<bool>> Add(Guid user, Guid product, CancellationToken ct)
    {
        if (!await catalog.Products.AnyAsync(p => p.Id == product, ct)) return CatalogRefusals.ProductNotFound;
        if (await Has(user, product, ct)) return true;
        if (await catalog.Favourites.CountAsync(f => f.UserId == user, ct) >= Most) return CatalogRefusals.FavouritesFull;
        catalog.Favourites.Add(new Favourite { UserId = user, ProductId = product, AddedAt = time.GetUtcNow() });
        try
        {
            await catalog.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Pressed twice at once: the other one kept it.
            catalog.ChangeTracker.Clear();
            if (!await Has(user, product, ct)) throw;
        }
        return true;
    }

    /// <summary>Forgets goods; where they are none of the person's favourites nothing happens.</summary>
    public async Task Remove(Guid user, Guid product, CancellationToken ct)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await catalog.Favourites.Where(f => f.UserId == user && f.ProductId == product).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    public Task<bool> Has(Guid user, Guid product, CancellationToken ct) => catalog.Favourites.AnyAsync(f => f.UserId == user && f.ProductId == product, ct);

    /// <summary>The person's favourites, last kept first; also those that are off the shelf.</summary>
    public async Task<IReadOnlyList<ProductItem>> List(Guid user, CancellationToken ct)
    {
        var ids = await catalog.Favourites.AsNoTracking().Where(f => f.UserId == user).OrderByDescending(f => f.AddedAt).ThenBy(f => f.ProductId).Select(f => f.ProductId).ToListAsync(ct);
        return await shelf.These(ids, withHidden: true, ct);
    }
}
