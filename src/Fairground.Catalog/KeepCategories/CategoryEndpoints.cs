using Fairground.Catalog.BrowseGoods;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.KeepCategories;

/// <summary>A category to be made; without a parent at the top.</summary>
public sealed record NewCategory(string? Name, Guid? ParentId);

/// <summary>What changes of a category; what is left out stays.</summary>
/// <param name="ParentId">The category it is to stand under.</param>
/// <param name="ToTop">True to stand under none.</param>
/// <param name="MoveBy">Places among its siblings: -1 is one up.</param>
public sealed record CategoryChanges(string? Name, Guid? ParentId, bool? ToTop, int? MoveBy, bool? Hidden);

/// <summary>The category that another is merged into.</summary>
public sealed record CategoryMerge(Guid Into);

/// <summary>The tree's editor over the API, and where its page's forms post to.</summary>
internal static class CategoryEndpoints
{
    private const string Page = "/office/categories";

    public static void Map(IEndpointRouteBuilder api)
    {
        var tree = api.MapGroup("/categories").WithTags("Goods");
        tree.MapPost("", Add).WithAccess(Access.Operator).WithName("AddCategory").WithSummary("Makes a category.");
        tree.MapPatch("/{id:guid}", Change).WithAccess(Access.Operator).WithName("ChangeCategory").WithSummary("Renames, moves, orders, hides or shows a category; former addresses lead to the new one.");
        tree.MapPost("/{id:guid}/merge", Merge).WithAccess(Access.Operator).WithName("MergeCategory").WithSummary("Puts all goods and subcategories into another category, and ends this one.");
    }

    public static void MapForms(IEndpointRouteBuilder root)
    {
        var office = root.MapGroup(Page).ExcludeFromDescription();
        office.MapPost("/new", AddForm).WithAccess(Access.Operator).DisableAntiforgery();
        office.MapPost("/{id:guid}/change", ChangeForm).WithAccess(Access.Operator).DisableAntiforgery();
    }

    private static CategoryView View(Category category) => new(category.Id, category.Name, category.Path, category.FullName);

    private static async Task<Results<Created<CategoryView>, ProblemHttpResult>> Add(NewCategory body, KeepCategories keep, CancellationToken ct)
    {
        var added = await keep.Add(body.Name, body.ParentId, ct);
        return added.Refused ? Problems.Of(added.Refusal!) : TypedResults.Created($"/api/v1/categories/{added.Value.Id}", View(added.Value));
    }

    private static async Task<Results<Ok<CategoryView>, ProblemHttpResult>> Change(Guid id, CategoryChanges body, KeepCategories keep, CatalogContext catalog, CancellationToken ct)
    {
        if (await catalog.Categories.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, ct) is not { } category) return Problems.Of(CatalogRefusals.CategoryNotFound);
        Result<Category> done = category;
        if (body.Name is not null || body.ParentId is not null || body.ToTop == true) done = await keep.Place(id, body.Name ?? category.Name, body.ToTop == true ? null : body.ParentId ?? category.ParentId, ct);
        if (!done.Refused && body.Hidden is { } hidden) done = await keep.Hide(id, hidden, ct);
        if (!done.Refused && body.MoveBy is { } by) done = await keep.Order(id, by, ct);
        return done.Refused ? Problems.Of(done.Refusal!) : TypedResults.Ok(View(done.Value));
    }

    private static async Task<Results<Ok<CategoryView>, ProblemHttpResult>> Merge(Guid id, CategoryMerge body, KeepCategories keep, CancellationToken ct)
    {
        var merged = await keep.Merge(id, body.Into, ct);
        return merged.Refused ? Problems.Of(merged.Refusal!) : TypedResults.Ok(View(merged.Value));
    }

    private static async Task<RedirectHttpResult> AddForm(HttpContext http, KeepCategories keep, IAntiforgery antiforgery, CancellationToken ct)
    {
        var added = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), () => keep.Add(http.Request.Form["name"], Id(http.Request.Form["parent"]), ct));
        return Back(http, Page, added, "The category is made.");
    }

    // Which button was pressed says what is meant.
    private static async Task<RedirectHttpResult> ChangeForm(Guid id, HttpContext http, KeepCategories keep, IAntiforgery antiforgery, CancellationToken ct)
    {
        var what = "";
        var done = await OfficeForms.Guarded(http, antiforgery, () => http.Request.ReadFormAsync(ct), async () =>
        {
            var form = http.Request.Form;
            what = form["do"].ToString();
            return what switch
            {
                "up" => await keep.Order(id, -1, ct),
                "down" => await keep.Order(id, 1, ct),
                "hide" => await keep.Hide(id, true, ct),
                "show" => await keep.Hide(id, false, ct),
                "merge" => Id(form["into"]) is { } into ? await keep.Merge(id, into, ct) : CatalogRefusals.CategoryNotFound,
                "place" => await keep.Place(id, form["name"], Id(form["parent"]), ct),
                _ => CommonRefusals.Malformed,
            };
        });
        var here = what is "up" or "down" ? $"{Page}#c-{id:n}" : what == "merge" && !done.Refused ? Page : $"{Page}/{id}";
        var words = what switch { "up" or "down" => "Moved.", "hide" => "Buyers do not see it in the tree any more.", "show" => "Buyers see it again.", "merge" => "The two are one.", _ => "Changed. Former addresses lead here." };
        return Back(http, here, done, words);
    }

    private static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;

    private static RedirectHttpResult Back<T>(HttpContext http, string page, Result<T> result, string words)
    {
        Flash.Set(http, result.Refused ? FlashTone.Alarm : FlashTone.Good, result.Refused ? result.Refusal!.Sentence : words);
        return TypedResults.LocalRedirect(page);
    }
}
