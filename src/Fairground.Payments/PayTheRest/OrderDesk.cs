using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Fairground.Ledger.Statements;
using Fairground.Payments.StartTopUp;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.PayTheRest;

/// <summary>An order that the person can now pay.</summary>
/// <param name="PayUrl">An absolute address, or a path on this site.</param>
/// <param name="Replayed">The same answer was given before.</param>
internal sealed record ReadyOrder(PurchaseOrder Order, string PayUrl, bool Replayed);

/// <summary>What a purchase would take from the wallet and what is to be paid at a gateway.</summary>
internal sealed record OrderPreview(CertificateOffer Offer, int Quantity, Money Total, Money FromWallet, Money Rest)
{
    /// <summary>So many can be bought at this moment.</summary>
    public bool IsOpen => Offer.IsOpen && Offer.Left >= Quantity;
}

/// <summary>Begins orders, and gives them up; for the calls and the pages.</summary>
internal sealed class OrderDesk(PaymentsContext context, GroupCommitter ledger, LedgerReader balances, TopUpDesk topUps, ICertificateBuying buying, IJurisdiction jurisdiction)
{
    private const int MostAtOnce = 1_000;

    /// <summary>Refusals: <c>order.quantity_invalid</c>, <c>order.lot_unknown</c>. Whether it can be bought now stands in the answer.</summary>
    public async Task<Result<OrderPreview>> Preview(Guid userId, Guid lotId, int quantity, CancellationToken ct)
    {
        if (quantity is < 1 or > MostAtOnce) return OrderRefusals.QuantityInvalid;
        if (await buying.Offer(lotId, ct) is not { } offer) return OrderRefusals.LotUnknown;
        var total = new Money(checked(offer.Nominal.Minor * quantity), offer.Nominal.Currency);
        var (balance, held) = await balances.BalanceOf(SharedAccounts.WalletOf(userId, total.Currency.Code), ct);
        var wallet = Math.Clamp(balance - held, 0, total.Minor);
        return new OrderPreview(offer, quantity, total, new Money(wallet, total.Currency), new Money(total.Minor - wallet, total.Currency));
    }

    /// <summary>Refusals: those of <see cref="Preview"/>, <c>payment.no_gateway</c>, <c>payment.gateway_not_offered</c>, <c>jurisdiction.not_chosen</c>, <c>jurisdiction.mode_closed</c>,
    /// <c>jurisdiction.licence_missing</c>, those of <see cref="StartOrderRule"/>, <c>idempotency.key_reused</c>, the ledger's and the gateway's own.</summary>
    /// <param name="gateway">The way of paying; null for the first.</param>
    public async Task<Result<ReadyOrder>> Start(Guid userId, Guid lotId, int quantity, string? gateway, string key, string market, CancellationToken ct)
    {
        var preview = await Preview(userId, lotId, quantity, ct);
        if (preview.Refusal is { } no) return no;
        var (offer, total) = (preview.Value.Offer, preview.Value.Total);
        if (await jurisdiction.Chosen(ct) is not { } place) return JurisdictionRefusals.NotChosen;
        if (place.MaySell(SaleModes.Certificates) is { } closed) return closed;
        var ways = topUps.Offered(total.Currency);
        if (ways.Count == 0) return PaymentRefusals.NoGateway;
        if (ways.FirstOrDefault(g => string.IsNullOrEmpty(gateway) || g.Name == gateway) is not { } way) return PaymentRefusals.GatewayNotOffered;
        var started = await ledger.Submit<OrderStarted>(new StartOrder(
            CommandKey.For(userId, key, "payments.order", lotId.ToString("N"), quantity.ToString(CultureInfo.InvariantCulture), gateway ?? ""),
            Ids.New(), Ids.New(), Ids.New(), Ids.New(), userId, lotId, offer.Title, offer.ShopId, quantity, total, way.Name, way.CanBeAsked, way.WantsNumbers, GuardTerms.Of(place.Pack), preview.Value.IsOpen));
        if (started.Refusal is { } refusal) return refusal;
        var order = await Find(started.Value.OrderId, ct);
        var ready = await topUps.Ready(order.PaymentId, started.Replayed, market, ct);
        if (ready.Refusal is { } notReady)
        {
            // Nobody can pay it, so nothing waits for it; a company that is away may be there in a minute.
            if (!notReady.Kind.IsTransient) await ledger.Submit<OrderTurned>(EndOrder.Of(order, "lapsed", OrderState.Lapsed, notReady.Code));
            return notReady;
        }
        return new ReadyOrder(order, ready.Value.PayUrl, started.Replayed);
    }

    /// <summary>Gives an order up: what is on hold is free at once, and a payment that comes in all the same stays in the wallet. Refusals: <c>order.not_found</c>, <c>order.ended</c>.</summary>
    public async Task<Refusal?> GiveUp(Guid userId, Guid orderId, CancellationToken ct)
    {
        if (await Find(userId, orderId, ct) is not { } order) return OrderRefusals.NotFound;
        if (order.State != OrderState.Waiting) return OrderRefusals.Ended;
        var turned = await ledger.Submit<OrderTurned>(EndOrder.Of(order, "lapsed", OrderState.Lapsed));
        if (turned.Refusal is { } no) return no;
        // It was paid in the meantime, and is being bought.
        return turned.Value.State == OrderState.Lapsed ? null : OrderRefusals.Ended.ToRefusal();
    }

    /// <summary>An order of this person, or null.</summary>
    public Task<PurchaseOrder?> Find(Guid userId, Guid orderId, CancellationToken ct) => context.Orders.AsNoTracking().FirstOrDefaultAsync(o => o.Id == orderId && o.UserId == userId, ct);

    /// <summary>The order that a payment belongs to, or null.</summary>
    public Task<PurchaseOrder?> OfPayment(Guid paymentId, CancellationToken ct) => context.Orders.AsNoTracking().FirstOrDefaultAsync(o => o.PaymentId == paymentId, ct);

    private Task<PurchaseOrder> Find(Guid orderId, CancellationToken ct) => context.Orders.AsNoTracking().FirstAsync(o => o.Id == orderId, ct);
}
