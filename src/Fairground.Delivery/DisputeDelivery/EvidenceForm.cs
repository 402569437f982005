using Fairground.Kernel;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Delivery;

/// <summary>Where the forms of the three pages of a dispute send their files.</summary>
internal static class EvidenceForm
{
    public static void Map(IEndpointRouteBuilder root) => root.MapPost("/deliveries/{deliveryId:guid}/evidence", Take).WithAccess(Access.SignedIn)
        .WithMetadata(new RequestSizeLimitAttribute(MyDeliveryEndpoints.LargestEvidence)).DisableAntiforgery().ExcludeFromDescription();

    private static async Task<IResult> Take(Guid deliveryId, [FromQuery(Name = "as")] string? side, DisputeDesk desk, HttpContext http, IAntiforgery antiforgery, CancellationToken ct)
    {
        if (!http.Request.HasFormContentType) return Problems.Of(CommonRefusals.Malformed);
        var form = await http.Request.ReadFormAsync(ct);
        if (!await antiforgery.IsRequestValidAsync(http)) return Problems.Of(CommonRefusals.Malformed.Saying(T["The form was too old. Load the page again and repeat it."]));
        var refusal = (Refusal?)FileRefusals.Empty;
        if (form.Files.GetFile("file") is { Length: > 0 } file)
        {
            await using var content = file.OpenReadStream();
            refusal = (await desk.Show(http.User, deliveryId, form["note"], content, ct)).Refusal;
        }
        Flash.Set(http, refusal is null ? FlashTone.Good : FlashTone.Alarm, refusal?.Sentence ?? T["It is shown to both sides and the operator."]);
        return TypedResults.LocalRedirect(side switch { "shop" => $"/shop/deliveries/{deliveryId}", "operator" => $"/office/deliveries/{deliveryId}", _ => $"/me/deliveries/{deliveryId}" });
    }
}
