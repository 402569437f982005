using System.Text.Json.Serialization;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Somebody became the final buyer of a unit (D-12, D-13, S107).</summary>
internal sealed record FinalBuyerKnown(Guid LotId, Guid WinId, Guid UserId, Guid ShopId) : IDomainEvent
{
    public const string Name = "draws.buyer.known";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Begins and ends the candidates of two-stage lots. Who comes next stands in the published order; nothing that a candidate does changes it (D-18).</summary>
internal static class Candidates
{
    /// <summary>Loads what a place has to pay.</summary>
    public static LoadPlan Candidate(this LoadPlan plan, Guid winId) => plan.Row(TwoStageTables.Payments, winId);

    /// <summary>A place drawn for a unit: the holder has to pay, or where the first payments cover the price is the final buyer at once.</summary>
    /// <param name="win">As drawn, not begun.</param>
    public static Decision BeginCandidate(this Decision decision, Sale sale, TwoStage two, OrderedGoods goods, Win win, int unit, long amount, DateTimeOffset now)
    {
        decision.Add(TwoStageTables.Payments, new SecondPayment(win.Id, sale.LotId, win.UserId, unit, amount, amount == 0 ? now : null));
        if (amount == 0) return decision.BecomeBuyer(sale, two, goods, win with { State = WinState.Bought }, now);
        var begun = win.Begin(sale, now);
        return decision.Change(DrawsTables.Wins, begun).Add(DrawsTables.Contacts, begun.FirstContact(now));
    }

    /// <summary>The holder of the place is the final buyer, and the seller has to hand the goods over (D-22).</summary>
    /// <param name="bought">In its new state.</param>
    public static Decision BecomeBuyer(this Decision decision, Sale sale, TwoStage two, OrderedGoods goods, Win bought, DateTimeOffset now) => decision
        .Change(DrawsTables.Wins, bought with { ClaimBy = null, ContactAt = null })
        .Publish(new HandoverOrder(
            HandoverEnds.Source, bought.Id, sale.ShopId, bought.UserId, goods.ProductId, goods.Title, two.Terms.Price, sale.Currency, two.Delivery.Ways, two.Delivery.ApproveDays,
            LotTerms.WholeSeconds(now).AddDays(two.Delivery.HandOverDays)))
        .Publish(new FinalBuyerKnown(sale.LotId, bought.Id, bought.UserId, sale.ShopId));

    /// <summary>Ends a candidate who did not pay; the next of the published order is called for the same unit at the same price.</summary>
    public static Decision EndCandidate(this Decision decision, GroupState state, Sale sale, Win win, WinState end, string reason, DateTimeOffset now)
    {
        var owed = state.Row(TwoStageTables.Payments, win.Id) ?? throw new InvalidOperationException($"Place {win.Place} of lot {sale.LotId} has nothing to pay.");
        var next = Win.IdOf(sale.LotId, sale.NextPlace);
        if (sale.NextPlace < sale.Places && state.Row(DrawsTables.Wins, next) is { } reserve)
            decision.Add(TwoStageTables.Payments, new SecondPayment(next, sale.LotId, reserve.UserId, owed.Unit, owed.Amount, null));
        return decision.EndAndCall(state, sale, win.To(end) with { EndedAt = now, ContactAt = null }, reason, now);
    }
}
