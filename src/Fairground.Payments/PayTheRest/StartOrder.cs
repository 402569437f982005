using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Messaging;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Fairground.Payments.StartTopUp;

namespace Fairground.Payments.PayTheRest;

/// <summary>Sets aside what the wallet has of a purchase, and begins the payment of the rest.</summary>
/// <param name="Seller">The shop of the lot.</param>
/// <param name="Terms">What the chosen place demands of whoever buys.</param>
/// <param name="Open">So many could be bought when it was looked at: part of the command, so that a repeat gets the first answer and no refusal of what it has begun.</param>
internal sealed record StartOrder(
    CommandKey Key, Guid OrderId, Guid HoldId, Guid PaymentId, Guid PaymentHoldId, Guid UserId, Guid LotId, string Title, Guid Seller, int Quantity, Money Total, string Gateway, bool Watched, bool Numbered,
    GuardTerms Terms, bool Open) : IHotCommand;

/// <summary>The first one's ids, so that a repeat gets the same order.</summary>
internal sealed record OrderStarted(Guid OrderId, Guid PaymentId);

/// <summary>
/// Decides <see cref="StartOrder"/>. Refusals in this order: <c>order.lot_closed</c>, those of <see cref="Guarding.Check"/> (nobody pays for what they may not buy), <c>order.not_needed</c>, <c>payment.amount_out_of_range</c>.
/// </summary>
internal sealed class StartOrderRule : HotRule<StartOrder, OrderStarted>
{
    public override void Needs(StartOrder command, LoadPlan plan)
    {
        var currency = command.Total.Currency.Code;
        plan.Account(SharedAccounts.WalletOf(command.UserId, currency)).Account(PaymentsPostings.ClearingOf(command.Gateway, currency)).Guard(command.UserId)
            .Row(PurchaseOrder.Table, command.OrderId).Row(Payment.Table, command.PaymentId);
        if (command.Numbered) plan.Row(PaymentCounter.Table, PaymentCounter.IdOf(command.Gateway));
    }

    public override Decision Decide(StartOrder command, GroupState state, DateTimeOffset now)
    {
        var (total, currency) = (command.Total.Minor, command.Total.Currency.Code);
        var wallet = SharedAccounts.WalletOf(command.UserId, currency);
        if (!command.Open) return Refuse(OrderRefusals.LotClosed);
        if (Guarding.Check(state, new GuardedPurchase(command.UserId, command.Seller, currency, total, command.Quantity, command.Terms), now) is { } kept) return Refuse(kept);
        var fromWallet = Math.Max(0, state.Available(wallet));
        if (fromWallet >= total) return Refuse(OrderRefusals.NotNeeded);
        var rest = total - fromWallet;
        if (TopUpLimits.Check(new Money(rest, command.Total.Currency)) is { } outOfRange) return Refuse(outOfRange);

        var order = new PurchaseOrder(
            command.OrderId, command.UserId, command.LotId, command.Title, command.Quantity, total, currency, fromWallet, fromWallet > 0 ? command.HoldId : null, command.PaymentId,
            OrderState.Waiting, null, null, now, now + PurchaseOrder.Lifetime, null);
        var decision = Accept(new OrderStarted(order.Id, order.PaymentId)).Change(PurchaseOrder.Table, order)
            .BringIn(state, command.PaymentId, command.PaymentHoldId, command.UserId, new Money(rest, command.Total.Currency), command.Gateway, command.Watched, command.Numbered, null, null, now);
        return order.HoldId is { } hold ? decision.Hold(hold, wallet, fromWallet, order.ExpiresAt, order.Id) : decision;
    }
}

/// <summary>What the wallet gave is free again: to be spent at once on what was ordered, or because the order has lapsed.</summary>
/// <param name="End">Where the order stands from now on; null while it is being bought.</param>
/// <param name="Tells">The buyer did not ask for it and learns that it has lapsed, where it has.</param>
internal sealed record EndOrder(CommandKey Key, Guid OrderId, Guid PaymentId, Guid UserId, Guid? HoldId, string Currency, OrderState? End, string? Reason, Guid? PurchaseId, bool Tells = false) : IHotCommand
{
    public static EndOrder Free(PurchaseOrder order) => Of(order, "free", null);

    /// <summary>It was not paid in time, or its payment failed.</summary>
    public static EndOrder Lapse(PurchaseOrder order) => Of(order, "lapsed", OrderState.Lapsed) with { Tells = true };

    public static EndOrder Of(PurchaseOrder order, string step, OrderState? end, string? reason = null, Guid? purchase = null) =>
        new(CommandKey.System("payments.order", order.Id.ToString("N"), step), order.Id, order.PaymentId, order.UserId, order.HoldId, order.Currency, end, reason, purchase);
}

/// <summary>Where it stands now.</summary>
internal sealed record OrderTurned(OrderState State);

/// <summary>An order has lapsed and its buyer is to be told. Payloads are part of the contract: only add.</summary>
/// <param name="FromWallet">What of it was on hold, minor units.</param>
internal sealed record OrderLapsed(Guid OrderId, Guid UserId, Guid LotId, string Title, int Quantity, long FromWallet, string Currency) : IDomainEvent
{
    public const string Name = "payments.order.lapsed";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Decides <see cref="EndOrder"/>. Refusal: <c>order.not_found</c>. An order that has ended stays as it is, and one that is paid does not lapse: it is being bought.</summary>
internal sealed class EndOrderRule : HotRule<EndOrder, OrderTurned>
{
    public override void Needs(EndOrder command, LoadPlan plan)
    {
        plan.Row(PurchaseOrder.Table, command.OrderId).Row(Payment.Table, command.PaymentId).Account(SharedAccounts.WalletOf(command.UserId, command.Currency));
        if (command.HoldId is { } hold) plan.Hold(hold);
    }

    public override Decision Decide(EndOrder command, GroupState state, DateTimeOffset now)
    {
        if (state.Row(PurchaseOrder.Table, command.OrderId) is not { } order) return Refuse(OrderRefusals.NotFound);
        if (order.State != OrderState.Waiting) return Accept(new OrderTurned(order.State));
        if (command.End == OrderState.Lapsed && state.Row(Payment.Table, command.PaymentId) is { State: PaymentState.Succeeded }) return Accept(new OrderTurned(order.State));
        var decision = Accept(new OrderTurned(command.End ?? order.State));
        if (order.HoldId is { } id && state.Hold(id) is { State: HoldState.Pending } hold) decision.ReleaseHold(hold, SharedAccounts.WalletOf(order.UserId, order.Currency));
        if (command is { End: OrderState.Lapsed, Tells: true }) decision.Publish(new OrderLapsed(order.Id, order.UserId, order.LotId, order.Title, order.Quantity, order.FromWallet, order.Currency));
        return command.End is { } end ? decision.Change(PurchaseOrder.Table, order with { State = end, Reason = command.Reason, PurchaseId = command.PurchaseId, EndedAt = now }) : decision;
    }
}
