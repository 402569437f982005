using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Delivery;

/// <summary>What became of what a carrier sent.</summary>
/// <param name="New">News that were not known before.</param>
internal sealed record HeardAnswer(int New);

/// <summary><c>POST carriers/{carrier}/events</c>: where carriers tell where parcels are (D-25). Refusals <c>carrier.unknown</c>, <c>carrier.signature_wrong</c>, <c>carrier.unreadable</c>.</summary>
internal static class CarrierEndpoints
{
    private const int LargestBody = 512 << 10;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/carriers/{carrier}/events", Hear).WithTags("Deliveries").WithAccess(Access.Public).WithName("HearCarrier")
        .WithSummary("Where carriers tell what happened to parcels; signed.").WithMetadata(new RequestSizeLimitAttribute(LargestBody), new RateRule("carriers", 2_000, 500))
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<Results<Ok<HeardAnswer>, ProblemHttpResult>> Hear(string carrier, HttpContext http, Carriers carriers, ParcelFollower follower, TimeProvider time, CancellationToken ct)
    {
        if (carriers.Find(carrier) is not { Secret: not null } known) return Problems.Of(CarrierRefusals.Unknown);
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, ct);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (!CarrierNews.IsSigned(known, name => http.Request.Headers[name].ToString(), bytes.Span, time.GetUtcNow())) return Problems.Of(CarrierRefusals.SignatureWrong);
        var read = CarrierNews.Read(known.Shape, bytes);
        if (read.Refused) return Problems.Of(read.Refusal!);
        var fresh = 0;
        foreach (var report in read.Value)
        {
            // A number that is not ours is none of our business, and sending it again would not change that.
            if (await follower.Find(known.Name, report.Tracking, ct) is { } shipment) fresh += (await follower.Take(shipment.Id, ParcelNewsWay.Carrier, report.News, ct)).Value;
        }
        return TypedResults.Ok(new HeardAnswer(fresh));
    }
}
