using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>A new parcel.</summary>
/// <param name="Carrier">One that <c>GET carriers</c> names, <c>own</c> or <c>other</c>.</param>
/// <param name="Tracking">The carrier's number.</param>
internal sealed record ShipmentBody(Guid DeliveryId, string? Carrier, string? Tracking);

/// <summary>What the shop says of a parcel.</summary>
/// <param name="Kind"><c>handed_over</c>, <c>in_transit</c>, <c>out_for_delivery</c>, <c>returned</c>, <c>lost</c>, <c>damaged</c>, <c>accident</c>, <c>note</c>.</param>
internal sealed record ShipmentWord(string? Kind, string? Note);

/// <summary>A carrier that parcels can go with.</summary>
/// <param name="Hears">True where it tells by itself, or is asked, where parcels are.</param>
internal sealed record CarrierView(string Name, string Title, bool NeedsTracking, bool Hears);

/// <summary>The carriers of this market.</summary>
internal sealed record CarrierList(IReadOnlyList<CarrierView> Items);

/// <summary>Links for couriers.</summary>
internal sealed record CourierLinkList(IReadOnlyList<CourierLinkView> Items);

/// <summary>The shop's calls.</summary>
internal static class ShipmentEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/carriers", Carriers).WithTags("Deliveries").WithAccess(Access.Public).WithName("ListCarriers").WithSummary("The carriers that parcels can go with.");
        api.MapGet("/shops/{shopId:guid}/deliveries", List).WithTags("Deliveries").WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.See).WithName("ListShopDeliveries")
            .WithSummary("The shop's deliveries in one list: to-send, at-counter, sent, disputed, ended. Addresses are shown while they go on, and each look is noted.");
        api.MapGet("/shops/{shopId:guid}/deliveries/{deliveryId:guid}", One).WithTags("Deliveries").WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.See).WithName("GetShopDelivery").WithSummary("One delivery of the shop's, with the buyer's name and address while it goes on.");
        var shipments = api.MapGroup("/shipments").WithTags("Deliveries");
        shipments.MapPost("", Make).WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.Send).WithName("MakeShipment").WithSummary("Makes a parcel of a delivery whose buyer has chosen an address.");
        shipments.MapGet("/{shipmentId:guid}", Show).WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.See).WithName("GetShipment").WithSummary("A parcel, with everything that was told of it.");
        shipments.MapPost("/{shipmentId:guid}/events", Tell).WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.Send).WithName("TellOfShipment").WithSummary("What the shop says of a parcel. That it was delivered is for carrier, courier and buyer to say.");
        shipments.MapDelete("/{shipmentId:guid}", Withdraw).WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.Send).WithName("WithdrawShipment").WithSummary("Takes a parcel back that no carrier has yet.");
        shipments.MapGet("/{shipmentId:guid}/label", Label).WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.Send).WithName("GetLabel").WithSummary("The label as PDF, 100 by 150 mm.").Produces(StatusCodes.Status200OK, contentType: "application/pdf");
        var links = api.MapGroup("/shops/{shopId:guid}/courier-links").WithTags("Deliveries");
        links.MapPost("", MakeLink).WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.Send).WithName("MakeCourierLink").WithSummary("A link for a courier's phone with these parcels, for 1 to 7 days.");
        links.MapGet("", Links).WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.Send).WithName("ListCourierLinks").WithSummary("The shop's links of the last two weeks, newest first.");
        links.MapDelete("/{linkId:guid}", EndLink).WithAccess(Access.ShopStaff).WithPermission(DeliveryPermissions.Send).WithName("EndCourierLink").WithSummary("Ends a link before its time.");
    }

    /// <summary>Files that pages lead to.</summary>
    public static void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/shop/{shopId:guid}/deliveries.csv", PackList.Handle).WithAccess(Access.ShopStaff).ExcludeFromDescription();
        root.MapGet("/shop/{shopId:guid}/labels.pdf", Labels).WithAccess(Access.ShopStaff).ExcludeFromDescription();
    }

    public static ShopList ListOf(string? list) => list switch { "at-counter" => ShopList.AtCounter, "sent" => ShopList.Sent, "disputed" => ShopList.Disputed, "ended" => ShopList.Ended, _ => ShopList.ToSend };

    private static Ok<CarrierList> Carriers(Carriers carriers) =>
        TypedResults.Ok(new CarrierList([.. carriers.Names.Select(n => new CarrierView(n, carriers.Title(n), carriers.Find(n) is not null, n == Delivery.Carriers.Own || carriers.Find(n) is { } c && (c.Secret ?? c.PollUrl) is not null))]));

    private static async Task<Ok<DeliveryList>> List(Guid shopId, string? list, int? after, DeliveryViews views, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new DeliveryList(await views.OfShop(http.User, shopId, ListOf(list), Math.Max(0, after ?? 0), DeliveryViews.PageSize, ct)));
    }

    private static async Task<Results<Ok<DeliveryView>, ProblemHttpResult>> One(Guid shopId, Guid deliveryId, DeliveryViews views, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var found = await views.OfShop(http.User, deliveryId, ct);
        if (found.Refused) return Problems.Of(found.Refusal!);
        return found.Value.ShopId == shopId ? TypedResults.Ok(found.Value) : Problems.Of(DeliveryRefusals.NotFound);
    }

    private static async Task<Results<Created<ShipmentView>, ProblemHttpResult>> Make(ShipmentBody body, ShippingDesk desk, DeliveryViews views, HttpContext http, CancellationToken ct)
    {
        var made = await desk.Make(http.User, body.DeliveryId, body.Carrier, body.Tracking, ct);
        return made.Refused ? Problems.Of(made.Refusal!) : TypedResults.Created($"/api/v1/shipments/{made.Value.Id}", views.View(made.Value, []));
    }

    private static async Task<Results<Ok<ShipmentView>, ProblemHttpResult>> Show(Guid shipmentId, ShippingDesk desk, DeliveryContext context, DeliveryViews views, HttpContext http, CancellationToken ct)
    {
        var found = await desk.Find(http.User, shipmentId, ct);
        if (found.Refused) return Problems.Of(found.Refusal!);
        return TypedResults.Ok(views.View(found.Value, await context.News.AsNoTracking().Where(n => n.ShipmentId == shipmentId).ToListAsync(ct)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Tell(Guid shipmentId, ShipmentWord word, ShippingDesk desk, HttpContext http, CancellationToken ct) => Done(await desk.Tell(http.User, shipmentId, word.Kind, word.Note, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(Guid shipmentId, ShippingDesk desk, HttpContext http, CancellationToken ct) => Done(await desk.Withdraw(http.User, shipmentId, ct));

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Label(Guid shipmentId, Labels labels, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var printed = await labels.Print(http.User, [shipmentId], ct);
        return printed.Refused ? Problems.Of(printed.Refusal!) : TypedResults.File(printed.Value, "application/pdf", $"label-{shipmentId:N}.pdf");
    }

    // All labels of what is packed and waits for its carrier.
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Labels(Guid shopId, Labels labels, DeliveryContext context, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var ids = await context.Shipments.AsNoTracking().Where(s => s.ShopId == shopId && s.State == ShipmentState.Created && context.Handovers.Any(h => h.Id == s.HandoverId && h.EndedAt == null)).OrderBy(s => s.MadeAt).Select(s => s.Id).Take(200).ToListAsync(ct);
        var printed = await labels.Print(http.User, ids, ct);
        return printed.Refused ? Problems.Of(printed.Refusal!) : TypedResults.File(printed.Value, "application/pdf", "labels.pdf");
    }

    private static async Task<Results<Created<CourierLinkView>, ProblemHttpResult>> MakeLink(Guid shopId, CourierLinkBody body, CourierDesk desk, HttpContext http, CancellationToken ct)
    {
        var made = await desk.Make(http.User, shopId, body, ct);
        return made.Refused ? Problems.Of(made.Refusal!) : TypedResults.Created(made.Value.Path, made.Value);
    }

    private static async Task<Ok<CourierLinkList>> Links(Guid shopId, CourierDesk desk, CancellationToken ct) => TypedResults.Ok(new CourierLinkList(await desk.Of(shopId, ct)));

    private static async Task<Results<NoContent, ProblemHttpResult>> EndLink(Guid shopId, Guid linkId, CourierDesk desk, CancellationToken ct) => Done(await desk.End(shopId, linkId, ct));

    private static Results<NoContent, ProblemHttpResult> Done(Refusal? no) => no is null ? TypedResults.NoContent() : Problems.Of(no);
}
