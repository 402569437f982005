using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Payments.ReadBankStatement;
using Fairground.Payments.ShowBankDetails;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.MatchBankLines;

/// <summary>Where to send money, and under which reference.</summary>
/// <param name="Bank">The bank's BIC or BIK; empty where the IBAN names it.</param>
/// <param name="Reference">ISO 11649; blanks inside do not matter.</param>
public sealed record BankTransferAnswer(string Currency, string Holder, string Account, string Bank, string Reference);

/// <summary>What became of a statement file.</summary>
/// <param name="Lines">In the file.</param>
/// <param name="Fresh">Not known from an earlier file.</param>
/// <param name="Matched">Lines that were matched now.</param>
public sealed record StatementTaken(Guid StatementId, int Lines, int Fresh, int Matched);

/// <summary>A line of the bank's statement.</summary>
/// <param name="Direction"><c>in</c> or <c>out</c>.</param>
/// <param name="State"><c>waiting</c>, <c>matched</c> or <c>set_aside</c>.</param>
/// <param name="MatchedKind"><c>top_up</c>, <c>payout</c>, <c>payout_return</c>, <c>gateway</c> or <c>till</c>.</param>
public sealed record BankLineInfo(
    Guid LineId, string BookedOn, string Direction, Money Amount, string Counterparty, string CounterpartyAccount, string Purpose, string Reference, string BankReference, string State, string? MatchedKind, Guid? MatchedId, string? Note);

/// <summary>Lines of one state, the newest first; at most 200.</summary>
public sealed record BankLineList(IReadOnlyList<BankLineInfo> Items);

/// <summary>Whose transfer a line is.</summary>
/// <param name="Contact">The person's e-mail address or number.</param>
public sealed record CreditLineRequest(string? Contact);

/// <summary>Which gateway paid what it owed.</summary>
/// <param name="Fee">What it kept, as a decimal in the line's currency; none where it is missing.</param>
public sealed record SettleLineRequest(string? Gateway, string? Fee = null);

/// <summary>Whose till's cash a line is.</summary>
public sealed record TillLineRequest(Guid ShopId);

/// <summary>Why a line is none of the market's.</summary>
public sealed record SetLineAsideRequest(string? Reason);

/// <summary>Bank transfers for people, and the bank's statements for the operator.</summary>
internal static class BankEndpoints
{
    private const string Tag = "Bank";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me/wallet/bank-transfer", Where).WithAccess(Access.SignedIn).WithTags("Wallet").WithName("ReadBankTransfer").WithSummary("Where to send money by bank transfer, and under which reference");
        api.MapPost("bank-statements", Take).WithAccess(Access.Operator).WithTags(Tag).WithName("TakeBankStatement").WithSummary("Take a statement in, CAMT.053 or a 1C exchange file, and match its lines")
            .Accepts<byte[]>("application/xml", "text/plain", "application/octet-stream").WithMetadata(new RequestSizeLimitAttribute(StatementIntake.LargestBytes + 1));
        api.MapGet("bank-lines", Lines).WithAccess(Access.Operator).WithTags(Tag).WithName("ListBankLines").WithSummary("Lines of the bank's statements, those that wait for a person unless a state is named");
        api.MapPost("bank-lines/{lineId:guid}/credit", Credit).WithAccess(Access.Operator).WithRecentSignIn().WithTags(Tag).WithName("CreditBankLine").WithSummary("Say whose transfer it is: it goes into the wallet, once");
        api.MapPost("bank-lines/{lineId:guid}/settlement", Settle).WithAccess(Access.Operator).WithRecentSignIn().WithTags(Tag).WithName("SettleBankLine").WithSummary("Say which gateway paid what it owed");
        api.MapPost("bank-lines/{lineId:guid}/till", HandOver).WithAccess(Access.Operator).WithRecentSignIn().WithTags(Tag).WithName("TakeBankLineAsTillCash").WithSummary("Say which shop paid cash of its till into the bank");
        api.MapPost("bank-lines/{lineId:guid}/setting-aside", SetAside).WithAccess(Access.Operator).WithTags(Tag).WithName("SetBankLineAside").WithSummary("Say that it is none of the market's");
    }

    public static async Task<List<BankLine>> Read(PayoutsContext context, string? state, CancellationToken ct)
    {
        var asked = state switch { "matched" => BankLineState.Matched, "set_aside" => BankLineState.SetAside, _ => BankLineState.Waiting };
        return await context.Lines.AsNoTracking().Where(l => l.State == asked).OrderByDescending(l => l.BookedOn).ThenBy(l => l.Id).Take(200).ToListAsync(ct);
    }

    private static async Task<Results<Ok<BankTransferAnswer>, ProblemHttpResult>> Where(ClaimsPrincipal user, TransferDesk desk, CancellationToken ct, string? currency = null)
    {
        var to = await desk.Of(user.UserId(), currency, ct);
        if (to.Refusal is { } no) return Problems.Of(no);
        var account = to.Value.Account;
        return TypedResults.Ok(new BankTransferAnswer(account.Currency, account.Holder, account.Account.Number, account.Account.BankId, to.Value.Reference));
    }

    private static async Task<Results<Ok<StatementTaken>, ProblemHttpResult>> Take(HttpRequest request, ClaimsPrincipal user, StatementIntake intake, LineMatching matching, CancellationToken ct)
    {
        var taken = await intake.Take(request.Body, user.UserId(), ct);
        if (taken.Refusal is { } no) return Problems.Of(no);
        return TypedResults.Ok(new StatementTaken(taken.Value.StatementId, taken.Value.Lines, taken.Value.Fresh, await matching.MatchAll(ct)));
    }

    private static async Task<Ok<BankLineList>> Lines(PayoutsContext context, CancellationToken ct, string? state = null) =>
        TypedResults.Ok(new BankLineList([.. (await Read(context, state, ct)).Select(l => new BankLineInfo(
            l.Id, l.BookedOn, l.Direction == BankDirection.In ? "in" : "out", l.Money, l.Counterparty, l.CounterpartyAccount, l.Purpose, l.Reference, l.BankReference,
            l.State switch { BankLineState.Matched => "matched", BankLineState.SetAside => "set_aside", _ => "waiting" }, l.MatchedKind, l.MatchedId, l.Note))]));

    private static async Task<Results<NoContent, ProblemHttpResult>> Credit(Guid lineId, CreditLineRequest request, LineMatching matching, CancellationToken ct) => Done(await matching.CreditTo(lineId, request.Contact, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Settle(Guid lineId, SettleLineRequest request, LineMatching matching, CancellationToken ct) => Done(await matching.SettleBy(lineId, request.Gateway, request.Fee, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> HandOver(Guid lineId, TillLineRequest request, LineMatching matching, CancellationToken ct) => Done(await matching.HandedOverBy(lineId, request.ShopId, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> SetAside(Guid lineId, SetLineAsideRequest request, LineMatching matching, CancellationToken ct) => Done(await matching.SetAside(lineId, request.Reason, ct));

    private static Results<NoContent, ProblemHttpResult> Done(Refusal? no) => no is null ? TypedResults.NoContent() : Problems.Of(no);
}
