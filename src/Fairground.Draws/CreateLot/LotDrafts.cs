using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.GroupCommit;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>Creates lots as drafts; page and API call this.</summary>
internal sealed class LotDrafts(DrawsContext context, GroupCommitter committer, IGoods goods, IShopAccess shops, EntropySources sources, IJurisdiction jurisdiction, DrawsOptions options, TimeProvider time)
{
    /// <summary>Refusals: <c>access.forbidden</c>, <c>lot.kind_unknown</c>, and those of <see cref="CreateLotDecision"/> or <see cref="CreateTwoStageDecision"/>.</summary>
    public async Task<Result<Lot>> Create(ClaimsPrincipal user, CreateLotRequest request, CancellationToken ct)
    {
        var product = await goods.FindProduct(request.ProductId, ct);
        if (product is not null && !await shops.MayAct(user, product.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden;
        if (product is null && !user.IsOperator() && (await shops.ShopsOf(user.UserId(), ct)).Count == 0) return CommonRefusals.Forbidden;
        if (request.Kind == Lot.TwoStage)
        {
            var mode = (await jurisdiction.Chosen(ct)).FirstPayment();
            var two = CreateTwoStageDecision.Decide(request, product, mode, sources.Names, sources.Preferred, options, user.UserId(), Ids.New(), time.GetUtcNow());
            return two.Refused ? two.Refusal! : await Keep(two.Value.Lot, two.Value.TwoStage, ct);
        }
        var decided = CreateLotDecision.Decide(request, product, sources.Names, sources.Preferred, options, user.UserId(), Ids.New(), time.GetUtcNow());
        return decided.Refused ? decided.Refusal! : await Keep(decided.Value, null, ct);
    }

    private async Task<Result<Lot>> Keep(Lot lot, TwoStage? two, CancellationToken ct)
    {
        context.Lots.Add(lot);
        await context.SaveChangesAsync(ct);
        var drafted = await committer.Submit<Done>(new DraftLot(DraftOf(lot, two?.Terms), two));
        return drafted.Refused ? drafted.Refusal! : lot;
    }

    /// <summary>The living row as it begins.</summary>
    public static Sale DraftOf(Lot lot, TwoStageTerms? terms = null) => new(
        lot.Id, lot.ShopId, LotState.Draft, lot.Entries, 0, lot.Cap, lot.Nominal, lot.Currency, lot.ClosesAt, null, false, null, null,
        lot.Policy, lot.CashPercent, false, lot.DrawDelaySeconds, null, null, null, null, null, 0, 0, 0, lot.ClaimSeconds, lot.Unclaimed,
        Kind: lot.IsTwoStage ? LotKind.TwoStage : LotKind.Certificates, Least: terms?.Least ?? 1);
}
