using System.Globalization;
using Fairground.Catalog.SearchGoods;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.BrowseGoods;

/// <summary>What someone looks for.</summary>
/// <param name="Query">Words that must all stand in name, SKU, maker, category or description, in any form of theirs.</param>
/// <param name="Category">A category's id or path (<c>clothing/t-shirts</c>), with all below it.</param>
/// <param name="MinPrice">Minor units; so also <paramref name="MaxPrice"/>.</param>
/// <param name="Sort"><c>best</c> (default where there are words), <c>new</c> (default elsewhere), <c>price</c>, <c>-price</c>, <c>name</c>.</param>
/// <param name="WithHidden">Also goods that are off the shelf; for staff.</param>
/// <param name="Traits">Properties or variant options that all must be there.</param>
internal sealed record ShelfQuery(string? Query, string? Category, Guid? Shop, long? MinPrice, long? MaxPrice, string? Sort, string? Cursor, int Limit, bool WithHidden = false, IReadOnlyList<Trait>? Traits = null);

/// <summary>Goods in a list.</summary>
/// <param name="Picture">Address of the first picture on this server, or null.</param>
/// <param name="Category">Names from the top, <c>Clothing > T-shirts</c>.</param>
/// <param name="PendingPrice">A price that waits for open certificates to end; only shown to staff.</param>
public sealed record ProductItem(
    Guid ProductId, Guid ShopId, string Shop, string Sku, string Name, string Slug, Money Price, Money? CompareAt, string? Category, string? Picture, bool Essential, bool Active, Money? PendingPrice);

/// <summary>A page of goods.</summary>
/// <param name="Corrected">The words that were looked for instead, where nothing had the typed ones; else null.</param>
public sealed record ShelfPage(IReadOnlyList<ProductItem> Items, string? Next, string? Corrected);

/// <summary>A category with how many goods on the shelf are in it or below.</summary>
public sealed record CategoryNode(Guid CategoryId, string Name, string Slug, string Path, int Count, IReadOnlyList<CategoryNode> Children);

/// <summary>Looks along the shelf.</summary>
internal sealed partial class Shelf(CatalogContext catalog, GoodsSearch search, CategoryCounts counts)
{
    /// <summary>A page of goods; refuses with <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<ShelfPage>> Find(ShelfQuery wanted, CancellationToken ct)
    {
        var read = Cursor.Read(wanted.Cursor);
        if (read.Refused) return read.Refusal!;
        var question = SearchQuestion.Of(wanted.Query);
        if (!question.IsEmpty) return await Search(question, wanted, read.Value, ct);
        // Something was typed and no word is in it: nothing fits, rather than everything.
        if (!string.IsNullOrWhiteSpace(wanted.Query)) return new ShelfPage([], null, null);
        return await Walk(wanted, read.Value, ct);
    }

    // By words: the hits are one list, and the cursor counts along it.
    private async Task<Result<ShelfPage>> Search(SearchQuestion question, ShelfQuery wanted, string? cursor, CancellationToken ct)
    {
        var from = 0;
        if (cursor is not null && (!int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out from) || from > GoodsSearch.MostHits)) return CommonRefusals.CursorInvalid;
        var inOrder = wanted.Sort is "price" or "-price" or "name" or "new";
        // One more than is shown says that there is more.
        var hits = await search.Find(question, await Scope(wanted, ct), inOrder ? GoodsSearch.MostHits : from + wanted.Limit + 1, ct);
        var ids = hits.Ids;
        if (inOrder) ids = await InOrder(ids, wanted.Sort!, ct);
        var some = ids.Skip(from).Take(wanted.Limit).ToList();
        var rows = await Rows(catalog.Products.Where(p => some.Contains(p.Id))).ToDictionaryAsync(r => r.Id, ct);
        var next = from + wanted.Limit < ids.Count ? Cursor.Write((from + wanted.Limit).ToString(CultureInfo.InvariantCulture)) : null;
        return new ShelfPage(await Items([.. some.Where(rows.ContainsKey).Select(id => rows[id])], wanted.WithHidden, ct), next, hits.Corrected);
    }

    private async Task<SearchScope> Scope(ShelfQuery wanted, CancellationToken ct)
    {
        SearchBranch? branch = null;
        if (wanted.Category is { Length: > 0 } category)
        {
            var categories = await Branch(category).Select(c => new { c.Id, c.Path, c.FullName }).ToListAsync(ct);
            branch = new SearchBranch(categories.MinBy(c => c.Path.Length)?.FullName ?? "", [.. categories.Select(c => c.Id)]);
        }
        return new SearchScope(wanted.Shop, branch, wanted.MinPrice, wanted.MaxPrice, wanted.WithHidden, wanted.Traits ?? []);
    }

    private async Task<List<Guid>> InOrder(IReadOnlyList<Guid> ids, string sort, CancellationToken ct)
    {
        if (sort == "new") return [.. ids.OrderDescending()];
        var keys = await catalog.Products.AsNoTracking().Where(p => ids.Contains(p.Id)).Select(p => new { p.Id, p.PriceMinor, p.NameLower }).ToListAsync(ct);
        return [.. (sort switch
        {
            "price" => keys.OrderBy(k => k.PriceMinor).ThenBy(k => k.Id),
            "-price" => keys.OrderByDescending(k => k.PriceMinor).ThenByDescending(k => k.Id),
            _ => keys.OrderBy(k => k.NameLower, StringComparer.Ordinal).ThenBy(k => k.Id),
        }).Select(k => k.Id)];
    }

    // Along the shelf, without words.
    private async Task<Result<ShelfPage>> Walk(ShelfQuery wanted, string? cursor, CancellationToken ct)
    {
        var sort = wanted.Sort is "price" or "-price" or "name" ? wanted.Sort : "new";
        var query = Filter(wanted);
        if (cursor is { } key)
        {
            if (After(query, sort, key) is not { } rest) return CommonRefusals.CursorInvalid;
            query = rest;
        }
        query = sort switch
        {
            "price" => query.OrderBy(p => p.PriceMinor).ThenBy(p => p.Id),
            "-price" => query.OrderByDescending(p => p.PriceMinor).ThenByDescending(p => p.Id),
            "name" => query.OrderBy(p => p.NameLower).ThenBy(p => p.Id),
            _ => query.OrderByDescending(p => p.Id),
        };
        var found = await Rows(query.Take(wanted.Limit + 1)).ToListAsync(ct);
        var rows = found.Take(wanted.Limit).ToList();
        var next = found.Count > wanted.Limit ? Cursor.Write(KeyOf(sort, rows[^1])) : null;
        return new ShelfPage(await Items(rows, wanted.WithHidden, ct), next, null);
    }

    private static IQueryable<Row> Rows(IQueryable<Product> query) => query.AsNoTracking()
        .Select(p => new Row(p.Id, p.ShopId, p.Sku, p.Name, p.NameLower, p.Slug, p.PriceMinor, p.CompareAtMinor, p.PendingPriceMinor, p.Currency, p.CategoryId, p.Essential, p.Active));

    /// <summary>These goods in this order; what is off the shelf only where asked for.</summary>
    public async Task<IReadOnlyList<ProductItem>> These(IReadOnlyList<Guid> ids, bool withHidden, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var rows = await Rows(catalog.Products.Where(p => ids.Contains(p.Id) && (withHidden || p.Active))).ToDictionaryAsync(r => r.Id, ct);
        return await Items([.. ids.Where(rows.ContainsKey).Select(id => rows[id])], forStaff: false, ct);
    }

    /// <summary>Goods of the same category, those of the nearest price first.</summary>
    public async Task<IReadOnlyList<ProductItem>> Related(Guid productId, int most, CancellationToken ct)
    {
        if (await catalog.Products.AsNoTracking().Where(p => p.Id == productId).Select(p => new { p.CategoryId, p.PriceMinor, p.Currency }).FirstOrDefaultAsync(ct) is not { CategoryId: { } category } own) return [];
        var others = catalog.Products.AsNoTracking().Where(p => p.CategoryId == category && p.Active && p.Currency == own.Currency && p.Id != productId);
        // From both sides along the index, so that a large category costs no more than a small one.
        var dearer = await Rows(others.Where(p => p.PriceMinor >= own.PriceMinor).OrderBy(p => p.PriceMinor).ThenBy(p => p.Id).Take(most)).ToListAsync(ct);
        var cheaper = await Rows(others.Where(p => p.PriceMinor < own.PriceMinor).OrderByDescending(p => p.PriceMinor).ThenBy(p => p.Id).Take(most)).ToListAsync(ct);
        return await Items([.. dearer.Concat(cheaper).OrderBy(r => Math.Abs(r.PriceMinor - own.PriceMinor)).ThenBy(r => r.Id).Take(most)], forStaff: false, ct);
    }

    /// <summary>The tree with counts of goods on the shelf, in the market's order; empty and hidden branches are left out.</summary>
    public async Task<IReadOnlyList<CategoryNode>> Tree(Guid? shopId, CancellationToken ct)
    {
        var categories = (await catalog.Categories.AsNoTracking().Where(c => !c.Hidden).ToListAsync(ct)).OrderBy(c => c.Position == 0 ? int.MaxValue : c.Position).ThenBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase).ToList();
        return Below(null, categories.ToLookup(c => c.ParentId), await counts.Of(shopId, ct));
    }

    private static List<CategoryNode> Below(Guid? parent, ILookup<Guid?, Category> children, IReadOnlyDictionary<Guid, int> counts)
    {
        var nodes = new List<CategoryNode>();
        foreach (var category in children[parent])
        {
            var below = Below(category.Id, children, counts);
            var count = counts.GetValueOrDefault(category.Id) + below.Sum(n => n.Count);
            if (count > 0) nodes.Add(new CategoryNode(category.Id, category.Name, category.Slug, category.Path, count, below));
        }
        return nodes;
    }

    private IQueryable<Product> Filter(ShelfQuery wanted)
    {
        var query = catalog.Products.AsQueryable();
        if (!wanted.WithHidden) query = query.Where(p => p.Active);
        if (wanted.Shop is { } shop) query = query.Where(p => p.ShopId == shop);
        if (wanted.MinPrice is { } min) query = query.Where(p => p.PriceMinor >= min);
        if (wanted.MaxPrice is { } max) query = query.Where(p => p.PriceMinor <= max);
        if (wanted.Category is { Length: > 0 } category)
        {
            var branch = Branch(category);
            query = query.Where(p => catalog.ProductCategories.Any(pc => pc.ProductId == p.Id && branch.Any(c => c.Id == pc.CategoryId)));
        }
        foreach (var trait in wanted.Traits ?? [])
        {
            var (name, value, option) = (trait.Name, trait.Value, $"%{Like(trait.AsOption())}%");
            query = query.Where(p => catalog.Attributes.Any(a => a.ProductId == p.Id && a.Name == name && a.Value == value) || catalog.Variants.Any(v => v.ProductId == p.Id && EF.Functions.Like(v.Options, option, "\\")));
        }
        return query;
    }

    /// <summary>Where a category stands now that is asked for by a former path; null where there is none.</summary>
    public Task<string?> Moved(string path, CancellationToken ct) =>
        catalog.FormerCategories.Where(f => f.Path == path).Join(catalog.Categories, f => f.CategoryId, c => c.Id, (_, c) => c.Path).FirstOrDefaultAsync(ct);

    /// <summary>The category of this path as buyers see it: not where it or one above it is hidden.</summary>
    public async Task<CategoryView?> Category(string path, CancellationToken ct)
    {
        var parts = path.Split('/');
        var way = Enumerable.Range(1, parts.Length).Select(n => string.Join('/', parts.Take(n))).ToList();
        var found = await catalog.Categories.AsNoTracking().Where(c => way.Contains(c.Path)).ToListAsync(ct);
        return found.Exists(c => c.Hidden) || found.Find(c => c.Path == path) is not { } category ? null : new CategoryView(category.Id, category.Name, category.Path, category.FullName);
    }

    // A category and all below it. An id may name a branch too: its own path then leads to what is below.
    private IQueryable<Category> Branch(string category)
    {
        var path = category.Trim('/').ToLowerInvariant();
        var below = path + "/";
        var id = Guid.TryParse(category, out var given) ? given : Guid.Empty;
        return catalog.Categories.Where(c => c.Path == path || c.Path.StartsWith(below) || catalog.Categories.Any(top => top.Id == id && (c.Path == top.Path || c.Path.StartsWith(top.Path + "/"))));
    }

    /// <summary>Text in which the signs of a pattern are only signs; with a backslash as escape.</summary>
    public static string Like(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    // The cursor is the last row's sort key: id, or value and id.
    private static string KeyOf(string sort, Row last) => sort switch
    {
        "new" => $"{last.Id}|",
        "name" => $"{last.Id}|{last.NameLower}",
        _ => $"{last.Id}|{last.PriceMinor.ToString(CultureInfo.InvariantCulture)}",
    };

    private static IQueryable<Product>? After(IQueryable<Product> query, string sort, string key)
    {
        var parts = key.Split('|', 2);
        if (parts.Length != 2 || !Guid.TryParse(parts[0], out var id)) return null;
        if (sort == "new") return query.Where(p => p.Id.CompareTo(id) < 0);
        var text = parts[1];
#pragma warning disable CA1309 // Translated to SQL, where the column's own order holds.
        if (sort == "name") return query.Where(p => string.Compare(p.NameLower, text) > 0 || (p.NameLower == text && p.Id.CompareTo(id) > 0));
#pragma warning restore CA1309
        if (!long.TryParse(text, CultureInfo.InvariantCulture, out var price)) return null;
        return sort == "price"
            ? query.Where(p => p.PriceMinor > price || (p.PriceMinor == price && p.Id.CompareTo(id) > 0))
            : query.Where(p => p.PriceMinor < price || (p.PriceMinor == price && p.Id.CompareTo(id) < 0));
    }

    private async Task<List<ProductItem>> Items(List<Row> rows, bool forStaff, CancellationToken ct)
    {
        var (shopIds, categoryIds, ids) = (rows.Select(r => r.ShopId).Distinct().ToList(), rows.Select(r => r.CategoryId).OfType<Guid>().Distinct().ToList(), rows.Select(r => r.Id).ToList());
        var shops = await catalog.Shops.Where(s => shopIds.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Name, ct);
        var categories = await catalog.Categories.Where(c => categoryIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.FullName, ct);
        var pictures = await FirstPictures(catalog, ids, ct);
        return [.. rows.Select(r =>
        {
            var currency = Currency.Of(r.Currency);
            Money? Of(long? minor) => minor is { } m ? new Money(m, currency) : null;
            return new ProductItem(r.Id, r.ShopId, shops.GetValueOrDefault(r.ShopId, ""), r.Sku, r.Name, r.Slug, new Money(r.PriceMinor, currency), Of(r.CompareAtMinor),
                r.CategoryId is { } c ? categories.GetValueOrDefault(c) : null, pictures.GetValueOrDefault(r.Id), r.Essential, r.Active, forStaff ? Of(r.PendingPriceMinor) : null);
        })];
    }

    /// <summary>The first picture of each that is here already.</summary>
    public static async Task<Dictionary<Guid, string>> FirstPictures(CatalogContext catalog, IReadOnlyCollection<Guid> products, CancellationToken ct)
    {
        var rows = await catalog.Pictures.Where(p => products.Contains(p.ProductId) && p.FileId != null).Select(p => new { p.ProductId, p.Position, p.FileId }).ToListAsync(ct);
        return rows.GroupBy(p => p.ProductId).ToDictionary(g => g.Key, g => $"/files/{g.MinBy(p => p.Position)!.FileId}");
    }

    private sealed record Row(Guid Id, Guid ShopId, string Sku, string Name, string NameLower, string Slug, long PriceMinor, long? CompareAtMinor, long? PendingPriceMinor, string Currency, Guid? CategoryId, bool Essential, bool Active);
}
