using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Hands a prize over, once for ever (C-31).</summary>
/// <param name="By">The member of staff.</param>
/// <param name="Where">Shop and address.</param>
/// <param name="Attempt">Tells the attempt that handed over from a later one that is given its outcome again.</param>
internal sealed record RedeemClaim(Guid WinId, Guid LotId, Guid By, string Where, Guid Attempt) : IHotCommand
{
    public CommandKey Key { get; } = CommandKey.System("draws.claim", WinId.ToString("N"));
}

/// <summary>The outcome: which attempt it was, and when.</summary>
internal sealed record Redeemed(Guid Attempt, DateTimeOffset At);

/// <summary>A prize was handed over.</summary>
internal sealed record WinClaimed(Guid LotId, Guid WinId, Guid ShopId, Guid By) : IDomainEvent
{
    public const string Name = "draws.win.claimed";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Refusals in this order: <c>win.not_found</c>, <c>claim.by_delivery</c>, <c>claim.not_paid</c>, <c>claim.paid_back</c>, <c>claim.already_redeemed</c>, <c>claim.paid_in_cash</c>, <c>claim.too_late</c>.</summary>
internal sealed class RedeemClaimRule : HotRule<RedeemClaim, Redeemed>
{
    public override void Needs(RedeemClaim command, LoadPlan plan) => plan.Row(DrawsTables.Wins, command.WinId).Row(DrawsTables.Sales, command.LotId);

    public override Decision Decide(RedeemClaim command, GroupState state, DateTimeOffset now)
    {
        var win = state.Row(DrawsTables.Wins, command.WinId);
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        if (win is null || sale is null) return Refuse(ClaimRefusals.WinNotFound);
        if (Why(win, now) is { } refusal) return Refuse(refusal);
        // Whole milliseconds, as rows keep them, so that this answer and every later one name the same instant.
        var at = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        return Accept(new Redeemed(command.Attempt, at))
            .Change(DrawsTables.Wins, win.To(WinState.Claimed) with { EndedAt = at, EndedBy = command.By, EndedWhere = command.Where })
            .Change(DrawsTables.Sales, sale.WinEnded(now))
            .Publish(new WinClaimed(sale.LotId, win.Id, win.ShopId, command.By));
    }

    /// <summary>Why the prize of this win cannot be handed over now, or null. Pure.</summary>
    public static Refusal? Why(Win win, DateTimeOffset now)
    {
        if (win.State == WinState.Reserve) return ClaimRefusals.WinNotFound;
        // What a final buyer gets goes by a delivery of its own, which the counter hands over by its own code.
        if (win.State == WinState.Bought) return ClaimRefusals.ByDelivery.With(("deliveryId", HandoverOrder.IdOf(HandoverEnds.Source, win.Id)));
        if (win.State == WinState.Candidate) return ClaimRefusals.NotPaid.With(("payBy", win.ClaimBy));
        if (win.State == WinState.NotDelivered) return ClaimRefusals.PaidBack;
        if (win.State == WinState.Claimed) return ClaimRefusals.AlreadyRedeemed.With(("redeemedAt", win.EndedAt));
        if (win.State == WinState.Paid || (win.State == WinState.Drawn && win.ClaimBy is null)) return ClaimRefusals.PaidInCash;
        if (win.State is WinState.Unclaimed or WinState.Waived or WinState.Unpaid || now >= win.ClaimBy) return ClaimRefusals.TooLate.With(("claimBy", win.ClaimBy));
        return null;
    }
}
