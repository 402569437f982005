using System.Security.Claims;
using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Messaging;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Draws;

/// <summary>Pays the deposit of a drafted two-stage lot, without which it is not published (D-02).</summary>
internal sealed record PayDeposit(CommandKey Key, Guid LotId, Guid ShopId, string Currency, Guid By, DepositSource From) : IHotCommand
{
    /// <summary>The account it comes from.</summary>
    public AccountRef Source => From == DepositSource.Payable ? SharedAccounts.PayableTo(ShopId, Currency) : SharedAccounts.WalletOf(By, Currency);
}

/// <summary>The deposit of a lot is with the operator.</summary>
internal sealed record DepositPaid(Guid LotId, Guid ShopId) : IDomainEvent
{
    public const string Name = "draws.deposit.paid";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Refusals: <c>lot.not_found</c>, <c>lot.wrong_kind</c>, <c>two_stage.deposit_paid</c>, <c>lot.not_draft</c>, <c>two_stage.payable_too_small</c>, <c>wallet.insufficient_funds</c>.</summary>
internal sealed class PayDepositRule : HotRule<PayDeposit, Done>
{
    public override void Needs(PayDeposit command, LoadPlan plan) => plan
        .Account(command.Source)
        .Account(TwoStagePostings.DepositOf(command.LotId, command.Currency))
        .Row(DrawsTables.Sales, command.LotId)
        .Row(TwoStageTables.Lots, command.LotId);

    public override Decision Decide(PayDeposit command, GroupState state, DateTimeOffset now)
    {
        var sale = state.Row(DrawsTables.Sales, command.LotId);
        var two = state.Row(TwoStageTables.Lots, command.LotId);
        if (sale is null) return Refuse(DrawsRefusals.LotNotFound);
        if (two is null) return Refuse(TwoStageRefusals.WrongKind);
        if (two.Deposit != DepositState.Due) return Refuse(TwoStageRefusals.DepositPaid);
        if (sale.State != LotState.Draft) return Refuse(DrawsRefusals.NotDraft);
        if (!state.CanPay(command.Source, two.Terms.Deposit))
            return Refuse(command.From == DepositSource.Payable ? TwoStageRefusals.PayableTooSmall : LedgerRefusals.InsufficientFunds, ("needed", new Money(two.Terms.Deposit, Currency.Of(sale.Currency))));

        var movement = command.From == DepositSource.Payable ? TwoStagePostings.PayDepositOwed : TwoStagePostings.PayDeposit;
        return Accept(Done.It)
            .Post(movement, command.Source, TwoStagePostings.DepositOf(sale.LotId, sale.Currency), two.Terms.Deposit, sale.LotId)
            .Change(TwoStageTables.Lots, two with { Deposit = DepositState.Paid, DepositFrom = command.From, DepositBy = command.By, DepositAt = now })
            .Publish(new DepositPaid(sale.LotId, sale.ShopId));
    }
}

/// <summary>What becomes of deposits at the end.</summary>
internal static class Deposits
{
    /// <summary>What giving a deposit back needs.</summary>
    public static LoadPlan Deposit(this LoadPlan plan, TwoStage two, Guid shopId, string currency)
    {
        plan.Account(TwoStagePostings.DepositOf(two.LotId, currency));
        return two.DepositBy is null ? plan : plan.Account(Owner(two, shopId, currency));
    }

    /// <summary>Gives back what was not forfeited, to where it came from.</summary>
    public static Decision ReturnDeposit(this Decision decision, TwoStage two, Sale sale, long forfeited)
    {
        if (two.Deposit != DepositState.Paid) return decision;
        var (back, account) = (two.Terms.Deposit - forfeited, TwoStagePostings.DepositOf(sale.LotId, sale.Currency));
        var movement = two.DepositFrom == DepositSource.Payable ? TwoStagePostings.DepositBackOwed : TwoStagePostings.DepositBack;
        return back == 0 ? decision : decision.Post(movement, account, Owner(two, sale.ShopId, sale.Currency), back, sale.LotId);
    }

    private static AccountRef Owner(TwoStage two, Guid shopId, string currency) =>
        two.DepositFrom == DepositSource.Payable ? SharedAccounts.PayableTo(shopId, currency) : SharedAccounts.WalletOf(two.DepositBy!.Value, currency);
}

/// <summary>Takes deposits; page and API call this.</summary>
internal sealed class DepositDesk(DrawsReader reader, GroupCommitter committer, IShopAccess shops)
{
    /// <summary>Refusals: <c>lot.not_found</c>, <c>access.forbidden</c>, <c>two_stage.deposit_source_invalid</c>, those of <see cref="PayDepositRule"/>, <c>idempotency.key_reused</c>.</summary>
    /// <param name="from"><c>wallet</c>, also where nothing is said, or <c>payable</c>.</param>
    public async Task<Result<bool>> Pay(ClaimsPrincipal user, Guid lotId, string? from, string key, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return DrawsRefusals.LotNotFound;
        if (!await shops.MayAct(user, sale.ShopId, Access.ShopOwner, ct)) return CommonRefusals.Forbidden;
        if (from is not (null or "" or "wallet" or "payable")) return TwoStageRefusals.DepositSourceInvalid;
        var source = from == "payable" ? DepositSource.Payable : DepositSource.Wallet;
        var paid = await committer.Submit<Done>(new PayDeposit(
            CommandKey.For(user.UserId(), key, "draws.deposit", lotId.ToString("N"), source.ToString()), lotId, sale.ShopId, sale.Currency, user.UserId(), source));
        return paid.Refused ? paid.Refusal! : paid.Replayed;
    }
}

/// <summary>Where a deposit comes from.</summary>
/// <param name="From"><c>wallet</c> (where left out) or <c>payable</c>: what the operator owes the shop.</param>
internal sealed record DepositRequest(string? From = null);

/// <summary><c>POST lots/{id}/deposit</c>.</summary>
internal static class DepositEndpoint
{
    public static async Task<Results<Ok<LotView>, ProblemHttpResult>> Handle(Guid lotId, DepositRequest request, DepositDesk desk, LotViews views, HttpContext http, CancellationToken ct)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refused) return Problems.Of(key.Refusal!);
        var paid = await desk.Pay(http.User, lotId, request.From, key.Value, ct);
        if (paid.Refused) return Problems.Of(paid.Refusal!);
        if (paid.Value) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        return await LotEndpoints.Show(lotId, views, http, ct);
    }
}
