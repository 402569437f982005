using System.Security.Claims;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.GroupCommit;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>Opens drafts: fetches the current cost (element 8), freezes the terms, starts the sale. Page and API call this.</summary>
internal sealed class LotOpening(DrawsContext context, GroupCommitter committer, IGoods goods, ICurrentCost costs, IShopAccess shops, EntropySources sources, IJurisdiction jurisdiction, TwoStageReader twoStages, DrawsOptions options, TimeProvider time)
{
    /// <summary>Refusals: <c>lot.not_found</c>, <c>access.forbidden</c>, <c>lot.not_draft</c>, <c>lot.closes_at_invalid</c>, <c>lot.price_moved</c>, <c>two_stage.deposit_unpaid</c>, <c>two_stage.mileage_rate_invalid</c>, <c>two_stage.deposit_invalid</c>, those about the goods, those of <see cref="ICurrentCost"/>, and those of the chosen place (<see cref="JurisdictionRefusals"/>).</summary>
    public async Task<Result<Lot>> Open(ClaimsPrincipal user, Guid lotId, CancellationToken ct)
    {
        var lot = await context.Lots.AsNoTracking().FirstOrDefaultAsync(l => l.Id == lotId, ct);
        if (lot is null) return DrawsRefusals.LotNotFound;
        if (!await shops.MayAct(user, lot.ShopId, Access.ShopStaff, ct)) return CommonRefusals.Forbidden;
        if (await jurisdiction.Chosen(ct) is not { } place) return JurisdictionRefusals.NotChosen;
        if (place.MaySell(lot.Kind) is { } closed) return closed;
        var two = lot.IsTwoStage ? await twoStages.Get(lotId, ct) : null;
        // What the operator pays for is what the operator allows now, not on the day of the draft.
        if (two is not null && two.Terms.MileageRate > options.MostMileageRate) return TwoStageRefusals.MileageRateInvalid.With(("most", TwoStageTerms.Percent(options.MostMileageRate)));
        // Before it is asked for: nobody shall pay one that does not do. One that is paid comes back with the cancelling of the draft.
        if (two is not null && two.Terms.Deposit < CreateTwoStageDecision.LeastDeposit(two.Terms.Total, options)) return TwoStageRefusals.DepositInvalid.With(("leastPercent", options.LeastDepositPercent));
        if (two is { Deposit: DepositState.Due }) return TwoStageRefusals.DepositUnpaid.With(("deposit", new Money(two.Terms.Deposit, Currency.Of(lot.Currency)).ToString()));
        var frozen = await Freeze(lot, place, two is null ? null : two with { Terms = two.Terms with { Mode = place.FirstPayment() } }, ct);
        if (frozen.Refused) return frozen.Refusal!;
        lot = frozen.Value;
        Failpoint.Hit("draws.after_terms");
        var opened = await committer.Submit<Done>(new OpenLot(
            lot.Id, lot.Entries, lot.Cap, lot.ClosesAt, LotTerms.ExtendedClosesAt(lot.Policy, LotTerms.WholeSeconds(lot.OpenedAt!.Value), lot.ClosesAt), lot.TermsHash!, LotTerms.ModeOf(lot)));
        if (opened.Refused) return opened.Refusal!;
        // Opening twice is refused although the command itself would answer again: a second caller should know.
        return opened.Replayed ? DrawsRefusals.NotDraft : lot;
    }

    // The terms are written once; an opening that broke off after this goes on with the same terms.
    private async Task<Result<Lot>> Freeze(Lot draft, Jurisdiction place, TwoStage? two, CancellationToken ct)
    {
        if (draft.TermsJson is not null) return draft;
        // Who sells must not wait for a source that is asked in vain.
        if (draft.ClosesAt <= time.GetUtcNow()) return DrawsRefusals.ClosesAtInvalid;
        var cost = await costs.Fetch(draft.ProductId, ct);
        if (cost.Refused) return cost.Refusal!;
        var now = time.GetUtcNow();
        var product = await goods.FindProduct(draft.ProductId, ct);
        if (product is null) return DrawsRefusals.ProductNotFound;
        if (CreateLotDecision.Goods(product) is { } unfit) return unfit;
        if (product.Price.Currency.Code != draft.Currency) return DrawsRefusals.CurrencyMismatch;
        if (PriceMoved(draft, product.Price) is { } moved) return moved;
        if (draft.Nominal > product.Price.Minor) return DrawsRefusals.NominalInvalid;
        if (draft.ClosesAt <= now) return DrawsRefusals.ClosesAtInvalid;
        var entries = draft.EntriesGiven ? draft.Entries : LotTerms.Entries(product.Price.Minor, draft.MarginPercent, draft.Nominal);
        if (!CreateLotDecision.EntriesFit(entries, draft.Nominal)) return DrawsRefusals.EntriesInvalid.With(("entries", entries));
        if (draft.Winners > entries) return DrawsRefusals.WinnersInvalid;
        if (place.MayOffer(product.Price, draft.Winners, checked(draft.Nominal * entries)) is { } unlawful) return unlawful;
        if (!sources.Names.Contains(draft.Entropy)) return DrawsRefusals.EntropyUnavailable;
        if (draft.Entropy is DrandEntropy.Source or DrandEntropy.MixedSource && !sources.IsReachable) return DrawsRefusals.BeaconUnreachable;
        // Before the writer's turn is taken: protecting a secret may itself have to store a key.
        var (published, remembered) = sources.Begin(draft.Entropy, draft.DrawDelaySeconds);

        (draft.Price, draft.Entries, draft.Title) = (product.Price.Minor, (int)entries, LotTerms.Title(product.Name));
        var terms = LotTerms.Of(draft, now, published, cost.Value, two);
        var (text, hash, outcomes) = (CanonicalJson.Text(terms.ToJson()), terms.Hash(), CanonicalJson.Text(LotTerms.Outcomes(draft, two?.Terms).ToJson()));
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            // Of two that open at once, one writes the terms and both go on with those.
            await context.Lots.Where(l => l.Id == draft.Id && l.TermsJson == null).ExecuteUpdateAsync(
                set => set
                    .SetProperty(l => l.Price, draft.Price).SetProperty(l => l.Entries, draft.Entries).SetProperty(l => l.Title, draft.Title)
                    .SetProperty(l => l.TitleSearch, LotTerms.Searched(draft.Title))
                    .SetProperty(l => l.OpenedAt, now).SetProperty(l => l.Secret, remembered)
                    .SetProperty(l => l.TermsJson, text).SetProperty(l => l.OutcomesJson, outcomes).SetProperty(l => l.TermsHash, hash),
                ct);
            await transaction.CommitAsync(ct);
        }
        return await context.Lots.AsNoTracking().FirstAsync(l => l.Id == draft.Id, ct);
    }

    // Where the seller left the number of certificates open it follows the new price; else it was chosen for the old one.
    private static Refusal? PriceMoved(Lot draft, Money price)
    {
        if (price.Minor == draft.Price) return null;
        var entries = LotTerms.Entries(price.Minor, draft.MarginPercent, draft.Nominal);
        var fits = !draft.EntriesGiven && draft.Nominal <= price.Minor && CreateLotDecision.EntriesFit(entries, draft.Nominal) && draft.Winners <= entries;
        return fits ? null : DrawsRefusals.PriceMoved.With(("was", new Money(draft.Price, price.Currency).ToString()), ("is", price.ToString()));
    }
}
