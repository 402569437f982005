using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Payments.ChangeBankDetails;
using Fairground.Payments.ChargeOrganisations;
using Fairground.Payments.EndPayouts;
using Fairground.Payments.KeepPayees;
using Fairground.Payments.MakePayouts;
using Fairground.Payments.WritePayoutFile;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Payments.ShowPayouts;

/// <summary>How often, and from which amount on, an organisation is paid.</summary>
/// <param name="Schedule"><c>daily</c>, <c>weekly</c>, <c>monthly</c> or <c>by_hand</c>.</param>
public sealed record PayoutTermsRequest(string? Schedule, Money Minimum);

/// <summary>Where an organisation is paid to.</summary>
/// <param name="Account">An IBAN, or another account number.</param>
/// <param name="Bank">The bank's BIC, or its BIK of nine digits; an IBAN needs none.</param>
public sealed record BankDetailsRequest(string? Currency, string? Holder, string? Account, string? Bank = null);

/// <summary>Which balance to pay out.</summary>
public sealed record AskPayoutRequest(string? Currency);

/// <summary>What an owner's request came to.</summary>
/// <param name="PayoutId">Null where all went into what the organisation owed.</param>
public sealed record PayoutTakenAnswer(Guid? PayoutId, Money Amount, Money Recovered);

/// <summary>What the operator found out about an organisation.</summary>
/// <param name="State"><c>checked</c>, <c>refused</c> or <c>not_checked</c>.</param>
/// <param name="Reason">Needed for a refusal; the owners read it.</param>
public sealed record CheckPayeeRequest(string? State, string? Reason = null);

/// <summary>Why a payout came back.</summary>
public sealed record PayoutReturnRequest(string? Reason);

/// <summary>What an organisation owes.</summary>
public sealed record ChargeRequest(Money Amount, string? Reason);

/// <summary>What was taken from the balance, and what is owed from now on.</summary>
public sealed record ChargeAnswer(Guid ChargeId, Money FromBalance, Money Owed);

/// <summary>How a payout stands.</summary>
public sealed record PayoutEndedAnswer(Guid PayoutId, string State);

/// <summary>Payouts for an organisation's owner, and for the operator (S-33).</summary>
internal static class PayoutEndpoints
{
    private const string Tag = "Payouts";

    public static void Map(IEndpointRouteBuilder api)
    {
        var own = api.MapGroup("organisations/{organisationId:guid}").WithTags(Tag);
        own.MapGet("payable", Look).WithAccess(Access.OrganisationOwner).WithPermission(PayoutPermissions.See).WithName("ReadPayable").WithSummary("What the organisation is owed, how it is paid, and where to");
        own.MapPut("payout-terms", Terms).WithAccess(Access.OrganisationOwner).WithPermission(PayoutPermissions.Manage).WithName("ChangePayoutTerms").WithSummary("Say how often it is paid and from which amount on");
        own.MapPost("bank-details", Details).WithAccess(Access.OrganisationOwner).WithPermission(PayoutPermissions.Manage).WithRecentSignIn().WithName("ChangeBankDetails").WithSummary("New bank details, which hold after a while; every owner is told");
        own.MapDelete("bank-details/{bankDetailsId:guid}", TakeBack).WithAccess(Access.OrganisationOwner).WithPermission(PayoutPermissions.Manage).WithName("TakeBankDetailsBack").WithSummary("Take back bank details that do not hold yet");
        own.MapGet("payouts", List).WithAccess(Access.OrganisationOwner).WithPermission(PayoutPermissions.See).WithName("ListOrganisationPayouts").WithSummary("The organisation's payouts, newest first");
        own.MapPost("payouts", Ask).WithAccess(Access.OrganisationOwner).WithPermission(PayoutPermissions.Manage).WithRecentSignIn().WithName("AskPayout").WithSummary("Pay the balance of one currency out now");
        own.MapPost("charges", Charge).WithAccess(Access.Operator).WithRecentSignIn().WithName("ChargeOrganisation").WithSummary("Take what the organisation owes; what its balance does not have becomes a debt");

        var office = api.MapGroup("").WithTags(Tag);
        office.MapGet("payees", Payees).WithAccess(Access.Operator).WithName("ListPayees").WithSummary("Organisations that may be paid, those that wait for a check first");
        office.MapPut("payees/{organisationId:guid}/check", Check).WithAccess(Access.Operator).WithRecentSignIn().WithName("CheckPayee").WithSummary("Say what came of looking into an organisation; its owners are told");
        office.MapGet("payouts", All).WithAccess(Access.Operator).WithName("ListPayouts").WithSummary("All payouts, newest first");
        office.MapPost("payouts/{payoutId:guid}/confirmation", Confirm).WithAccess(Access.Operator).WithRecentSignIn().WithName("ConfirmPayout").WithSummary("The bank has paid it");
        office.MapPost("payouts/{payoutId:guid}/return", Return).WithAccess(Access.Operator).WithRecentSignIn().WithName("ReturnPayout").WithSummary("It came back: the money is in the balance again, and the owners are told why");
        office.MapPost("payout-runs", Run).WithAccess(Access.Operator).WithRecentSignIn().WithName("RunPayouts").WithSummary("Pay everybody who may be paid, due or not");
        office.MapGet("payout-runs", Runs).WithAccess(Access.Operator).WithName("ListPayoutRuns").WithSummary("The newest runs");
        office.MapGet("payout-files", Files).WithAccess(Access.Operator).WithName("ListPayoutFiles").WithSummary("The newest bank files");
        office.MapGet("payout-files/{fileId:guid}/content", Take).WithAccess(Access.Operator).WithName("TakePayoutFile").WithSummary("A bank file, ISO 20022 pain.001.001.09").Produces<byte[]>(200, "application/xml");
    }

    public static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Take(Guid fileId, PayoutFiles files, CancellationToken ct)
    {
        var file = await files.Take(fileId, ct);
        return file.Refusal is { } no ? Problems.Of(no) : TypedResults.File(file.Value.Content, "application/xml", file.Value.Name);
    }

    private static async Task<Results<Ok<PayeeInfo>, ProblemHttpResult>> Look(Guid organisationId, PayeeDesk desk, CancellationToken ct)
    {
        var view = await desk.Look(organisationId, ct);
        return view.Refusal is { } no ? Problems.Of(no) : TypedResults.Ok(PayoutWire.Of(view.Value));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Terms(Guid organisationId, PayoutTermsRequest request, PayeeDesk desk, CancellationToken ct)
    {
        // A money that was left out is of no currency.
        if (request.Minimum.Currency.Code is null) return Problems.Of(PayoutRefusals.MinimumInvalid);
        return await desk.ChangeTerms(organisationId, request.Schedule, request.Minimum, ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();
    }

    private static async Task<Results<Created<BankDetailsInfo>, ProblemHttpResult>> Details(Guid organisationId, BankDetailsRequest request, ClaimsPrincipal user, BankDetailsDesk desk, HttpContext http, CancellationToken ct)
    {
        var made = await desk.Change(organisationId, user.UserId(), request.Currency, request.Holder, request.Account, request.Bank, ct);
        return made.Refusal is { } no ? Problems.Of(no) : TypedResults.Created($"{http.Request.Path}/{made.Value.Id}", PayoutWire.Of(made.Value));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> TakeBack(Guid organisationId, Guid bankDetailsId, BankDetailsDesk desk, CancellationToken ct) =>
        await desk.TakeBack(organisationId, bankDetailsId, ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();

    private static Task<Results<Ok<Page<PayoutInfo>>, ProblemHttpResult>> List(Guid organisationId, PayoutReader reader, CancellationToken ct, string? state = null, string? cursor = null, int? limit = null) =>
        Page(organisationId, reader, state, null, cursor, limit, ct);

    private static Task<Results<Ok<Page<PayoutInfo>>, ProblemHttpResult>> All(PayoutReader reader, CancellationToken ct, string? state = null, Guid? fileId = null, string? cursor = null, int? limit = null) =>
        Page(null, reader, state, fileId, cursor, limit, ct);

    private static async Task<Results<Ok<Page<PayoutInfo>>, ProblemHttpResult>> Page(Guid? organisationId, PayoutReader reader, string? state, Guid? fileId, string? cursor, int? limit, CancellationToken ct)
    {
        var page = await reader.Payouts(organisationId, state, fileId, cursor, limit, ct);
        return page.Refusal is { } no ? Problems.Of(no) : TypedResults.Ok(new Page<PayoutInfo>([.. page.Value.Items.Select(PayoutWire.Of)], page.Value.Next));
    }

    private static async Task<Results<Created<PayoutTakenAnswer>, ProblemHttpResult>> Ask(Guid organisationId, AskPayoutRequest request, ClaimsPrincipal user, PayoutAsking asking, HttpContext http, CancellationToken ct)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refusal is { } noKey) return Problems.Of(noKey);
        var asked = await asking.Ask(user.UserId(), organisationId, request.Currency, key.Value, ct);
        if (asked.Refusal is { } no) return Problems.Of(no);
        if (asked.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        var (taken, currency) = (asked.Value.Taken, Currency.Of(request.Currency!));
        return TypedResults.Created($"{http.Request.Path}", new PayoutTakenAnswer(taken.PayoutId, new Money(taken.Amount, currency), new Money(taken.Recovered, currency)));
    }

    private static async Task<Results<Ok<ChargeAnswer>, ProblemHttpResult>> Charge(Guid organisationId, ChargeRequest request, ClaimsPrincipal user, Charges charges, HttpContext http, CancellationToken ct)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refusal is { } noKey) return Problems.Of(noKey);
        var charged = await charges.Charge(user.UserId(), organisationId, request.Amount, request.Reason, key.Value, ct);
        if (charged.Refusal is { } no) return Problems.Of(no);
        var currency = request.Amount.Currency;
        return TypedResults.Ok(new ChargeAnswer(charged.Value.ChargeId, new Money(charged.Value.FromBalance, currency), new Money(charged.Value.Owed, currency)));
    }

    private static async Task<Ok<PayeeList>> Payees(PayoutReader reader, PayeeDesk desk, CancellationToken ct) => TypedResults.Ok(new PayeeList([.. (await reader.Payees(desk, ct)).Select(PayoutWire.Of)]));

    private static async Task<Results<NoContent, ProblemHttpResult>> Check(Guid organisationId, CheckPayeeRequest request, PayeeDesk desk, CancellationToken ct) =>
        await desk.Decide(organisationId, request.State, request.Reason, ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();

    private static async Task<Results<Ok<PayoutEndedAnswer>, ProblemHttpResult>> Confirm(Guid payoutId, PayoutEnds ends, CancellationToken ct) => Ended(await ends.Paid(payoutId, ct));

    private static async Task<Results<Ok<PayoutEndedAnswer>, ProblemHttpResult>> Return(Guid payoutId, PayoutReturnRequest request, PayoutEnds ends, CancellationToken ct) => Ended(await ends.Returned(payoutId, request.Reason, ct));

    private static Results<Ok<PayoutEndedAnswer>, ProblemHttpResult> Ended(Result<PayoutEnded> ended) =>
        ended.Refusal is { } no ? Problems.Of(no) : TypedResults.Ok(new PayoutEndedAnswer(ended.Value.PayoutId, ended.Value.State));

    private static async Task<Results<Accepted<PayoutRunInfo>, ProblemHttpResult>> Run(ClaimsPrincipal user, PayoutRunner runner, CancellationToken ct)
    {
        var run = await runner.Ask(user.UserId(), ct);
        return run.Refusal is { } no ? Problems.Of(no) : TypedResults.Accepted((string?)null, PayoutWire.Of(run.Value));
    }

    private static async Task<Ok<PayoutRunList>> Runs(PayoutReader reader, CancellationToken ct) => TypedResults.Ok(new PayoutRunList([.. (await reader.Runs(ct)).Select(PayoutWire.Of)]));

    private static async Task<Ok<PayoutFileList>> Files(PayoutReader reader, CancellationToken ct) => TypedResults.Ok(new PayoutFileList([.. (await reader.Files(ct)).Select(PayoutWire.Of)]));
}
