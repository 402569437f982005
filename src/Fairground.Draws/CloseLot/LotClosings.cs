using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Closes lots before their deadline; page and API call this. The policy of the terms applies as at the deadline, but for an extension.</summary>
internal sealed class LotClosings(DrawsReader reader, GroupCommitter committer, IShopAccess shops)
{
    /// <summary>Refusals: <c>lot.not_found</c>, <c>access.forbidden</c>, <c>lot.not_open</c>.</summary>
    public async Task<Result<LotClosing>> Close(ClaimsPrincipal user, Guid lotId, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return DrawsRefusals.LotNotFound;
        if (!await shops.MayAct(user, sale.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden;
        var closed = await committer.Submit<LotClosing>(new CloseLot(lotId, Early: true, sale.Extended));
        if (closed.Refused) return closed.Refusal!;
        return closed.Replayed ? DrawsRefusals.NotOpen : closed.Value;
    }
}
