using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Delivery;

/// <summary>Deliveries.</summary>
internal sealed record DeliveryList(IReadOnlyList<DeliveryView> Items);

/// <summary>How to receive it.</summary>
/// <param name="Way"><c>shipment</c> or <c>pick-up</c>.</param>
/// <param name="AddressId">Of the address book, for a shipment.</param>
internal sealed record ChoiceBody(string? Way, Guid? AddressId);

/// <summary>What is wrong.</summary>
/// <param name="Reason"><c>not-arrived</c>, <c>damaged</c>, <c>wrong</c>, <c>not-as-described</c>, <c>other</c>.</param>
internal sealed record DisputeBody(string? Reason, string? Said);

/// <summary>The shop's answer.</summary>
internal sealed record DisputeAnswerBody(string? Answer);

/// <summary>The operator's ruling.</summary>
/// <param name="For"><c>buyer</c> or <c>seller</c>.</param>
internal sealed record RulingBody(string? For, string? Reasons);

/// <summary>What was shown.</summary>
internal sealed record EvidenceAnswer(Guid EvidenceId);

/// <summary>The buyer's calls, and those of a dispute.</summary>
internal static class MyDeliveryEndpoints
{
    public const long LargestEvidence = 21L * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder api)
    {
        var mine = api.MapGroup("/me/deliveries").WithTags("Deliveries");
        mine.MapGet("", List).WithAccess(Access.SignedIn).WithName("ListMyDeliveries").WithSummary("What is on its way to me, and what arrived.");
        mine.MapGet("/{deliveryId:guid}", Show).WithAccess(Access.SignedIn).WithName("GetMyDelivery").WithSummary("One delivery of mine: where it is, and what I can do.");
        mine.MapPost("/{deliveryId:guid}/choice", Choose).WithAccess(Access.SignedIn).WithName("ChooseDelivery").WithSummary("Says how and where I receive it; until the shop has packed it.");
        mine.MapGet("/{deliveryId:guid}/claim-code", Code).WithAccess(Access.SignedIn).WithName("GetPickUpCode").WithSummary("A code for the counter, valid for five minutes.");
        var all = api.MapGroup("/deliveries/{deliveryId:guid}").WithTags("Deliveries");
        all.MapPost("/approval", Approve).WithAccess(Access.SignedIn).WithName("ApproveDelivery").WithSummary("All is well: the shop is paid. The buyer's to say, and final.");
        all.MapPost("/dispute", Dispute).WithAccess(Access.SignedIn).WithName("DisputeDelivery").WithSummary("Something is wrong: the days of approval stop, and the operator rules.");
        all.MapPost("/dispute/answer", Answer).WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.Answer).WithName("AnswerDispute").WithSummary("The shop's answer, once.");
        all.MapPost("/evidence", ShowEvidence).WithAccess(Access.SignedIn).WithName("ShowEvidence").WithSummary("Shows a picture or a PDF in a dispute: a form with 'file' and 'note'. Either party and the operator.")
            .WithMetadata(new RequestSizeLimitAttribute(LargestEvidence)).Accepts<IFormFile>("multipart/form-data").DisableAntiforgery();
        all.MapGet("/evidence/{evidenceId:guid}", Evidence).WithAccess(Access.SignedIn).WithName("GetEvidence").WithSummary("A picture or paper of a dispute, for its parties and the operator.");
        all.MapGet("/pictures/{newsId:guid}", Picture).WithAccess(Access.SignedIn).WithName("GetCourierPicture").WithSummary("A picture that a courier took, for the parties and the operator.");
        all.MapPost("/ruling", Rule).WithAccess(Access.Operator).WithRecentSignIn().WithName("RuleDelivery").WithSummary("Ends a delivery for the buyer or for the seller, with reasons.");
        api.MapGet("/deliveries", Watched).WithTags("Deliveries").WithAccess(Access.Operator).WithName("ListWatchedDeliveries").WithSummary("What the operator should look at: disputes, late, accidents.");
        api.MapGet("/deliveries/{deliveryId:guid}", ForOperator).WithTags("Deliveries").WithAccess(Access.Operator).WithName("GetDelivery").WithSummary("One delivery, for the operator.");
    }

    /// <summary>Addresses that pages use.</summary>
    public static void MapRoot(IEndpointRouteBuilder root) => root.MapGet("/me/deliveries/{deliveryId:guid}/code.png", CodePicture).WithAccess(Access.SignedIn).ExcludeFromDescription();

    private static async Task<Ok<DeliveryList>> List(DeliveryViews views, HttpContext http, CancellationToken ct) => TypedResults.Ok(new DeliveryList(await views.Mine(http.User.UserId(), ct)));

    private static async Task<Results<Ok<DeliveryView>, ProblemHttpResult>> Show(Guid deliveryId, DeliveryViews views, HttpContext http, CancellationToken ct) => Of(await views.MyOne(http.User.UserId(), deliveryId, ct));

    private static async Task<Results<Ok<DeliveryView>, ProblemHttpResult>> Choose(Guid deliveryId, ChoiceBody body, WayChoice choice, DeliveryViews views, HttpContext http, CancellationToken ct)
    {
        if (await choice.Choose(http.User.UserId(), deliveryId, DeliveryWire.Way(body.Way), body.AddressId, ct) is { } no) return Problems.Of(no);
        return Of(await views.MyOne(http.User.UserId(), deliveryId, ct));
    }

    private static async Task<Results<Ok<ClaimPass>, ProblemHttpResult>> Code(Guid deliveryId, CounterCodes codes, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var made = await codes.Make(http.User.UserId(), deliveryId, ct);
        return made.Refused ? Problems.Of(made.Refusal!) : TypedResults.Ok(made.Value);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> CodePicture(Guid deliveryId, CounterCodes codes, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var made = await codes.Make(http.User.UserId(), deliveryId, ct);
        return made.Refused ? Problems.Of(made.Refusal!) : TypedResults.File(codes.Picture(made.Value.Token), "image/png");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Approve(Guid deliveryId, Approvals approvals, HttpContext http, CancellationToken ct) => Done(await approvals.Approve(http.User.UserId(), deliveryId, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Dispute(Guid deliveryId, DisputeBody body, DisputeDesk desk, HttpContext http, CancellationToken ct) =>
        Done(await desk.Open(http.User.UserId(), deliveryId, body.Reason, body.Said, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Answer(Guid deliveryId, DisputeAnswerBody body, DisputeDesk desk, HttpContext http, CancellationToken ct) => Done(await desk.Answer(http.User, deliveryId, body.Answer, ct));

    private static async Task<Results<Created<EvidenceAnswer>, ProblemHttpResult>> ShowEvidence(Guid deliveryId, DisputeDesk desk, HttpContext http, CancellationToken ct)
    {
        if (!http.Request.HasFormContentType) return Problems.Of(CommonRefusals.Malformed);
        var form = await http.Request.ReadFormAsync(ct);
        if (form.Files.GetFile("file") is not { Length: > 0 } file) return Problems.Of(FileRefusals.Empty);
        await using var content = file.OpenReadStream();
        var shown = await desk.Show(http.User, deliveryId, form["note"], content, ct);
        return shown.Refused ? Problems.Of(shown.Refusal!) : TypedResults.Created($"/api/v1/deliveries/{deliveryId}/evidence/{shown.Value}", new EvidenceAnswer(shown.Value));
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Evidence(Guid deliveryId, Guid evidenceId, DisputeDesk desk, IFileStore files, HttpContext http, CancellationToken ct) =>
        Content(http, files, await desk.File(http.User, deliveryId, evidenceId, ct), $"evidence-{evidenceId:N}");

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Picture(Guid deliveryId, Guid newsId, DisputeDesk desk, IFileStore files, HttpContext http, CancellationToken ct) =>
        Content(http, files, await desk.Picture(http.User, deliveryId, newsId, ct), $"picture-{newsId:N}");

    private static Results<FileStreamHttpResult, ProblemHttpResult> Content(HttpContext http, IFileStore files, Result<StoredFile> found, string name)
    {
        if (found.Refused) return Problems.Of(found.Refusal!);
        http.Response.Headers.CacheControl = "private, no-store";
        return ShowFile.Answer(http, files, found.Value, Documents.FileName(name, found.Value.MediaType));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Rule(Guid deliveryId, RulingBody body, DisputeDesk desk, HttpContext http, CancellationToken ct) =>
        Done(await desk.Rule(http.User.UserId(), deliveryId, body.For, body.Reasons, ct));

    private static async Task<Ok<DeliveryList>> Watched(string? list, int? after, DeliveryViews views, CancellationToken ct) =>
        TypedResults.Ok(new DeliveryList(await views.Watched(list switch { "late" => WatchList.Late, "accidents" => WatchList.Accidents, _ => WatchList.Disputes }, Math.Max(0, after ?? 0), ct)));

    private static async Task<Results<Ok<DeliveryView>, ProblemHttpResult>> ForOperator(Guid deliveryId, DeliveryViews views, HttpContext http, CancellationToken ct) => Of(await views.ForOperator(http.User, deliveryId, ct));

    private static Results<Ok<DeliveryView>, ProblemHttpResult> Of(Result<DeliveryView> view) => view.Refused ? Problems.Of(view.Refusal!) : TypedResults.Ok(view.Value);

    private static Results<NoContent, ProblemHttpResult> Done(Refusal? no) => no is null ? TypedResults.NoContent() : Problems.Of(no);
}
