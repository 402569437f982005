using System.Globalization;
using Fairground.Kernel;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.KeepGoods;

/// <summary>Where the forms about one product post to: the small buttons of the list, the editor, and its pictures.</summary>
internal static class GoodsForm
{
    private const long LongestRequest = 120L * 1024 * 1024;

    public static async Task<RedirectHttpResult> Change(Guid shopId, Guid productId, HttpContext http, KeepGoods goods, CatalogContext catalog, IAntiforgery antiforgery, CancellationToken ct)
    {
        var what = "";
        var done = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = LongestRequest }, ct), async () =>
        {
            if (await catalog.Products.AsNoTracking().FirstOrDefaultAsync(p => p.Id == productId && p.ShopId == shopId, ct) is not { } product) return CatalogRefusals.ProductNotFound;
            what = http.Request.Form["do"].ToString();
            return what switch
            {
                "save" => await Save(product, http.Request.Form, goods, ct),
                "picture-add" => await AddPictures(productId, http.Request.Form, goods, ct),
                "picture-up" or "picture-down" or "picture-remove" => await Picture(productId, http.Request.Form, what, goods, ct),
                _ => Flagged(await goods.Change(productId, new ProductChanges(null, null, null, Flag(http.Request.Form, "active")), ct)),
            };
        });
        var list = $"/shop/{shopId}/office/goods";
        var referer = http.Request.Headers.Referer.ToString();
        var query = Uri.TryCreate(referer, UriKind.Absolute, out var from) && from.AbsolutePath == list ? from.Query : "";
        return OfficeForms.Back(http, what.Length > 0 ? $"{list}/{productId}" : list + query, done, T["Changed."]);
    }

    private static Result<bool> Flagged<T>(Result<T> done) => done.Refused ? done.Refusal! : Result<bool>.Accepted(true);

    private static bool? Flag(IFormCollection form, string name) => form.ContainsKey(name) ? form[name] == "1" : null;

    // A box that is not ticked is not sent; on the editor's form that is a no.
    private static async Task<Result<bool>> Save(Product product, IFormCollection form, KeepGoods goods, CancellationToken ct)
    {
        var (price, former) = (Amount(form["price"], product), Amount(form["compareAt"], product));
        if (price.Refused || former.Refused) return CatalogRefusals.PriceInvalid;
        long? stock = null;
        if (form["stock"].ToString().Trim() is { Length: > 0 } pieces)
        {
            if (!long.TryParse(pieces, NumberStyles.AllowLeadingSign | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)) return CatalogRefusals.ProductInvalid.Saying(T["'{0}' is no number of pieces.", pieces], ("field", "stock"));
            stock = number;
        }
        bool? active = form["active"] == "1" == product.Active ? null : form["active"] == "1";
        return Flagged(await goods.Change(
            product.Id,
            new ProductChanges(form["name"], price.Value == product.Price ? null : price.Value, form["essential"] == "1", active, form["html"], form["vendor"], former.Value, stock, Guid.TryParse(form["category"], out var category) ? category : null),
            ct));
    }

    private static Result<Money?> Amount(string? text, Product product)
    {
        if (string.IsNullOrWhiteSpace(text)) return Result<Money?>.Accepted(null);
        return Feeds.FeedText.Price(text, product.Price.Currency) is { } minor ? Result<Money?>.Accepted(new Money(minor, product.Price.Currency)) : CatalogRefusals.PriceInvalid;
    }

    private static async Task<Result<bool>> AddPictures(Guid productId, IFormCollection form, KeepGoods goods, CancellationToken ct)
    {
        if (form.Files.Count == 0) return Kernel.Files.FileRefusals.Empty;
        foreach (var file in form.Files)
        {
            await using var content = file.OpenReadStream();
            var added = await goods.AddPicture(productId, content, form["alt"].ToString().Trim(), ct);
            // Those before it are kept; which one was not is said, as a phone sends several at once.
            if (added.Refused) return form.Files.Count == 1 || file.FileName.Length == 0 ? added.Refusal! : added.Refusal!.Kind.Saying($"“{Path.GetFileName(file.FileName)}”: {added.Refusal.Sentence}");
        }
        return true;
    }

    private static async Task<Result<bool>> Picture(Guid productId, IFormCollection form, string what, KeepGoods goods, CancellationToken ct)
    {
        if (!Guid.TryParse(form["picture"], out var picture)) return CatalogRefusals.PictureNotFound;
        return Flagged(what == "picture-remove" ? await goods.RemovePicture(productId, picture, ct) : await goods.MovePicture(productId, picture, what == "picture-up" ? -1 : 1, ct));
    }
}
