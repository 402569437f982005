using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Draws;

/// <summary>What the scanner sends.</summary>
/// <param name="Token">As scanned, pasted or typed; spaces, dashes and small letters do no harm.</param>
internal sealed record ClaimRequest(string? Token);

/// <summary>The answer to the counter.</summary>
/// <param name="WinId">The win; of what else waits at the counter its own id.</param>
/// <param name="LotId">Missing where it was no prize of a lot of certificates.</param>
/// <param name="Winner">The winner's display name.</param>
internal sealed record ClaimAnswer(Guid WinId, Guid? LotId, string Title, string Number, string Winner, DateTimeOffset RedeemedAt);

/// <summary>Codes for winners and their redemption by the shop's staff.</summary>
internal static class ClaimEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/me/wins/{winId:guid}/claim-code", Code).WithTags("Claims").WithAccess(Access.SignedIn).WithName("GetClaimCode")
            .WithSummary("A code for the counter, valid for five minutes; as a QR picture with Accept: image/png.")
            .Produces<ClaimCode>().Produces(StatusCodes.Status200OK, contentType: ClaimQr.ContentType)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/claims", Redeem).WithTags("Claims").WithAccess(Access.ShopStaff).WithPermission(DrawsPermissions.Claims).WithName("RedeemClaim")
            .WithSummary("Hands a prize over against the winner's code; once.")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Addresses that pages use.</summary>
    public static void MapRoot(IEndpointRouteBuilder root) =>
        root.MapGet("/me/wins/{winId:guid}/code.png", Picture).WithAccess(Access.SignedIn).ExcludeFromDescription();

    private static async Task<IResult> Code(Guid winId, ClaimCodes codes, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Vary = "Accept";
        var wantsPicture = http.Request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals(ClaimQr.ContentType, StringComparison.OrdinalIgnoreCase));
        if (wantsPicture) return await Picture(winId, codes, http, ct);
        var code = await codes.Make(http.User.UserId(), winId, ct);
        return code.Refused ? Problems.Of(code.Refusal!) : TypedResults.Ok(code.Value);
    }

    private static async Task<IResult> Picture(Guid winId, ClaimCodes codes, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var code = await codes.Make(http.User.UserId(), winId, ct);
        return code.Refused ? Problems.Of(code.Refusal!) : TypedResults.Bytes(ClaimQr.Png(code.Value.Token), ClaimQr.ContentType);
    }

    private static async Task<Results<Ok<ClaimAnswer>, ProblemHttpResult>> Redeem(ClaimRequest request, PrizeCounter counter, HttpContext http, CancellationToken ct)
    {
        var given = await counter.Redeem(http.User, request.Token, ct);
        if (given.Refused) return Problems.Of(given.Refusal!);
        var prize = given.Value;
        return TypedResults.Ok(new ClaimAnswer(prize.WinId, prize.LotId, prize.Title, prize.Number, prize.Winner, prize.RedeemedAt));
    }
}
