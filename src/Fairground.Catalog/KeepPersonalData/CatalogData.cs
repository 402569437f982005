using Fairground.Catalog.KeepFavourites;
using Fairground.Catalog.RememberSeen;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.KeepPersonalData;

/// <summary>Favourites. What was looked at last stands in the browser's own cookie; the export takes it from there.</summary>
internal sealed class CatalogData(CatalogContext context, IHttpContextAccessor? requests = null) : IPersonalData
{
    public IReadOnlyCollection<string> Tables { get; } = ["catalog_favourite"];

    public async Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var favourites = await context.Favourites.AsNoTracking().Where(f => person.Contains(f.UserId)).OrderByDescending(f => f.AddedAt)
            .Select(f => new { f.ProductId, Name = context.Products.Where(p => p.Id == f.ProductId).Select(p => p.Name).FirstOrDefault(), f.AddedAt }).ToListAsync(ct);
        await archive.Add("favourites", "Goods that you wanted to find again.", favourites, ct);
        // Only in the person's own browser: an operator's says nothing about somebody else.
        var seen = requests?.HttpContext is { } http && http.User.TryUserId() == person[0] ? SeenGoods.Read(http) : [];
        var names = await context.Products.AsNoTracking().Where(p => seen.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, ct);
        await archive.Add("recently-seen", "Goods that this browser showed last. This stands in the browser, not with us.", seen.Select(id => new { productId = id, name = names.GetValueOrDefault(id) }), ct);
    }

    public Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public async Task Erase(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Favourites.Where(f => person.Contains(f.UserId)).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    public Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public async Task Join(Guid from, Guid into, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var (theirs, mine) = (await context.Favourites.AsNoTracking().Where(f => f.UserId == from).OrderByDescending(f => f.AddedAt).ToListAsync(ct), await context.Favourites.AsNoTracking().Where(f => f.UserId == into).Select(f => f.ProductId).ToListAsync(ct));
        context.Favourites.AddRange(theirs.Where(f => !mine.Contains(f.ProductId)).Take(Math.Max(0, Favourites.Most - mine.Count)).Select(f => new Favourite { UserId = into, ProductId = f.ProductId, AddedAt = f.AddedAt }));
        await context.SaveChangesAsync(ct);
        await context.Favourites.Where(f => f.UserId == from).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
