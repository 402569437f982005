using Fairground.Catalog.ImportFeed;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.KeepCategories;

/// <summary>
/// Puts the market's tree of categories into order (C-07). Addresses and feeds that say what a category was called before are led to where
/// it stands now, so that the next import does not undo an operator's work.
/// </summary>
internal sealed class KeepCategories(CatalogContext catalog, Kernel.Storage.Database database, TimeProvider time)
{
    /// <summary>Levels of the tree.</summary>
    public const int Deepest = 8;

    private const int LongestName = 120;

    /// <summary>Refuses with <c>category.not_found</c>, <c>category.name_invalid</c>, <c>category.name_taken</c>, <c>category.too_deep</c>.</summary>
    public Task<Result<Category>> Add(string? name, Guid? parentId, CancellationToken ct) => Alone(async () =>
    {
        if (Name(name) is not { } clean) return CatalogRefusals.CategoryNameInvalid;
        var parent = parentId is { } id ? await catalog.Categories.FirstOrDefaultAsync(c => c.Id == id, ct) : null;
        if (parentId is not null && parent is null) return CatalogRefusals.CategoryNotFound;
        if (parent is not null && Levels(parent.Path) >= Deepest) return CatalogRefusals.CategoryTooDeep;
        var category = new Category { Id = Ids.New(), ParentId = parentId, Name = clean, Slug = Slug.Of(clean), Path = PathBelow(parent, clean), FullName = NameBelow(parent, clean), CreatedAt = time.GetUtcNow() };
        if (await catalog.Categories.AnyAsync(c => c.Path == category.Path, ct)) return CatalogRefusals.CategoryNameTaken;
        catalog.Categories.Add(category);
        await catalog.FormerCategories.Where(f => f.Path == category.Path).ExecuteDeleteAsync(ct);
        return category;
    }, ct);

    /// <summary>Gives another name, another parent, or both. Refuses as <see cref="Add"/> does and with <c>category.under_itself</c>.</summary>
    /// <param name="parentId">Null for the top.</param>
    public Task<Result<Category>> Place(Guid id, string? name, Guid? parentId, CancellationToken ct) => Alone(async () =>
    {
        if (await catalog.Categories.FirstOrDefaultAsync(c => c.Id == id, ct) is not { } category) return CatalogRefusals.CategoryNotFound;
        if (Name(name) is not { } clean) return CatalogRefusals.CategoryNameInvalid;
        var parent = parentId is { } to ? await catalog.Categories.FirstOrDefaultAsync(c => c.Id == to, ct) : null;
        if (parentId is not null && parent is null) return CatalogRefusals.CategoryNotFound;
        if (parent is not null && (parent.Id == id || IsBelow(parent.Path, category.Path))) return CatalogRefusals.CategoryUnderItself;
        var path = PathBelow(parent, clean);
        if (path != category.Path && await catalog.Categories.AnyAsync(c => c.Path == path && c.Id != id, ct)) return CatalogRefusals.CategoryNameTaken;
        var branch = await Branch(category, ct);
        if (branch.Max(c => Levels(c.Path)) - Levels(category.Path) + Levels(path) > Deepest) return CatalogRefusals.CategoryTooDeep;
        if (category.ParentId != parentId) category.Position = 0;
        (category.ParentId, category.Name, category.Slug) = (parentId, clean, Slug.Of(clean));
        await Rewrite(category, branch, path, NameBelow(parent, clean), ct);
        return category;
    }, ct);

    /// <summary>Moves a category one place up or down among its siblings; at the end it stays. Refuses with <c>category.not_found</c>.</summary>
    public Task<Result<Category>> Order(Guid id, int by, CancellationToken ct) => Alone(async () =>
    {
        if (await catalog.Categories.FirstOrDefaultAsync(c => c.Id == id, ct) is not { } category) return CatalogRefusals.CategoryNotFound;
        var siblings = InOrder(await catalog.Categories.Where(c => c.ParentId == category.ParentId).ToListAsync(ct)).ToList();
        var at = siblings.IndexOf(category);
        siblings.RemoveAt(at);
        siblings.Insert(Math.Clamp(at + by, 0, siblings.Count), category);
        for (var i = 0; i < siblings.Count; i++) siblings[i].Position = i + 1;
        return category;
    }, ct);

    /// <summary>Hides a category from buyers, with all below it, or shows it again; its goods stay on the shelf. Refuses with <c>category.not_found</c>.</summary>
    public Task<Result<Category>> Hide(Guid id, bool hidden, CancellationToken ct) => Alone(async () =>
    {
        if (await catalog.Categories.FirstOrDefaultAsync(c => c.Id == id, ct) is not { } category) return CatalogRefusals.CategoryNotFound;
        category.Hidden = hidden;
        return category;
    }, ct);

    /// <summary>
    /// Puts all goods and all subcategories of one category into another, and ends the first; subcategories of the same name are merged too.
    /// Refuses with <c>category.not_found</c>, <c>category.under_itself</c>, <c>category.too_deep</c>, and <c>import.running</c> as a running import may be using it.
    /// </summary>
    public Task<Result<Category>> Merge(Guid id, Guid into, CancellationToken ct) => Alone(async () =>
    {
        var (from, to) = (await catalog.Categories.FirstOrDefaultAsync(c => c.Id == id, ct), await catalog.Categories.FirstOrDefaultAsync(c => c.Id == into, ct));
        if (from is null || to is null) return CatalogRefusals.CategoryNotFound;
        if (from.Id == to.Id || IsBelow(to.Path, from.Path)) return CatalogRefusals.CategoryUnderItself;
        if (await catalog.Imports.AnyAsync(i => i.State == ImportState.Running, ct)) return CatalogRefusals.ImportRunning;
        if ((await Branch(from, ct)).Max(c => Levels(c.Path)) - Levels(from.Path) + Levels(to.Path) > Deepest) return CatalogRefusals.CategoryTooDeep;
        await Join(from, to, ct);
        return to;
    }, ct);

    /// <summary>Siblings as the tree shows them.</summary>
    public static IEnumerable<Category> InOrder(IEnumerable<Category> siblings) =>
        siblings.OrderBy(c => c.Position == 0 ? int.MaxValue : c.Position).ThenBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(c => c.Id);

    private async Task Join(Category from, Category to, CancellationToken ct)
    {
        foreach (var child in await catalog.Categories.Where(c => c.ParentId == from.Id).ToListAsync(ct))
        {
            var path = PathBelow(to, child.Name);
            if (await catalog.Categories.FirstOrDefaultAsync(c => c.Path == path && c.Id != child.Id, ct) is { } same)
            {
                await Join(child, same, ct);
                continue;
            }
            var branch = await Branch(child, ct);
            (child.ParentId, child.Position) = (to.Id, 0);
            await Rewrite(child, branch, path, NameBelow(to, child.Name), ct);
        }
        await Stale([from.Id], ct);
        var (old, kept) = (from.Id, to.Id);
        // Goods that are in both stay in the one.
        await catalog.ProductCategories.Where(p => p.CategoryId == old && catalog.ProductCategories.Any(o => o.ProductId == p.ProductId && o.CategoryId == kept)).ExecuteDeleteAsync(ct);
        await catalog.ProductCategories.Where(p => p.CategoryId == old).ExecuteUpdateAsync(p => p.SetProperty(x => x.CategoryId, kept), ct);
        await catalog.Products.Where(p => p.CategoryId == old).ExecuteUpdateAsync(p => p.SetProperty(x => x.CategoryId, kept), ct);
        await catalog.FeedCategoryKeys.Where(k => k.CategoryId == old).ExecuteUpdateAsync(k => k.SetProperty(x => x.CategoryId, kept), ct);
        await catalog.FormerCategories.Where(f => f.CategoryId == old).ExecuteUpdateAsync(f => f.SetProperty(x => x.CategoryId, kept), ct);
        await Remember(from.Path, kept, ct);
        catalog.Categories.Remove(from);
        await catalog.SaveChangesAsync(ct);
    }

    // New paths and full names for a category and all below it; the old paths lead here from now on.
    private async Task Rewrite(Category category, List<Category> branch, string path, string fullName, CancellationToken ct)
    {
        var (oldPath, oldName) = (category.Path, category.FullName);
        if (oldPath == path && oldName == fullName) return;
        foreach (var one in branch)
        {
            var (before, after) = (one.Path, path + one.Path[oldPath.Length..]);
            (one.Path, one.FullName) = (after, fullName + one.FullName[oldName.Length..]);
            if (before == after) continue;
            await Remember(before, one.Id, ct);
            await catalog.FormerCategories.Where(f => f.Path == after).ExecuteDeleteAsync(ct);
        }
        await catalog.SaveChangesAsync(ct);
        await Stale([.. branch.Select(c => c.Id)], ct);
    }

    private async Task Remember(string path, Guid id, CancellationToken ct)
    {
        if (await catalog.FormerCategories.FirstOrDefaultAsync(f => f.Path == path, ct) is { } known) known.CategoryId = id;
        else catalog.FormerCategories.Add(new FormerCategory { Path = path, CategoryId = id });
    }

    // Names of categories are among the words that goods are found by. Where the words are being written at this moment, by the old name, this waits for
    // whoever writes them: goods that are only just off the list must come onto it again.
    private async Task Stale(IReadOnlyCollection<Guid> categories, CancellationToken ct)
    {
        foreach (var id in categories)
        {
            await catalog.Database.ExecuteSqlAsync($"insert into catalog_search_stale (product_id) select distinct pc.product_id from catalog_product_category pc where pc.category_id = {Bulk.Key(database.Kind, id)} order by pc.product_id on conflict do nothing", ct);
        }
    }

    private Task<List<Category>> Branch(Category category, CancellationToken ct)
    {
        var below = category.Path + "/";
        return catalog.Categories.Where(c => c.Id == category.Id || c.Path.StartsWith(below)).ToListAsync(ct);
    }

    // One change of the tree at a time, and no import makes categories meanwhile.
    private async Task<Result<Category>> Alone(Func<Task<Result<Category>>> act, CancellationToken ct)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        if (database.Kind == DatabaseKind.Postgres) await catalog.Database.ExecuteSqlRawAsync("lock table catalog_category in share row exclusive mode", ct);
        catalog.ChangeTracker.Clear();
        var done = await act();
        if (done.Refused)
        {
            catalog.ChangeTracker.Clear();
            return done;
        }
        await catalog.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return done;
    }

    private static int Levels(string path) => path.Count(c => c == '/') + 1;

    private static bool IsBelow(string path, string above) => path.StartsWith(above + "/", StringComparison.Ordinal);

    private static string PathBelow(Category? parent, string name) => parent is null ? Slug.Of(name) : $"{parent.Path}/{Slug.Of(name)}";

    private static string NameBelow(Category? parent, string name) => parent is null ? name : $"{parent.FullName} > {name}";

    private static string? Name(string? given) => given is not null && Category.OneLine(given) is { Length: > 0 and <= LongestName } name && !name.Contains('>', StringComparison.Ordinal) ? name : null;
}
