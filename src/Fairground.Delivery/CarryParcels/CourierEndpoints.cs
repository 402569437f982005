using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Delivery;

/// <summary>What a courier's phone calls; the link's token stands for a sign-in.</summary>
internal static class CourierEndpoints
{
    public const long LargestPicture = 11L * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder api)
    {
        var courier = api.MapGroup("/courier/{token}").WithTags("Deliveries");
        courier.MapGet("", Open).WithAccess(Access.Public).WithName("OpenCourierLink").WithSummary("The parcels of a courier's link.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status410Gone);
        courier.MapPost("/stops/{shipmentId:guid}/events", Tell).WithAccess(Access.Public).WithName("TellByCourier").WithSummary("What the courier says: JSON, or a form with the same names and 'picture'.")
            .WithMetadata(new RequestSizeLimitAttribute(LargestPicture), new RateRule("couriers", 60, 5)).Accepts<CourierWord>("application/json", "multipart/form-data").DisableAntiforgery()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status410Gone).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<Ok<CourierListView>, ProblemHttpResult>> Open(string token, CourierDesk desk, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var opened = await desk.Open(token, ct);
        return opened.Refused ? Problems.Of(opened.Refusal!) : TypedResults.Ok(opened.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Tell(string token, Guid shipmentId, CourierDesk desk, HttpContext http, CancellationToken ct)
    {
        if (!http.Request.HasFormContentType)
        {
            if (!http.Request.HasJsonContentType()) return Problems.Of(CommonRefusals.Malformed);
            return Done(await http.Request.ReadFromJsonAsync<CourierWord>(ct) is { } word ? await desk.Tell(token, shipmentId, word, null, ct) : CommonRefusals.Malformed);
        }
        return Done(await Told(token, shipmentId, await http.Request.ReadFormAsync(ct), desk, ct));
    }

    /// <summary>What a form says; the page calls this too.</summary>
    public static async Task<Refusal?> Told(string token, Guid shipmentId, IFormCollection form, CourierDesk desk, CancellationToken ct)
    {
        var word = new CourierWord(form["kind"], form["code"], form["note"], Degrees(form["latitude"]), Degrees(form["longitude"]), form["tellersId"]);
        if (form.Files.GetFile("picture") is not { Length: > 0 } file) return await desk.Tell(token, shipmentId, word, null, ct);
        await using var picture = file.OpenReadStream();
        return await desk.Tell(token, shipmentId, word, picture, ct);
    }

    private static decimal? Degrees(string? text) => decimal.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var degrees) ? degrees : null;

    private static Results<NoContent, ProblemHttpResult> Done(Refusal? no) => no is null ? TypedResults.NoContent() : Problems.Of(no);
}
