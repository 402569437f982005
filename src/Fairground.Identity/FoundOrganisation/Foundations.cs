using Fairground.Identity.CheckRequest;
using Fairground.Identity.KeepMembers;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.FoundOrganisation;

/// <summary>An organisation to be: a <c>supplier</c>, <c>vendor</c>, <c>distributor</c> or <c>reseller</c>.</summary>
/// <param name="Name">1 to 120 characters.</param>
public sealed record FoundOrganisationRequest(string? Kind, string? Name);

/// <summary>Founds organisations, and lists them for the operator. Its first owner is invited afterwards.</summary>
internal sealed class Foundations(IdentityContext context, RoleBook roles, IGoods goods, TimeProvider time)
{
    private const int LongestName = 120;

    /// <summary>Refuses with <c>organisation.kind_invalid</c>, <c>organisation.name_invalid</c>.</summary>
    public async Task<Result<OrganisationOfMine>> Found(string? kindText, string? nameText, CancellationToken ct)
    {
        var kind = OrganisationNames.ReadKind(kindText);
        if (kind.Refused) return kind.Refusal!;
        var name = nameText?.Trim() ?? "";
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl)) return OrganisationRefusals.NameInvalid;
        var organisation = new Organisation { Id = Ids.New(), Kind = kind.Value, Name = name, CreatedAt = time.GetUtcNow() };
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            context.Organisations.Add(organisation);
            await RoleBook.MarkChanged(context, ct);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        await roles.Reload(ct);
        return new OrganisationOfMine(organisation.Id, OrganisationNames.Of(kind.Value), name, null);
    }

    /// <summary>Every organisation, by kind and name.</summary>
    public async Task<OrganisationList> All(CancellationToken ct)
    {
        var rows = await context.Organisations.AsNoTracking().ToListAsync(ct);
        var shops = await goods.FindShops([.. rows.Where(r => r.Kind == OrganisationKind.Shop).Select(r => r.Id)], ct);
        return new OrganisationList([.. rows.Select(r => new OrganisationOfMine(r.Id, OrganisationNames.Of(r.Kind), r.Name ?? shops.GetValueOrDefault(r.Id)?.Name ?? "", null))
            .OrderBy(o => o.Kind, StringComparer.Ordinal).ThenBy(o => o.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(o => o.OrganisationId)]);
    }
}

internal static class OrganisationEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("organisations", Found).WithAccess(Access.Operator).WithName("FoundOrganisation").WithTags("Organisations")
            .WithSummary("Found a supplier, vendor, distributor or reseller; invite its first owner next.");
        api.MapGet("organisations", All).WithAccess(Access.Operator).WithName("ListOrganisations").WithTags("Organisations")
            .WithSummary("Every organisation that anybody was invited to.");
        api.MapGet("organisations/{organisationId:guid}", Get).WithAccess(Access.Member).WithPermission(IdentityPermissions.See).WithName("GetOrganisation").WithTags("Organisations")
            .WithSummary("What the organisation is, and my role in it.");
    }

    private static async Task<Results<Created<OrganisationOfMine>, ProblemHttpResult>> Found(FoundOrganisationRequest request, Foundations foundations, CancellationToken ct)
    {
        var founded = await foundations.Found(request.Kind, request.Name, ct);
        if (founded.Refused) return Problems.Of(founded.Refusal!);
        return TypedResults.Created($"/api/v1/organisations/{founded.Value.OrganisationId}", founded.Value);
    }

    private static async Task<Ok<OrganisationList>> All(Foundations foundations, CancellationToken ct) => TypedResults.Ok(await foundations.All(ct));

    private static async Task<Results<Ok<OrganisationOfMine>, ProblemHttpResult>> Get(Guid organisationId, System.Security.Claims.ClaimsPrincipal user, IOrganisations organisations, CancellationToken ct)
    {
        if (await organisations.Find(organisationId, ct) is not { } found) return Problems.Of(OrganisationRefusals.NotFound);
        var role = await organisations.RoleIn(user.UserId(), organisationId, ct);
        return TypedResults.Ok(new OrganisationOfMine(found.OrganisationId, OrganisationNames.Of(found.Kind), found.Name, role is { } held ? OrganisationNames.Of(held) : null));
    }
}
