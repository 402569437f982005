using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Protection.ChooseJurisdiction;

/// <summary>The rules that this market lives by.</summary>
/// <param name="Pack">The whole pack.</param>
/// <param name="Licence">What the operator named for modes that need a licence.</param>
public sealed record ChosenJurisdiction(JurisdictionPack Pack, string? Licence);

/// <summary>The operator's choice.</summary>
/// <param name="Pack">A pack's id.</param>
/// <param name="Licence">The licence or permit that modes under licence rest on; published on the page of rules.</param>
/// <param name="Confirmed">That the operator has read the rules.</param>
public sealed record ChooseJurisdictionRequest(string? Pack, string? Licence, bool Confirmed);

internal static class JurisdictionEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("jurisdictions", () => TypedResults.Ok(PackFiles.All)).WithAccess(Access.Public).WithName("ListJurisdictions").WithTags("Rules").WithSummary("The packs of rules that come with the program.");
        api.MapGet("jurisdiction", Show).WithAccess(Access.Public).WithName("GetJurisdiction").WithTags("Rules").WithSummary("The pack of rules that this market lives by.");
        api.MapPut("jurisdiction", Choose).WithAccess(Access.Operator).WithRecentSignIn().WithName("ChooseJurisdiction").WithTags("Rules").WithSummary("Choose the pack of rules that this market lives by from now on.");
    }

    private static async Task<Results<Ok<ChosenJurisdiction>, ProblemHttpResult>> Show(JurisdictionBook book, CancellationToken ct) =>
        await book.Chosen(ct) is { } chosen ? TypedResults.Ok(new ChosenJurisdiction(chosen.Pack, chosen.Licence)) : Problems.Of(JurisdictionRefusals.NotChosen);

    private static async Task<Results<Ok<ChosenJurisdiction>, ProblemHttpResult>> Choose(ChooseJurisdictionRequest request, HttpContext http, JurisdictionBook book, CancellationToken ct)
    {
        if (!request.Confirmed) return Problems.Of(ChoiceRefusals.NotConfirmed);
        var chosen = await book.Choose(request.Pack, request.Licence, http.User.UserId(), onlyFirst: false, ct);
        if (chosen.Refused) return Problems.Of(chosen.Refusal!);
        return TypedResults.Ok(new ChosenJurisdiction(chosen.Value.Pack, chosen.Value.Licence));
    }
}
