using System.Globalization;
using Fairground.Catalog.CleanHtml;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.SearchGoods;
using Fairground.Kernel;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Joins what a feed says with what is on the shelf: what it does not speak of stays.</summary>
internal static class Merge
{
    /// <summary>The goods as they are to be. What cannot be applied is said; the price is not held back here.</summary>
    /// <param name="old">As they stand, or null for new ones.</param>
    /// <param name="hash">Of the draft.</param>
    public static GoodsState Of(GoodsState? old, ProductDraft draft, string hash, Guid importId, DateTimeOffset now, Action<FeedProblem> say)
    {
        var next = old ?? new GoodsState(Ids.New(), draft.Key) { CreatedAt = now, CreatedImport = importId };
        next = next with { UpdatedAt = now, ChangedBy = importId, Hash = hash };
        if (draft.Deleted) return next with { Active = false, Listed = false };
        if (draft.SpeaksOfGoods) next = Described(next, draft, now);
        else if (draft.Kind == DraftKind.Goods) next = PartlyDescribed(next, draft, now);
        next = next with { Variants = Variants(next, draft, say) };
        foreach (var patch in draft.Patches) next = Patched(next, patch, say);
        return OnShelf(old, Priced(next, draft), draft);
    }

    /// <summary>The draft with what only new and changed goods need worked out: on the thread that reads, while another one writes.</summary>
    public static ProductDraft Ahead(Guid shop, ProductDraft draft, Func<Guid, string> categoryName)
    {
        if (!draft.SpeaksOfGoods || draft.Deleted) return draft;
        draft = draft with { Clean = HtmlCleaner.Clean(draft.RawHtml) };
        return draft with { Words = SearchText.Of(shop, Described(new GoodsState(Guid.Empty, draft.Key), draft with { Parts = draft.Parts & ~FeedParts.Pictures }, default), categoryName).Words() };
    }

    private static GoodsState Described(GoodsState goods, ProductDraft draft, DateTimeOffset now) =>
        PartlyDescribed(goods with { Name = draft.Name, Sku = draft.Sku, Vendor = draft.Vendor }, draft, now);

    private static GoodsState PartlyDescribed(GoodsState goods, ProductDraft draft, DateTimeOffset now)
    {
        if (draft.Parts.HasFlag(FeedParts.Text))
        {
            var text = draft.Clean ?? HtmlCleaner.Clean(draft.RawHtml);
            goods = goods with { Html = text.Html, Plain = text.Plain };
        }
        if (draft.Parts.HasFlag(FeedParts.Categories)) goods = goods with { Categories = draft.Categories };
        if (draft.Parts.HasFlag(FeedParts.Attributes)) goods = goods with { Attributes = draft.Attributes };
        if (draft.Parts.HasFlag(FeedParts.Pictures)) goods = goods with { Pictures = Pictures(goods, draft.Pictures, now) };
        return goods;
    }

    // What has been fetched from an address is not fetched again.
    private static List<PictureState> Pictures(GoodsState goods, IReadOnlyList<PictureDraft> drafts, DateTimeOffset now)
    {
        var list = new List<PictureState>(drafts.Count);
        foreach (var draft in drafts)
        {
            var old = goods.Pictures.FirstOrDefault(p => p.Source == draft.Source);
            var file = draft.FileId ?? old?.FileId;
            DateTimeOffset? fetchAt = file is null && draft.IsRemote ? old is { FetchAt: null } ? null : old?.FetchAt ?? now : null;
            list.Add(new PictureState(Ids.DeriveBeside(goods.Id, "catalog.picture", goods.Id.ToString(), draft.Source), draft.Source, file, draft.Alt, old?.Tries ?? 0, fetchAt, old?.Error));
        }
        return list;
    }

    private static IReadOnlyList<VariantState> Variants(GoodsState goods, ProductDraft draft, Action<FeedProblem> say)
    {
        if (draft.Variants.Count == 0) return draft.ListsVariants ? [] : goods.Variants;
        if (draft is { VariantsApart: true, Variants: [var single] } && goods.Variants.Any(v => v.Options != "[]")) return BesideThem(goods, draft, single);
        var free = goods.Variants.ToList();
        var list = draft.ListsVariants ? [] : goods.Variants.ToList();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var variant in draft.Variants)
        {
            // The same key, or the same options and SKU, keep their id from import to import.
            var name = variant.Key.Length > 0 ? $"key\n{variant.Key}" : $"{variant.Options}\n{variant.Sku}";
            var again = seen[name] = seen.GetValueOrDefault(name) + 1;
            var old = Match(free, variant, onlyOne: !draft.ListsVariants && draft.Variants.Count == 1 && draft.Kind == DraftKind.Goods);
            if (old is not null) free.Remove(old);
            if (old is null && !draft.SpeaksOfGoods && draft.Kind == DraftKind.Goods)
            {
                say(new FeedProblem(variant.Line, 0, "SKU", FeedCodes.VariantUnknown, Fill(Key("The goods '{0}' have no such variant."), draft.Key), Rejects: false));
                continue;
            }
            var id = old?.Id ?? Ids.DeriveBeside(goods.Id, "catalog.variant", goods.Id.ToString(), name, again.ToString(CultureInfo.InvariantCulture));
            // An id that another variant has by now: that one had these options before.
            while (old is null && (list.Exists(v => v.Id == id) || goods.Variants.Any(v => v.Id == id))) id = Ids.DeriveBeside(goods.Id, "catalog.variant", id.ToString(), "again");
            var next = Joined(id, old, variant, draft, goods);
            var at = old is null ? -1 : list.FindIndex(v => v.Id == id);
            if (at >= 0) list[at] = next;
            else list.Add(next);
        }
        return list;
    }

    // The goods' own figures are renewed; what is chosen from stays until its own file comes, and costs as much more or less than the goods as before.
    private static List<VariantState> BesideThem(GoodsState goods, ProductDraft draft, VariantDraft said)
    {
        var old = goods.Variants.FirstOrDefault(v => v.Options == "[]");
        var next = old is null ? null : Joined(old.Id, old, said, draft, goods);
        var dearer = old?.PriceMinor > 0 && next!.PriceMinor > 0 ? next.PriceMinor - old.PriceMinor : 0;
        return [.. goods.Variants.Select(v => v.Id == old?.Id ? next! : v.PriceMinor + dearer > 0 ? v with { PriceMinor = v.PriceMinor + dearer } : v)];
    }

    private static VariantState? Match(List<VariantState> free, VariantDraft variant, bool onlyOne)
    {
        var found = variant.Key.Length > 0 ? free.Find(v => v.Key == variant.Key) : null;
        found ??= free.Find(v => v.Options == variant.Options && v.Sku == variant.Sku && (v.Key.Length == 0 || variant.Key.Length == 0 || v.Key == variant.Key));
        // A row with figures only names the variant by its SKU, or not at all where there is but one.
        if (found is null && onlyOne && free is [var single] && (single.Key.Length == 0 || variant.Key.Length == 0)) found = single;
        if (found is null && variant.Options == "[]" && variant.Sku.Length > 0) found = free.Find(v => v.Sku == variant.Sku);
        return found;
    }

    private static VariantState Joined(Guid id, VariantState? old, VariantDraft variant, ProductDraft draft, GoodsState goods)
    {
        var whole = draft.ListsVariants || old is null;
        string Text(string said, string was) => whole || said.Length > 0 ? said : was;
        return new VariantState(
            id,
            variant.Key.Length > 0 ? variant.Key : old?.Key ?? "",
            whole || variant.Options != "[]" ? variant.Options : old!.Options,
            Text(variant.Sku, old?.Sku ?? ""),
            variant.PriceMinor ?? Raised(variant, goods) ?? old?.PriceMinor ?? 0,
            variant.PriceMinor is null ? old?.CompareAtMinor : variant.CompareAtMinor,
            variant.SpeaksOfStock ? variant.Stock : old?.Stock,
            Text(variant.Barcode, old?.Barcode ?? ""));
    }

    // More or less than the goods themselves, whose own price stands where nothing is to be chosen.
    private static long? Raised(VariantDraft variant, GoodsState goods)
    {
        var own = goods.Variants.FirstOrDefault(v => v.Options == "[]" && v.PriceMinor > 0)?.PriceMinor ?? goods.PriceMinor;
        return variant.ChangeMinor is { } change && own > 0 && own + change > 0 ? own + change : null;
    }

    private static GoodsState Patched(GoodsState goods, PatchDraft patch, Action<FeedProblem> say)
    {
        var list = goods.Variants.ToList();
        var concerned = patch.VariantKey.Length > 0 ? list.FindAll(v => v.Key == patch.VariantKey) : list;
        // Goods that are their own only variant are often named twice.
        if (concerned.Count == 0 && patch.VariantKey.Length > 0 && list.Count == 1 && list[0].Key.Length == 0) concerned = list;
        if (concerned.Count == 0 && patch.VariantKey.Length > 0 && (list.Count > 0 || patch.VariantKey != goods.Key))
        {
            say(new FeedProblem(patch.Line, 0, patch.Field, FeedCodes.VariantUnknown, Fill(Key("The goods '{0}' have no variant '{1}'."), goods.Key, patch.VariantKey), Rejects: false));
            return goods;
        }
        var speaksOfStock = patch.SpeaksOfStock;
        if (speaksOfStock && concerned.Count > 1)
        {
            say(new FeedProblem(patch.Line, 0, "Stock", FeedCodes.VariantUnknown, Fill(Key("The goods '{0}' have {1} variants, and the stock says none of them."), goods.Key, list.Count), Rejects: false));
            speaksOfStock = false;
        }
        if (concerned.Count == 0 && speaksOfStock)
        {
            list.Add(new VariantState(Ids.DeriveBeside(goods.Id, "catalog.variant", goods.Id.ToString(), $"[]\n{goods.Sku}", "1"), "", "[]", goods.Sku, goods.PriceMinor, goods.CompareAtMinor, patch.Stock, ""));
            concerned = list;
        }
        foreach (var variant in concerned.ToList())
        {
            list[list.IndexOf(variant)] = variant with
            {
                PriceMinor = patch.SpeaksOfPrice ? patch.PriceMinor!.Value : variant.PriceMinor,
                CompareAtMinor = patch.SpeaksOfPrice ? patch.CompareAtMinor : variant.CompareAtMinor,
                Stock = speaksOfStock ? patch.Stock : variant.Stock,
            };
        }
        goods = goods with { Variants = list };
        return list.Count == 0 && patch.SpeaksOfPrice ? goods with { PriceMinor = patch.PriceMinor!.Value, CompareAtMinor = patch.CompareAtMinor } : goods;
    }

    // The lowest price of the variants is the goods' price; where none has one it is their own, or still none.
    private static GoodsState Priced(GoodsState goods, ProductDraft draft)
    {
        var lowest = goods.Variants.Where(v => v.PriceMinor > 0).MinBy(v => v.PriceMinor);
        if (lowest is not null) return goods with { PriceMinor = lowest.PriceMinor, CompareAtMinor = lowest.CompareAtMinor > lowest.PriceMinor ? lowest.CompareAtMinor : null };
        if (draft.PriceMinor is { } own) return goods with { PriceMinor = own, CompareAtMinor = draft.CompareAtMinor };
        return goods;
    }

    // What staff did by hand stays until the feed says something new about it.
    private static GoodsState OnShelf(GoodsState? old, GoodsState goods, ProductDraft draft)
    {
        var listed = old is null || draft.SpeaksOfGoods ? draft.Active : old.Listed;
        var active = old is null || listed != old.Listed || (old.PriceMinor == 0 && goods.PriceMinor > 0) ? listed : old.Active;
        return goods with { Listed = listed, Active = active && goods.PriceMinor > 0 };
    }
}
