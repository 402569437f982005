using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Payments.LookAtTrouble;

/// <summary>A payment or a notice that a person must look at.</summary>
/// <param name="What"><c>wrong_amount</c> (another amount or currency than was asked for: nothing is credited), <c>disputed</c>, <c>stuck</c> (past its time, and the company cannot be asked; or a charge that it never answered), <c>unknown_notice</c>.</param>
/// <param name="Notice">The company's name of what it told of.</param>
public sealed record TroubleInfo(Guid Id, string What, DateTimeOffset At, string Gateway, Money? Amount, string? GatewayReference, string? Notice);

/// <summary>What a person must look at.</summary>
public sealed record TroubleList(IReadOnlyList<TroubleInfo> Items);

/// <summary>What was done about it.</summary>
/// <param name="What">Which trouble of the payment, as the list names it; all that it is in now where it is absent.</param>
public sealed record HandleTroubleRequest(string? Note, string? What = null);

/// <summary>What to ask the company about.</summary>
/// <param name="Reference">The company's own name of a charge that it never answered, as it is found at the company's desk (Stripe: <c>pi_…</c>, PayPal: the transaction id). It is read back, and counts only where the company took just this sum for just this payment.</param>
public sealed record AskPaymentRequest(string? Reference = null);

/// <summary><c>payments-in-trouble</c>, for the operator (D-08).</summary>
internal static class TroubleEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var trouble = api.MapGroup("payments-in-trouble").WithTags("Payments");
        trouble.MapGet("", List).WithAccess(Access.Operator).WithName("ListPaymentsInTrouble").WithSummary("Payments and notices that do not go on by themselves");
        trouble.MapPost("{id:guid}/question", Ask).WithAccess(Access.Operator).WithName("AskAboutPayment").WithSummary("Ask the payment company about a payment now");
        trouble.MapPost("{id:guid}/release", LetGo).WithAccess(Access.Operator).WithName("LetPaymentGo").WithSummary("Let a payment go that is past its time and whose company cannot be asked");
        trouble.MapPost("{id:guid}/handling", Handle).WithAccess(Access.Operator).WithName("HandleTrouble").WithSummary("Say what was done about it; it is shown no more");
    }

    private static async Task<Ok<TroubleList>> List(TroubleDesk desk, CancellationToken ct) => TypedResults.Ok(new TroubleList([.. (await desk.Find(ct)).Select(t => new TroubleInfo(
        t.Id, t.What, t.At, t.Gateway, t.Payment?.Money, t.Payment?.ChargeRef ?? t.Payment?.GatewayRef ?? t.Notice?.References.Split('\n')[0], t.Notice?.Kind))]));

    private static async Task<Results<NoContent, ProblemHttpResult>> Ask(Guid id, AskPaymentRequest? request, TroubleDesk desk, CancellationToken ct) => Done(await desk.Ask(id, request?.Reference, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> LetGo(Guid id, TroubleDesk desk, CancellationToken ct) => Done(await desk.LetGo(id, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> Handle(Guid id, HandleTroubleRequest request, ClaimsPrincipal user, TroubleDesk desk, CancellationToken ct) => Done(await desk.Handle(id, request.What, user.UserId(), request.Note, ct));

    private static Results<NoContent, ProblemHttpResult> Done(Refusal? no) => no is null ? TypedResults.NoContent() : Problems.Of(no);
}
