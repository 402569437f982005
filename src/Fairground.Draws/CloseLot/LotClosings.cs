using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.GroupCommit;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>Closes lots before their deadline; page and API call this. The policy of the terms applies as at the deadline, but for an extension.</summary>
internal sealed class LotClosings(DrawsContext context, DrawsReader reader, GroupCommitter committer, BeaconClock clock, IShopAccess shops, TwoStageReader twoStages, TimeProvider time)
{
    /// <summary>Refusals: <c>lot.not_found</c>, <c>access.forbidden</c>, <c>two_stage.not_by_hand</c>, <c>two_stage.too_few</c>, <c>lot.clock_wrong</c>, <c>lot.not_open</c>.</summary>
    public async Task<Result<LotClosing>> Close(ClaimsPrincipal user, Guid lotId, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return DrawsRefusals.LotNotFound;
        if (!await shops.MayAct(user, sale.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden;
        if (sale.Kind == LotKind.TwoStage && sale.State == LotState.Open)
        {
            if (!(await twoStages.Get(lotId, ct)).Terms.DrawByHand) return TwoStageRefusals.NotByHand;
            if (sale.Sold < sale.Least) return TwoStageRefusals.TooFew.With(("least", sale.Least));
        }
        if (await IsHeldUp(lotId, ct)) return DrawsRefusals.ClockWrong;
        var closed = await committer.Submit<LotClosing>(new CloseLot(lotId, Early: true, sale.Extended));
        if (closed.Refused) return closed.Refusal!;
        return closed.Replayed ? DrawsRefusals.NotOpen : closed.Value;
    }

    /// <summary>True where a beacon decides this lot and has proved that our clock is slow: the round that its closing would fix may be known.</summary>
    public async Task<bool> IsHeldUp(Guid lotId, CancellationToken ct) =>
        clock.IsSlow(time.GetUtcNow()) && EntropySources.IsBeacon(await context.Lots.Where(l => l.Id == lotId).Select(l => l.Entropy).FirstAsync(ct));
}
