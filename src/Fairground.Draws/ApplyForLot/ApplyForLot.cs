using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Messaging;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Draws;

/// <summary>Applies for a two-stage lot with the first payment, in money, in mileage or in both (D-05, D-06, D-17).</summary>
/// <param name="Mileage">How much of the first payments is paid in mileage.</param>
internal sealed record ApplyForLot(CommandKey Key, LotFacts Lot, Guid Buyer, byte[] Holder, Guid PurchaseId, IReadOnlyList<string> Numbers, GuardTerms Terms, long Mileage)
    : EntryPurchase(Key, Lot, Buyer, Holder, PurchaseId, Numbers, Terms)
{
    /// <summary>While money is only set aside, it is kept this long at the most.</summary>
    public static readonly TimeSpan HoldFor = TimeSpan.FromDays(3660);
}

/// <summary>Applications were paid.</summary>
internal sealed record ApplicationsPaid(Guid LotId, Guid UserId, Guid PurchaseId, int Quantity, Guid ShopId) : IDomainEvent
{
    public const string Name = "draws.applications.paid";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Decides an application; it counts only because it is paid in the same step (D-05). Refusals in this order: <c>lot.not_found</c>, <c>two_stage.full</c> (none left), <c>lot.not_open</c>,
/// <c>two_stage.full</c> (fewer left than asked), <c>lot.entry_cap</c>, <c>mileage.amount_invalid</c>, <c>mileage.not_here</c>, those of <see cref="Guarding.Check"/>, <c>mileage.too_small</c>, <c>wallet.insufficient_funds</c>.</summary>
internal sealed class ApplyForLotRule(ProofSigner signer) : EntryRule<ApplyForLot>(signer)
{
    public override void Needs(ApplyForLot command, LoadPlan plan)
    {
        base.Needs(command, plan);
        plan.Row(TwoStageTables.Lots, command.Lot.LotId);
        if (command.Mileage == 0) return;
        var currency = command.Lot.Currency;
        var account = TwoStagePostings.MileageOf(command.Buyer, currency);
        plan.Account(account).Account(TwoStagePostings.IssuedOf(currency)).Account(TwoStagePostings.BackingOf(currency))
            .Row(TwoStageTables.Mileage, account.Id).Row(TwoStageTables.Spent, command.Lot.LotId, command.Buyer);
    }

    public override Decision Decide(ApplyForLot command, GroupState state, DateTimeOffset now)
    {
        var (lot, quantity, mileage) = (command.Lot, command.Quantity, command.Mileage);
        var (sale, holding) = (state.Row(DrawsTables.Sales, lot.LotId), Held(command, state));
        if (Closed(command, sale, holding, TwoStageRefusals.Full, now) is { } closed) return Refuse(closed);
        var two = state.Row(TwoStageTables.Lots, lot.LotId);
        if (two is null) return Refuse(TwoStageRefusals.WrongKind);
        var price = checked(sale!.Nominal * quantity);
        if (mileage < 0 || mileage > price) return Refuse(TwoStageRefusals.MileageInvalid);
        if (mileage > 0 && two.Terms.Mode == FirstPaymentMode.Authorised) return Refuse(TwoStageRefusals.MileageNotHere);
        var purchase = Guarded(command, price);
        if (Guarding.Check(state, purchase, now) is { } kept) return Refuse(kept);
        var row = mileage == 0 ? null : state.Row(TwoStageTables.Mileage, TwoStagePostings.MileageOf(command.Buyer, lot.Currency).Id);
        if (mileage > 0 && (row is null || row.Lots.SpendableAt(now) < mileage)) return Refuse(TwoStageRefusals.MileageTooSmall, ("mileage", row?.Lots.SpendableAt(now) ?? 0));
        var money = price - mileage;
        if (money > 0 && !state.CanPay(command.Wallet, money)) return Refuse(LedgerRefusals.InsufficientFunds, ("needed", new Money(money, Currency.Of(lot.Currency))));

        var decision = Sell(command, state, sale, holding, purchase, now)
            .Change(TwoStageTables.Lots, two with { Applicants = two.Applicants + (holding.Count == 0 ? 1 : 0) })
            .Publish(new ApplicationsPaid(lot.LotId, command.Buyer, command.PurchaseId, quantity, lot.ShopId));
        if (two.Terms.Mode == FirstPaymentMode.Authorised) decision.Hold(command.PurchaseId, command.Wallet, money, now + ApplyForLot.HoldFor, lot.LotId);
        else if (money > 0) decision.Post(TwoStagePostings.Apply, command.Wallet, lot.Escrow, money, lot.LotId, command.PurchaseId);
        if (row is not null) Spend(decision, command, state, row, now);
        if (sale.Left == quantity) decision.Publish(new LotSoldOut(lot.LotId, lot.ShopId));
        return decision;
    }

    // The mileage ends, and the operator's money that stood behind it pays.
    private static void Spend(Decision decision, ApplyForLot command, GroupState state, MileageRow row, DateTimeOffset now)
    {
        var (lot, currency) = (command.Lot, command.Lot.Currency);
        var (left, latest) = row.Lots.Spend(command.Mileage, now);
        var before = state.Row(TwoStageTables.Spent, lot.LotId, command.Buyer);
        var expiry = before is null ? latest : latest is null || before.ExpiresAt is null ? null : latest > before.ExpiresAt ? latest : before.ExpiresAt;
        decision
            .Post(TwoStagePostings.Spend, TwoStagePostings.MileageOf(command.Buyer, currency), TwoStagePostings.IssuedOf(currency), command.Mileage, lot.LotId)
            .Post(TwoStagePostings.ApplyByMileage, TwoStagePostings.BackingOf(currency), lot.Escrow, command.Mileage, lot.LotId)
            .Change(TwoStageTables.Mileage, row with { Lots = left })
            .Change(TwoStageTables.Spent, new SpentMileage(lot.LotId, command.Buyer, checked((before?.Amount ?? 0) + command.Mileage), expiry));
    }
}

/// <summary>Takes applications; page and API call this.</summary>
internal sealed class Applications(GroupCommitter committer, EntryDesk desk, ProofSigner signer)
{
    /// <summary>Applies for the signed-in person. Refusals: <c>two_stage.applications_invalid</c>, those of <see cref="EntryDesk.Admit"/>, those of <see cref="ApplyForLotRule"/>,
    /// <c>idempotency.key_reused</c>, <c>server.busy</c>, <c>server.unavailable</c>.</summary>
    /// <param name="mileage">How much is paid in mileage; the rest comes from the wallet.</param>
    /// <param name="key">The caller's idempotency key.</param>
    public async Task<Result<Purchase>> Apply(ClaimsPrincipal user, Guid lotId, int quantity, long mileage, string key, CancellationToken ct)
    {
        if (quantity is < 1 or > CertificateSales.MostAtOnce) return TwoStageRefusals.ApplicationsInvalid;
        var buyer = user.UserId();
        var admitted = await desk.Admit(buyer, user.IsOperator(), lotId, LotKind.TwoStage, ct);
        if (admitted.Refused) return admitted.Refusal!;
        var (lot, holder) = (admitted.Value.Lot, admitted.Value.Holder);
        var command = new ApplyForLot(
            CommandKey.For(buyer, key, "draws.apply", lot.LotText, quantity.ToString(CultureInfo.InvariantCulture), mileage.ToString(CultureInfo.InvariantCulture)),
            lot, buyer, holder, Ids.New(), EntryDesk.NewNumbers(quantity), admitted.Value.Terms, mileage);
        var result = await committer.Submit<Bought>(command);
        if (result.Refused) return result.Refusal!;
        var bought = result.Value;
        var receipt = signer.Assemble(PurchaseReceipt.Payload(lot, holder, bought), Receipt.Typ, bought.KidPrefix, bought.Signature);
        return new Purchase(lot, bought, receipt, result.Replayed);
    }
}

/// <summary>What an applicant asks for.</summary>
/// <param name="Quantity">From 1 to 1000; 1 where left out.</param>
/// <param name="Mileage">How much of the first payments is paid in mileage; none where left out.</param>
internal sealed record ApplicationRequest(int? Quantity = null, long? Mileage = null);

/// <summary><c>POST lots/{id}/applications</c>.</summary>
internal static class ApplyEndpoint
{
    public static async Task<Results<Created<PurchaseAnswer>, ProblemHttpResult>> Handle(Guid lotId, ApplicationRequest request, Applications applications, HttpContext http)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refused) return Problems.Of(key.Refusal!);
        var applied = await applications.Apply(http.User, lotId, request.Quantity ?? 1, request.Mileage ?? 0, key.Value, http.RequestAborted);
        if (applied.Refused) return Problems.Of(applied.Refusal!);
        if (applied.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        return TypedResults.Created((string?)null, BuyEndpoint.Answer(applied.Value));
    }
}
