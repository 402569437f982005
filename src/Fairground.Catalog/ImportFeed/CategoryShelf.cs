using System.Collections.Concurrent;
using Fairground.Catalog.Feeds;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Finds the categories that feeds name, and makes those that are new.</summary>
/// <param name="dryRun">New categories are only thought of, not made.</param>
internal sealed class CategoryShelf(CatalogContext catalog, TimeProvider time, bool dryRun = false)
{
    private const int Deepest = 8;
    private const int LongestName = 120;
    private const int MostRemembered = 10_000;

    private readonly Dictionary<string, Guid> byPath = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, string> names = [];
    private readonly ConcurrentDictionary<Guid, string> paths = [];
    private readonly Dictionary<string, IReadOnlyList<Guid>> remembered = new(StringComparer.Ordinal);
    private readonly HashSet<string> said = [];
    private Dictionary<string, Guid>? declared;

    /// <summary>Whose feed it is, where that counts: what a shop's system calls its categories is its own.</summary>
    public Guid ShopId { get; init; }

    public async Task Load(CancellationToken ct)
    {
        // What a category was called before still leads to it, unless another has that name now.
        await foreach (var former in catalog.FormerCategories.AsNoTracking().AsAsyncEnumerable().WithCancellation(ct)) byPath[former.Path] = former.CategoryId;
        await foreach (var category in catalog.Categories.AsNoTracking().Select(c => new { c.Id, c.Path, c.FullName }).AsAsyncEnumerable().WithCancellation(ct))
        {
            byPath[category.Path] = category.Id;
            (names[category.Id], paths[category.Id]) = (category.FullName, category.Path);
        }
    }

    /// <summary>A category's name with those above it.</summary>
    public string NameOf(Guid id) => names.GetValueOrDefault(id, "");

    /// <summary>Where a category stands in the tree, as the import came across it.</summary>
    public string PathOf(Guid id) => paths.GetValueOrDefault(id, "");

    /// <summary>The categories of goods, main one first; parents are not repeated beside their children.</summary>
    public async Task<IReadOnlyList<Guid>> Of(FeedProduct product, Action<FeedProblem> say, CancellationToken ct)
    {
        if (product.Categories.Count == 0 && product.CategoryList.Length == 0) return product.CategoryKeys.Count == 0 ? [] : await Declared(product.CategoryKeys, ct);
        // Most goods of a feed stand in a few categories, written in the same way.
        var written = product.Categories.Count == 0 ? product.CategoryList : string.Join('\n', product.Categories) + "\n\n" + product.CategoryList;
        if (remembered.TryGetValue(written, out var before)) return before;
        var ids = await Find(product, say, ct);
        if (remembered.Count < MostRemembered) remembered[written] = ids;
        return ids;
    }

    /// <summary>Remembers what the shop's system calls a category, for goods that come in another file.</summary>
    public async Task Declare(FeedCategory category, CancellationToken ct)
    {
        if (Levels(category.Path) is not { Count: > 0 } levels) return;
        var id = await Ensure(levels, ct);
        var known = await Known(ct);
        if (known.TryGetValue(category.Key, out var before) && before == id) return;
        known[category.Key] = id;
        if (dryRun) return;
        if (await catalog.FeedCategoryKeys.FirstOrDefaultAsync(c => c.ShopId == ShopId && c.FeedKey == category.Key, ct) is { } old) old.CategoryId = id;
        else catalog.FeedCategoryKeys.Add(new FeedCategoryKey { ShopId = ShopId, FeedKey = category.Key, CategoryId = id });
        await catalog.SaveChangesAsync(ct);
        catalog.ChangeTracker.Clear();
    }

    private async Task<IReadOnlyList<Guid>> Declared(IReadOnlyList<string> keys, CancellationToken ct)
    {
        var known = await Known(ct);
        return [.. keys.Where(known.ContainsKey).Select(k => known[k]).Distinct()];
    }

    private async Task<Dictionary<string, Guid>> Known(CancellationToken ct) =>
        declared ??= await catalog.FeedCategoryKeys.AsNoTracking().Where(c => c.ShopId == ShopId).ToDictionaryAsync(c => c.FeedKey, c => c.CategoryId, ct);

    private async Task<IReadOnlyList<Guid>> Find(FeedProduct product, Action<FeedProblem> say, CancellationToken ct)
    {
        var paths = product.Categories.Concat(Split(product, say)).Select(Levels).Where(levels => levels.Count > 0).ToList();
        var ids = new List<Guid>(paths.Count);
        foreach (var levels in paths)
        {
            var id = await Ensure(levels, ct);
            if (!ids.Contains(id)) ids.Add(id);
        }
        // The deepest path says most about what the goods are.
        if (product.Categories.Count == 0 && ids.Count > 1)
        {
            var deepest = await Ensure(paths.MaxBy(levels => levels.Count)!, ct);
            ids.Remove(deepest);
            ids.Insert(0, deepest);
        }
        return ids;
    }

    /// <summary>The category of this path, made where it is missing. Where a part of the path is a former one, what is below it is made where that category stands now.</summary>
    public async Task<Guid> Ensure(IReadOnlyList<string> levels, CancellationToken ct)
    {
        var full = PathOf(levels);
        if (byPath.TryGetValue(full, out var known)) return known;
        Guid? parent = null;
        for (var depth = 1; depth <= levels.Count; depth++)
        {
            var (name, slug) = (levels[depth - 1], Slug.Of(levels[depth - 1]));
            var path = parent is { } above ? $"{paths[above]}/{slug}" : slug;
            if (!byPath.TryGetValue(PathOf(levels.Take(depth)), out var id) && !byPath.TryGetValue(path, out id))
            {
                var category = new Category
                {
                    Id = Ids.New(), ParentId = parent, Name = name, Slug = slug, Path = path, FullName = parent is { } over ? $"{names[over]} > {name}" : name, CreatedAt = time.GetUtcNow(),
                };
                id = dryRun ? category.Id : await Insert(category, ct);
                byPath[path] = id;
                (names[id], paths[id]) = (category.FullName, path);
            }
            parent = id;
        }
        byPath[full] = parent!.Value;
        return parent.Value;
    }

    /// <summary>The names of a path, top first.</summary>
    public static IReadOnlyList<string> Levels(string path) =>
        [.. FeedText.WithoutZeros(path).Split('>').Select(Category.OneLine).Where(name => name.Length > 0).Take(Deepest).Select(name => name.Length > LongestName ? name[..LongestName] : name)];

    // Another node may make the same category at the same moment: whoever is second takes the first one's.
    private async Task<Guid> Insert(Category category, CancellationToken ct)
    {
        catalog.Categories.Add(category);
        try
        {
            await catalog.SaveChangesAsync(ct);
            return category.Id;
        }
        catch (DbUpdateException)
        {
            var other = await catalog.Categories.AsNoTracking().FirstOrDefaultAsync(c => c.Path == category.Path, ct);
            if (other is null) throw;
            return other.Id;
        }
        finally
        {
            catalog.ChangeTracker.Clear();
        }
    }

    // "A > Fevers, Headache & Migraine, B": a comma may part two categories or stand in one. What is known already decides.
    private List<string> Split(FeedProduct product, Action<FeedProblem> say)
    {
        var items = WooCommerceCsv.List(product.CategoryList).ToList();
        var found = new List<string>();
        for (var i = 0; i < items.Count;)
        {
            var taken = 1;
            for (var count = items.Count - i; count > 1; count--)
            {
                if (!byPath.ContainsKey(PathOf(Levels(string.Join(", ", items.Skip(i).Take(count)))))) continue;
                taken = count;
                break;
            }
            found.Add(string.Join(", ", items.Skip(i).Take(taken)));
            i += taken;
        }
        var unsure = found.Count > 1 && found.Exists(item => IsNewTop(item) && !found.Exists(other => other != item && other.StartsWith(item + " >", StringComparison.OrdinalIgnoreCase)));
        if (unsure && said.Count < 200 && said.Add(product.CategoryList))
            say(new FeedProblem(product.Line, 0, "Categories", FeedCodes.CategorySplit, Fill(Key("'{0}' was read as {1} categories: {2}. If a name has a comma in it, write \\, there."), product.CategoryList, found.Count, string.Join(" | ", found)), Rejects: false));
        return found;
    }

    private bool IsNewTop(string item) => !item.Contains('>', StringComparison.Ordinal) && !byPath.ContainsKey(PathOf(Levels(item)));

    private static string PathOf(IEnumerable<string> levels) => string.Join('/', levels.Select(name => Slug.Of(name)));
}
