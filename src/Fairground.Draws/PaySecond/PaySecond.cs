using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>Makes the second payment of a candidate, who thereby becomes the final buyer (D-11, S106, S107).</summary>
internal sealed record PaySecond(CommandKey Key, Guid LotId, Guid WinId, Guid Payer, string Currency, OrderedGoods Goods) : IHotCommand;

/// <summary>What was paid, minor units.</summary>
internal sealed record SecondPaid(Guid WinId, long Amount, DateTimeOffset At);

/// <summary>Refusals in this order: <c>second_payment.not_candidate</c>, those of <see cref="Why"/>, <c>wallet.insufficient_funds</c>.</summary>
internal sealed class PaySecondRule : HotRule<PaySecond, SecondPaid>
{
    public override void Needs(PaySecond command, LoadPlan plan) => plan
        .Account(SharedAccounts.WalletOf(command.Payer, command.Currency))
        .Account(DrawsPostings.EscrowOf(command.LotId, command.Currency))
        .Row(DrawsTables.Sales, command.LotId)
        .Row(TwoStageTables.Lots, command.LotId)
        .Row(DrawsTables.Wins, command.WinId)
        .Candidate(command.WinId);

    public override Decision Decide(PaySecond command, GroupState state, DateTimeOffset now)
    {
        var (sale, win, owed) = (state.Row(DrawsTables.Sales, command.LotId), state.Row(DrawsTables.Wins, command.WinId), state.Row(TwoStageTables.Payments, command.WinId));
        if (sale is null || win is null || owed is null || state.Row(TwoStageTables.Lots, command.LotId) is not { } two) return Refuse(TwoStageRefusals.NotCandidate);
        if (Why(win, now) is { } refusal) return Refuse(refusal);
        var (wallet, escrow) = (SharedAccounts.WalletOf(command.Payer, sale.Currency), DrawsPostings.EscrowOf(sale.LotId, sale.Currency));
        if (!state.CanPay(wallet, owed.Amount)) return Refuse(LedgerRefusals.InsufficientFunds, ("needed", new Money(owed.Amount, Currency.Of(sale.Currency))));

        return Accept(new SecondPaid(win.Id, owed.Amount, LotTerms.WholeSeconds(now)))
            .Post(TwoStagePostings.PaySecond, wallet, escrow, owed.Amount, sale.LotId)
            .Change(TwoStageTables.Payments, owed with { PaidAt = now })
            .BecomeBuyer(sale, two, command.Goods, win.To(WinState.Bought), now);
    }

    /// <summary>Why no second payment can be made for this place now, or null: <c>second_payment.not_candidate</c>, <c>.already_paid</c>, <c>.gave_up</c>, <c>.too_late</c>. Pure.</summary>
    public static Refusal? Why(Win win, DateTimeOffset now) => win.State switch
    {
        WinState.Bought or WinState.Claimed or WinState.NotDelivered => TwoStageRefusals.AlreadyPaid,
        WinState.Waived => TwoStageRefusals.GaveUp,
        WinState.Unpaid => TwoStageRefusals.TooLate.With(("payBy", win.ClaimBy)),
        WinState.Candidate => now < win.ClaimBy ? null : TwoStageRefusals.TooLate.With(("payBy", win.ClaimBy)),
        _ => TwoStageRefusals.NotCandidate,
    };
}

/// <summary>Makes second payments; page and API call this.</summary>
internal sealed class SecondPayments(DrawsContext context, DrawsReader reader, TwoStageReader lots, GroupCommitter committer, IPeople people)
{
    /// <summary>Pays from the wallet of the signed-in person. Refusals: <c>lot.not_found</c>, those of <see cref="PaySecondRule"/>, <c>idempotency.key_reused</c>.</summary>
    /// <param name="key">The caller's idempotency key.</param>
    public async Task<Result<(SecondPaid Paid, bool Replayed)>> Pay(ClaimsPrincipal user, Guid lotId, string key, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale?.TermsHash is null) return DrawsRefusals.LotNotFound;
        if (await PlaceOf(lotId, user.UserId(), ct) is not { } win) return TwoStageRefusals.NotCandidate;
        var goods = OrderedGoods.Of(await context.Lots.AsNoTracking().FirstAsync(l => l.Id == lotId, ct));
        var paid = await committer.Submit<SecondPaid>(new PaySecond(CommandKey.For(user.UserId(), key, "draws.second", lotId.ToString("N")), lotId, win.Id, user.UserId(), sale.Currency, goods));
        return paid.Refused ? paid.Refusal! : (paid.Value, paid.Replayed);
    }

    /// <summary>The drawn place of a person in a two-stage lot: each holder has one at the most. A reserve that is not called is nobody's business yet.</summary>
    public async Task<Win?> PlaceOf(Guid lotId, Guid userId, CancellationToken ct) => await lots.PlaceOf(lotId, await people.IdsOf(userId, ct), ct);
}

/// <summary>The answer to a second payment.</summary>
internal sealed record SecondPaymentAnswer(Guid LotId, Guid WinId, Money Charged, DateTimeOffset At);

/// <summary><c>POST lots/{id}/second-payment</c>.</summary>
internal static class SecondPaymentEndpoint
{
    public static async Task<Results<Created<SecondPaymentAnswer>, ProblemHttpResult>> Handle(Guid lotId, SecondPayments payments, DrawsMemory memory, HttpContext http)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refused) return Problems.Of(key.Refusal!);
        var paid = await payments.Pay(http.User, lotId, key.Value, http.RequestAborted);
        if (paid.Refused) return Problems.Of(paid.Refusal!);
        if (paid.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        var facts = (await memory.Facts(lotId, http.RequestAborted))!;
        return TypedResults.Created((string?)null, new SecondPaymentAnswer(lotId, paid.Value.Paid.WinId, new Money(paid.Value.Paid.Amount, Currency.Of(facts.Currency)), paid.Value.Paid.At));
    }
}
