using System.Security.Claims;
using Fairground.Documents.KnowTaxes;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Documents.KeepTaxProfile;

/// <summary>Tax rules, and how organisations are taxed.</summary>
internal static class TaxProfileEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("tax-rules", () => TypedResults.Ok(TaxFiles.All)).WithAccess(Access.Public).WithTags("Documents").WithName("ListTaxRules").WithSummary("The tax rules that come with the program.");
        api.MapGet("organisations/{organisationId:guid}/tax-profile", Show).WithAccess(Access.OrganisationOwner).WithPermission(DocumentsPermissions.Taxes).WithTags("Documents").WithName("GetTaxProfile").WithSummary("How the organisation is named and taxed on its documents");
        api.MapPut("organisations/{organisationId:guid}/tax-profile", Change).WithAccess(Access.OrganisationOwner).WithPermission(DocumentsPermissions.Taxes).WithTags("Documents").WithName("ChangeTaxProfile")
            .WithSummary("Say how the organisation is named and taxed from now on");
        api.MapGet("organisations/{organisationId:guid}/goods-rates", Goods).WithAccess(Access.OrganisationOwner).WithPermission(DocumentsPermissions.Taxes).WithTags("Documents").WithName("ListGoodsRates").WithSummary("Goods with a tax rate of their own");
        api.MapPut("organisations/{organisationId:guid}/goods-rates/{productId:guid}", ChangeGoods).WithAccess(Access.OrganisationOwner).WithPermission(DocumentsPermissions.Taxes).WithTags("Documents").WithName("ChangeGoodsRate")
            .WithSummary("Give goods a tax rate of their own, or the usual one again");
    }

    private static async Task<Results<Ok<TaxProfileView>, ProblemHttpResult>> Show(Guid organisationId, TaxProfileDesk desk, CancellationToken ct) =>
        await desk.Find(organisationId, ct) is { } profile ? TypedResults.Ok(TaxProfileDesk.View(profile)) : Problems.Of(CommonRefusals.NotFound);

    private static async Task<Results<Ok<TaxProfileView>, ProblemHttpResult>> Change(Guid organisationId, TaxProfileBody body, ClaimsPrincipal user, TaxProfileDesk desk, CancellationToken ct)
    {
        var changed = await desk.Change(organisationId, body, user.UserId(), ct);
        return changed.Refusal is { } no ? Problems.Of(no) : TypedResults.Ok(TaxProfileDesk.View(changed.Value));
    }

    private static async Task<Ok<IReadOnlyList<GoodsRateView>>> Goods(Guid organisationId, TaxProfileDesk desk, CancellationToken ct) => TypedResults.Ok(await desk.Goods(organisationId, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangeGoods(Guid organisationId, Guid productId, GoodsRateBody body, ClaimsPrincipal user, TaxProfileDesk desk, CancellationToken ct) =>
        await desk.ChangeGoods(organisationId, productId, body.Rate, user.UserId(), ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();
}
