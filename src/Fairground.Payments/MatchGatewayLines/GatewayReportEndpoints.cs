using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Payments.MatchBankLines;
using Fairground.Payments.ReadBankStatement;
using Fairground.Payments.ReadGatewayReport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.MatchGatewayLines;

/// <summary>What became of a report file.</summary>
/// <param name="Lines">In the file.</param>
/// <param name="Fresh">Not known from an earlier file.</param>
/// <param name="Matched">Lines that were matched now.</param>
public sealed record GatewayReportTaken(Guid StatementId, string Gateway, int Lines, int Fresh, int Matched);

/// <summary>A line of a company's report.</summary>
/// <param name="Kind"><c>payment</c>, <c>refund</c>, <c>dispute</c>, <c>fee</c>, <c>payout</c> or <c>other</c>.</param>
/// <param name="Gross">Above zero where what the company owes us grows.</param>
/// <param name="Fee">What it keeps; below zero where it gives back.</param>
/// <param name="References">The company's names of what it is about.</param>
/// <param name="State"><c>waiting</c>, <c>matched</c> or <c>set_aside</c>.</param>
/// <param name="MatchedKind"><c>payment</c>, <c>refund</c>, <c>fee</c>, <c>cost</c> or <c>bank_line</c>.</param>
/// <param name="Note">Why it waits: <c>unknown</c>, <c>amount</c>, <c>currency</c>, <c>not_taken</c>, <c>twice</c>, <c>not_returned</c> or <c>other</c>; or what the office said.</param>
public sealed record GatewayLineInfo(
    Guid LineId, string Gateway, string LineRef, string Kind, DateTimeOffset At, Money Gross, Money Fee, IReadOnlyList<string> References, string? PayoutRef, string State, string? MatchedKind, Guid? MatchedId, string? Note);

/// <summary>Lines of one state, the newest first; at most 200.</summary>
public sealed record GatewayLineList(IReadOnlyList<GatewayLineInfo> Items);

/// <summary>A payment that no report has.</summary>
public sealed record UnreportedPayment(Guid PaymentId, string Gateway, string? ChargeReference, Money Amount, DateTimeOffset TakenAt);

/// <summary>Payments that a company took and does not report, the oldest first; at most 200.</summary>
public sealed record UnreportedPayments(IReadOnlyList<UnreportedPayment> Items);

/// <summary>Reports of payment companies, for the operator (D-08).</summary>
internal static class GatewayReportEndpoints
{
    private const string Tag = "Bank";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("gateway-reports", Take).WithAccess(Access.Operator).WithTags(Tag).WithName("TakeGatewayReport").WithSummary("Take a report of a payment company in, and match its lines")
            .Accepts<byte[]>("text/csv", "text/plain", "application/octet-stream").WithMetadata(new RequestSizeLimitAttribute(ReceivedFile.LargestBytes + 1));
        api.MapGet("gateway-lines", Lines).WithAccess(Access.Operator).WithTags(Tag).WithName("ListGatewayLines").WithSummary("Lines of the companies' reports, those that wait for a person unless a state is named");
        api.MapGet("gateway-reports/missing", Missing).WithAccess(Access.Operator).WithTags(Tag).WithName("ListUnreportedPayments").WithSummary("Payments that a company took and does not report");
        api.MapPost("gateway-lines/{lineId:guid}/cost", TakeAsCost).WithAccess(Access.Operator).WithRecentSignIn().WithTags(Tag).WithName("TakeGatewayLineAsCost").WithSummary("Say that it is a cost of the market, or a gain");
        api.MapPost("gateway-lines/{lineId:guid}/setting-aside", SetAside).WithAccess(Access.Operator).WithTags(Tag).WithName("SetGatewayLineAside").WithSummary("Say that nothing is to be done about it");
    }

    public static async Task<List<GatewayLine>> Read(PaymentsContext context, string? state, CancellationToken ct)
    {
        var asked = state switch { "matched" => BankLineState.Matched, "set_aside" => BankLineState.SetAside, _ => BankLineState.Waiting };
        return await context.GatewayLines.AsNoTracking().Where(l => l.State == asked).OrderByDescending(l => l.At).ThenBy(l => l.Id).Take(200).ToListAsync(ct);
    }

    private static async Task<Results<Ok<GatewayReportTaken>, ProblemHttpResult>> Take(HttpRequest request, ClaimsPrincipal user, ReportIntake intake, GatewayMatching matching, LineMatching bank, CancellationToken ct, string? gateway = null)
    {
        var taken = await intake.Take(request.Body, gateway, user.UserId(), ct);
        if (taken.Refusal is { } no) return Problems.Of(no);
        var matched = await matching.MatchAll(ct);
        // The bank may have been quicker than the report.
        await bank.MatchAll(ct);
        return TypedResults.Ok(new GatewayReportTaken(taken.Value.StatementId, taken.Value.Gateway, taken.Value.Lines, taken.Value.Fresh, matched));
    }

    private static async Task<Ok<GatewayLineList>> Lines(PaymentsContext context, CancellationToken ct, string? state = null) =>
        TypedResults.Ok(new GatewayLineList([.. (await Read(context, state, ct)).Select(l => new GatewayLineInfo(
            l.Id, l.Gateway, l.LineRef, l.Kind.ToString().ToLowerInvariant(), l.At, l.GrossMoney, l.FeeMoney, l.Names, l.PayoutRef,
            l.State switch { BankLineState.Matched => "matched", BankLineState.SetAside => "set_aside", _ => "waiting" }, l.MatchedKind, l.MatchedId, l.Note))]));

    private static async Task<Ok<UnreportedPayments>> Missing(GatewayMatching matching, CancellationToken ct) =>
        TypedResults.Ok(new UnreportedPayments([.. (await matching.Missing(ct)).Select(p => new UnreportedPayment(p.Id, p.Gateway, p.ChargeRef, p.Money, p.CompletedAt!.Value))]));

    private static async Task<Results<NoContent, ProblemHttpResult>> TakeAsCost(Guid lineId, GatewayMatching matching, CancellationToken ct) => Done(await matching.TakeAsCost(lineId, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> SetAside(Guid lineId, SetLineAsideRequest request, GatewayMatching matching, CancellationToken ct) => Done(await matching.SetAside(lineId, request.Reason, ct));

    private static Results<NoContent, ProblemHttpResult> Done(Refusal? no) => no is null ? TypedResults.NoContent() : Problems.Of(no);
}
