using Fairground.Catalog.BrowseGoods;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.KeepGoods;

internal static class KeepEndpoints
{
    private const long LongestRequest = 120L * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/shops/{shopId:guid}/products", Add).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Goods).WithName("AddProduct").WithTags("Goods").WithSummary("Makes one product.");
        api.MapPatch("/products/{id:guid}", Change).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Goods).WithName("ChangeProduct").WithTags("Goods").WithSummary("Changes name, price, stock, description, maker, category, essential, on the shelf or not.");
        api.MapDelete("/products/{id:guid}/pictures/{pictureId:guid}", RemovePicture).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Goods).WithName("RemovePicture").WithTags("Goods").WithSummary("Takes a picture off the goods.");
        api.MapPost("/products/{id:guid}/pictures", AddPictures).WithAccess(Access.ShopStaff).WithPermission(CatalogPermissions.Goods).WithName("AddPictures").WithTags("Goods").WithSummary("Adds pictures (multipart, field 'pictures' or 'file', optional 'alt').")
            .WithMetadata(new RequestSizeLimitAttribute(LongestRequest)).Accepts<IFormFileCollection>("multipart/form-data").DisableAntiforgery();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemovePicture(Guid id, Guid pictureId, KeepGoods goods, CatalogContext catalog, IShopAccess shops, HttpContext http, CancellationToken ct)
    {
        if (await Refusal(id, catalog, shops, http, ct) is { } refusal) return Problems.Of(refusal);
        var removed = await goods.RemovePicture(id, pictureId, ct);
        return removed.Refused ? Problems.Of(removed.Refusal!) : TypedResults.NoContent();
    }

    private static async Task<Results<Created<ProductView>, ProblemHttpResult>> Add(Guid shopId, NewProduct body, KeepGoods goods, ShowProduct show, CancellationToken ct)
    {
        var added = await goods.Add(shopId, body, ct);
        if (added.Refused) return Problems.Of(added.Refusal!);
        return TypedResults.Created($"/api/v1/products/{added.Value.Id}", await show.Find(added.Value.Id, ct));
    }

    private static async Task<Results<Ok<ProductView>, ProblemHttpResult>> Change(Guid id, ProductChanges body, KeepGoods goods, ShowProduct show, CatalogContext catalog, IShopAccess shops, HttpContext http, CancellationToken ct)
    {
        if (await Refusal(id, catalog, shops, http, ct) is { } refusal) return Problems.Of(refusal);
        var changed = await goods.Change(id, body, ct);
        if (changed.Refused) return Problems.Of(changed.Refusal!);
        return TypedResults.Ok((await show.Find(id, ct))!);
    }

    private static async Task<Results<Created<IReadOnlyList<PictureView>>, ProblemHttpResult>> AddPictures(Guid id, KeepGoods goods, CatalogContext catalog, IShopAccess shops, HttpContext http, CancellationToken ct)
    {
        if (await Refusal(id, catalog, shops, http, ct) is { } refusal) return Problems.Of(refusal);
        if (!http.Request.HasFormContentType) return Problems.Of(FileRefusals.Empty);
        var form = await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = LongestRequest }, ct);
        if (form.Files.Count == 0) return Problems.Of(FileRefusals.Empty);
        var alt = form["alt"].ToString().Trim();
        var added = new List<PictureView>();
        foreach (var file in form.Files)
        {
            await using var content = file.OpenReadStream();
            var picture = await goods.AddPicture(id, content, alt, ct);
            if (picture.Refused) return Problems.Of(picture.Refusal!);
            added.Add(new PictureView(picture.Value.Url!, picture.Value.Alt));
        }
        return TypedResults.Created($"/api/v1/products/{id}", (IReadOnlyList<PictureView>)added);
    }

    public static async Task<Refusal?> Refusal(Guid productId, CatalogContext catalog, IShopAccess shops, HttpContext http, CancellationToken ct)
    {
        var shopId = await catalog.Products.Where(p => p.Id == productId).Select(p => (Guid?)p.ShopId).FirstOrDefaultAsync(ct);
        if (shopId is null) return (http.User.IsOperator() ? CatalogRefusals.ProductNotFound : CommonRefusals.Forbidden).ToRefusal();
        return await shops.MayAct(http.User, shopId.Value, Access.ShopStaff, ct) ? null : CommonRefusals.Forbidden.ToRefusal();
    }
}
