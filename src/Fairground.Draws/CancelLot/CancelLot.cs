using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Why a lot is to be cancelled.</summary>
/// <param name="Reason">3 to 500 characters; everyone who bought reads it, and it stays on the lot's page.</param>
internal sealed record CancelLotRequest(string? Reason);

/// <summary>Stops a lot for good; everyone gets the money back.</summary>
/// <param name="DraftOnly">The seller may drop a draft; only an operator stops a lot that is on sale.</param>
/// <param name="Reason">As the buyers will read it.</param>
internal sealed record CancelLot(Guid LotId, bool DraftOnly, Guid By, string Reason) : IHotCommand
{
    public const int ShortestReason = 3;
    public const int LongestReason = 500;

    public CommandKey Key { get; } = CommandKey.System("draws.cancel", LotId.ToString("N"), DraftOnly ? "draft" : "any");

    /// <summary>The reason on one line, or null where it cannot be one. Pure.</summary>
    public static string? Clean(string? text)
    {
        var words = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return words.Length is < ShortestReason or > LongestReason || words.Any(char.IsControl) ? null : words;
    }
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>access.forbidden</c>, <c>lot.cannot_cancel</c>. Once the list is frozen nobody can: who knows the secret must not be able to stop a draw that he dislikes.</summary>
internal sealed class CancelLotRule : HotRule<CancelLot, Done>
{
    public override void Needs(CancelLot command, LoadPlan plan) => plan.Row(DrawsTables.Sales, command.LotId);

    public override Decision Decide(CancelLot command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (command.DraftOnly && sale.State != LotState.Draft) return Refuse(CommonRefusals.Forbidden);
        if (sale.State is not (LotState.Draft or LotState.Open or LotState.SoldOut)) return Refuse(DrawsRefusals.CannotCancel, ("state", sale.State.Wire()));
        return Accept(Done.It)
            .Change(DrawsTables.Sales, sale.To(LotState.Cancelled, now))
            .Add(DrawsTables.Cancellations, new Cancellation(sale.LotId, Cancellation.Stopped, command.Reason, command.By, now))
            .Publish(new LotCancelled(sale.LotId, sale.ShopId, Cancellation.Stopped, command.Reason));
    }
}

/// <summary>Stops lots; page and API call this.</summary>
internal sealed class LotCancellations(DrawsReader reader, GroupCommitter committer, IShopAccess shops)
{
    /// <summary>Refusals: <c>lot.not_found</c>, <c>access.forbidden</c>, <c>lot.reason_invalid</c>, <c>lot.cannot_cancel</c>.</summary>
    public async Task<Result<Sale>> Cancel(ClaimsPrincipal user, Guid lotId, string? reason, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return DrawsRefusals.LotNotFound;
        if (!await shops.MayAct(user, sale.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden;
        if (CancelLot.Clean(reason) is not { } said) return DrawsRefusals.ReasonInvalid.With(("field", "reason"));
        var cancelled = await committer.Submit<Done>(new CancelLot(lotId, DraftOnly: !user.IsOperator(), user.UserId(), said));
        if (cancelled.Refused) return cancelled.Refusal!;
        return cancelled.Replayed ? DrawsRefusals.CannotCancel.With(("state", sale.State.Wire())) : sale;
    }
}
