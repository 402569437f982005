using System.Text.Encodings.Web;
using System.Text.Json;
using Fairground.Catalog.SearchGoods;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.BrowseGoods;

/// <summary>A property with a value, as it is asked for: <c>Colour:Red</c>.</summary>
public sealed record Trait(string Name, string Value)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads <c>Colour:Red</c>; null where it is nothing of the kind.</summary>
    public static Trait? Of(string? text) =>
        text?.Split(':', 2) is [{ Length: > 0 } name, { Length: > 0 } value] ? new Trait(name, value) : null;

    /// <summary>The same as it stands among a variant's options.</summary>
    internal string AsOption() => JsonSerializer.Serialize(this, Json);

    public override string ToString() => $"{Name}:{Value}";
}

/// <summary>A value with how many of the goods have it.</summary>
public sealed record FacetValue(string Value, int Count);

/// <summary>One way to narrow what was found.</summary>
/// <param name="Name">As the feeds write it: Colour.</param>
/// <param name="Values">Most frequent first.</param>
public sealed record Facet(string Name, IReadOnlyList<FacetValue> Values);

/// <summary>A shop with how many of the goods are its own.</summary>
public sealed record ShopCount(Guid ShopId, string Name, int Count);

/// <summary>What the goods that were found have in common.</summary>
/// <param name="Counted">Goods that were looked at: all that were found, or the first 1,000.</param>
/// <param name="MinPrice">Of the cheapest, in minor units; null where nothing was found. So also <paramref name="MaxPrice"/>.</param>
public sealed record ShelfFacets(int Counted, long? MinPrice, long? MaxPrice, IReadOnlyList<ShopCount> Shops, IReadOnlyList<Facet> Traits);

internal sealed partial class Shelf
{
    private const int MostFacets = 6;
    private const int MostValues = 12;

    /// <summary>Counts what was found by shop, price, property and variant option; the same conditions as <see cref="Find"/>.</summary>
    public async Task<ShelfFacets> Facets(ShelfQuery wanted, CancellationToken ct)
    {
        var ids = await Matching(wanted, ct);
        var goods = await catalog.Products.AsNoTracking().Where(p => ids.Contains(p.Id)).Select(p => new { p.ShopId, p.PriceMinor }).ToListAsync(ct);
        var shopIds = goods.Select(g => g.ShopId).Distinct().ToList();
        var names = await catalog.Shops.AsNoTracking().Where(s => shopIds.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Name, ct);
        var shops = goods.GroupBy(g => g.ShopId).Select(g => new ShopCount(g.Key, names[g.Key], g.Count())).OrderByDescending(s => s.Count).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        return new ShelfFacets(goods.Count, goods.Count == 0 ? null : goods.Min(g => g.PriceMinor), goods.Count == 0 ? null : goods.Max(g => g.PriceMinor), shops, await Traits(ids, wanted.Traits ?? [], ct));
    }

    /// <summary>All that fit, in no order; at most so many.</summary>
    public async Task<List<Guid>> All(ShelfQuery wanted, int most, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(wanted.Query)) return await Filter(wanted).OrderBy(p => p.Id).Take(most).Select(p => p.Id).ToListAsync(ct);
        return await search.All(SearchQuestion.Of(wanted.Query), await Scope(wanted, ct), most, ct);
    }

    /// <summary>The first thousand that fit.</summary>
    private async Task<List<Guid>> Matching(ShelfQuery wanted, CancellationToken ct)
    {
        var question = SearchQuestion.Of(wanted.Query);
        if (question.IsEmpty) return string.IsNullOrWhiteSpace(wanted.Query) ? await Filter(wanted).OrderByDescending(p => p.Id).Take(GoodsSearch.MostHits).Select(p => p.Id).ToListAsync(ct) : [];
        return [.. (await search.Find(question, await Scope(wanted, ct), GoodsSearch.MostHits, ct)).Ids];
    }

    private async Task<List<Facet>> Traits(List<Guid> ids, IReadOnlyList<Trait> chosen, CancellationToken ct)
    {
        var attributes = await catalog.Attributes.AsNoTracking().Where(a => ids.Contains(a.ProductId)).Select(a => new { a.ProductId, a.Name, a.Value }).ToListAsync(ct);
        var options = await catalog.Variants.AsNoTracking().Where(v => ids.Contains(v.ProductId) && v.Options != "[]").Select(v => new { v.ProductId, v.Options }).ToListAsync(ct);
        var all = attributes.Select(a => (a.ProductId, a.Name, a.Value))
            .Concat(options.SelectMany(o => ShowProduct.Options(o.Options).Select(x => (o.ProductId, x.Name, x.Value))))
            .Where(t => t.Name.Length > 0 && t.Value.Length is > 0 and <= 80 && !t.Name.Contains(':', StringComparison.Ordinal)).Distinct();
        return [.. all.GroupBy(t => t.Name)
            .Select(g => (Goods: g.Select(t => t.ProductId).Distinct().Count(), Facet: new Facet(g.Key, Counted(g.Select(t => t.Value)))))
            // What all have alike, or each has its own of, narrows nothing; what was chosen stays to be seen.
            .Where(f => chosen.Any(c => c.Name == f.Facet.Name) || (f.Facet.Values.Count > 1 && f.Facet.Values[0].Count > 1))
            .OrderByDescending(f => chosen.Any(c => c.Name == f.Facet.Name)).ThenByDescending(f => f.Goods).ThenBy(f => f.Facet.Name, StringComparer.Ordinal)
            .Take(MostFacets).Select(f => f.Facet)];
    }

    private static List<FacetValue> Counted(IEnumerable<string> values) =>
        [.. values.GroupBy(v => v).Select(v => new FacetValue(v.Key, v.Count())).OrderByDescending(v => v.Count).ThenBy(v => v.Value, StringComparer.Ordinal).Take(MostValues)];
}
