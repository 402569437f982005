using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Payments.PayTheRest;

/// <summary>What to buy with what the wallet has and a payment of the rest.</summary>
/// <param name="Quantity">1 to 1,000 certificates.</param>
/// <param name="Gateway">The way of paying, one of <c>GET me/wallet/gateways</c>; the first of them where it is absent.</param>
public sealed record PurchaseOrderRequest(Guid LotId, int Quantity, string? Gateway = null);

/// <summary>An order.</summary>
/// <param name="State"><c>waiting</c> for its payment, <c>bought</c>, <c>not_bought</c> (paid, but not to be had any more: the money is in the wallet), <c>lapsed</c>.</param>
/// <param name="FromWallet">Set aside in the wallet until <paramref name="ExpiresAt"/>.</param>
/// <param name="ToPay">What the payment brings.</param>
/// <param name="PayUrl">Where it is paid; absent once it is over.</param>
/// <param name="Reason">The code of what stood against buying.</param>
public sealed record PurchaseOrderInfo(
    Guid OrderId, Guid PaymentId, Guid LotId, int Quantity, Money Total, Money FromWallet, Money ToPay, string State, string? PayUrl, string? Reason, Guid? PurchaseId, DateTimeOffset ExpiresAt)
{
    internal static PurchaseOrderInfo Of(PurchaseOrder o, string? payUrl) => new(
        o.Id, o.PaymentId, o.LotId, o.Quantity, o.MoneyOf(o.Total), o.MoneyOf(o.FromWallet), o.MoneyOf(o.Total - o.FromWallet), o.Wire, payUrl, o.Reason, o.PurchaseId, o.ExpiresAt);
}

/// <summary><c>me/purchase-orders</c>: a purchase that is paid from the wallet and at a gateway (C-10, C-13).</summary>
internal static class OrderEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("me/purchase-orders").WithTags("Purchase orders");
        orders.MapPost("", Start).WithAccess(Access.SignedIn).WithName("StartPurchaseOrder").WithSummary("Buy with what the wallet has and a payment of the rest. Needs an Idempotency-Key.");
        orders.MapGet("{orderId:guid}", Read).WithAccess(Access.SignedIn).WithName("ReadPurchaseOrder").WithSummary("How an order stands");
        orders.MapDelete("{orderId:guid}", GiveUp).WithAccess(Access.SignedIn).WithName("GiveUpPurchaseOrder").WithSummary("Give an order up: what was set aside is free at once");
    }

    private static async Task<Results<Created<PurchaseOrderInfo>, ProblemHttpResult>> Start(PurchaseOrderRequest request, HttpContext http, ClaimsPrincipal user, OrderDesk desk, PublicAddress market, CancellationToken ct)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refusal is { } noKey) return Problems.Of(noKey);
        var address = market.Of(http);
        var ready = await desk.Start(user.UserId(), request.LotId, request.Quantity, request.Gateway, key.Value, address, ct);
        if (ready.Refusal is { } refusal) return Problems.Of(refusal);
        if (ready.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        var (order, there) = (ready.Value.Order, ready.Value.PayUrl);
        // As it was when it was first answered: a repeat gets the same answer.
        return TypedResults.Created($"/api/v1/me/purchase-orders/{order.Id}", PurchaseOrderInfo.Of(order with { State = OrderState.Waiting, Reason = null, PurchaseId = null }, there.StartsWith('/') ? address + there : there));
    }

    private static async Task<Results<Ok<PurchaseOrderInfo>, ProblemHttpResult>> Read(Guid orderId, ClaimsPrincipal user, OrderDesk desk, CancellationToken ct) =>
        await desk.Find(user.UserId(), orderId, ct) is { } order ? TypedResults.Ok(PurchaseOrderInfo.Of(order, null)) : Problems.Of(OrderRefusals.NotFound);

    private static async Task<Results<NoContent, ProblemHttpResult>> GiveUp(Guid orderId, ClaimsPrincipal user, OrderDesk desk, CancellationToken ct) =>
        await desk.GiveUp(user.UserId(), orderId, ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();
}
