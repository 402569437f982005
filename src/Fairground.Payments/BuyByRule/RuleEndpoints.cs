using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Payments.BuyByRule;

/// <summary>What is bought of every lot that opens from now on.</summary>
/// <param name="Scope"><c>any</c>, <c>shop</c> or <c>category</c>.</param>
/// <param name="ScopeId">The shop or the category; absent for any.</param>
/// <param name="Quantity">1 to 1,000 certificates of each lot.</param>
/// <param name="PriceCeiling">A lot whose certificate costs more is passed over.</param>
/// <param name="MonthlyBudget">The most that the rule spends in a month.</param>
public sealed record PurchaseRuleRequest(string? Scope, int Quantity, Money PriceCeiling, Money MonthlyBudget, Guid? ScopeId = null);

/// <summary>Where a rule shall stand.</summary>
/// <param name="State"><c>active</c> or <c>paused</c>.</param>
public sealed record PurchaseRuleChange(string? State);

/// <summary>A rule as its person sees it.</summary>
/// <param name="About">The shop's or category's name.</param>
/// <param name="SpentThisMonth">What is being bought at this moment included.</param>
/// <param name="PausedBy">The code of the refusal that paused it; absent where its person did.</param>
public sealed record PurchaseRuleInfo(
    Guid RuleId, string Scope, Guid? ScopeId, string About, int Quantity, Money PriceCeiling, Money MonthlyBudget, Money SpentThisMonth, string State, string? PausedBy, DateTimeOffset CreatedAt);

/// <summary>A person's rules.</summary>
public sealed record PurchaseRuleList(IReadOnlyList<PurchaseRuleInfo> Items);

/// <summary>A rule that was made.</summary>
public sealed record PurchaseRuleMade(Guid RuleId);

/// <summary>What came of a rule at one lot.</summary>
/// <param name="State"><c>bought</c>, <c>not_bought</c> or <c>under_way</c>.</param>
/// <param name="Reason">The code of what stood against it.</param>
public sealed record PurchaseRuleRun(Guid LotId, string Title, DateTimeOffset At, Money Amount, string State, string? Reason, Guid? PurchaseId);

/// <summary><c>me/purchase-rules</c>: automatic purchase of a given quantity (C-12).</summary>
internal static class RuleEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var rules = api.MapGroup("me/purchase-rules").WithTags("Purchase rules");
        rules.MapGet("", List).WithAccess(Access.SignedIn).WithName("ListPurchaseRules").WithSummary("My rules, by which certificates of new lots are bought for me");
        rules.MapPost("", Make).WithAccess(Access.SignedIn).WithName("MakePurchaseRule").WithSummary("Have a number of certificates of every new lot of some kind bought, up to a sum a month. Needs an Idempotency-Key.");
        rules.MapPatch("{ruleId:guid}", Set).WithAccess(Access.SignedIn).WithName("ChangePurchaseRule").WithSummary("Pause a rule, or let it go on with lots that open from now on");
        rules.MapDelete("{ruleId:guid}", End).WithAccess(Access.SignedIn).WithName("EndPurchaseRule").WithSummary("End a rule; what it bought stays bought");
        rules.MapGet("{ruleId:guid}/runs", History).WithAccess(Access.SignedIn).WithName("ListPurchaseRuleRuns").WithSummary("What a rule has bought and what it has not, and why, newest first");
    }

    public static RuleScope? ScopeOf(string? wire) => wire switch { "any" => RuleScope.Any, "shop" => RuleScope.Shop, "category" => RuleScope.Category, _ => null };

    private static async Task<Ok<PurchaseRuleList>> List(ClaimsPrincipal user, RuleDesk desk, CancellationToken ct) =>
        TypedResults.Ok(new PurchaseRuleList([.. (await desk.Of(user.UserId(), ct)).Select(Info)]));

    private static async Task<Results<Created<PurchaseRuleMade>, ProblemHttpResult>> Make(PurchaseRuleRequest request, HttpContext http, ClaimsPrincipal user, RuleDesk desk, CancellationToken ct)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refusal is { } noKey) return Problems.Of(noKey);
        var made = await desk.Make(user.UserId(), new RuleWish(ScopeOf(request.Scope), request.ScopeId, request.Quantity, request.PriceCeiling, request.MonthlyBudget), key.Value, ct);
        if (made.Refusal is { } refusal) return Problems.Of(refusal);
        if (made.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        return TypedResults.Created("/api/v1/me/purchase-rules", new PurchaseRuleMade(made.Value.Rule.Id));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Set(Guid ruleId, PurchaseRuleChange request, ClaimsPrincipal user, RuleDesk desk, CancellationToken ct)
    {
        if (request.State is not ("active" or "paused")) return Problems.Of(RuleRefusals.StateUnknown);
        return await desk.Set(user.UserId(), ruleId, request.State == "active", ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> End(Guid ruleId, ClaimsPrincipal user, RuleDesk desk, CancellationToken ct) =>
        await desk.End(user.UserId(), ruleId, ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();

    private static async Task<Results<Ok<Page<PurchaseRuleRun>>, ProblemHttpResult>> History(Guid ruleId, ClaimsPrincipal user, RuleDesk desk, RulesContext context, CancellationToken ct, string? cursor = null)
    {
        var page = await desk.History(user.UserId(), ruleId, cursor, ct);
        if (page.Refusal is { } no) return Problems.Of(no);
        var currency = Currency.Of((await context.Rules.FindAsync([ruleId], ct))!.Currency);
        return TypedResults.Ok(new Page<PurchaseRuleRun>([.. page.Value.Items.Select(r => new PurchaseRuleRun(r.LotId, r.Title, r.At, new Money(r.Amount, currency), r.State.Wire(), r.Reason, r.PurchaseId))], page.Value.Next));
    }

    private static PurchaseRuleInfo Info(RuleView view)
    {
        var rule = view.Rule;
        return new PurchaseRuleInfo(
            rule.Id, rule.Scope.Wire(), rule.ScopeId, view.About, rule.Quantity, rule.MoneyOf(rule.Ceiling), rule.MoneyOf(rule.Budget), rule.MoneyOf(view.Spent), rule.State.Wire(), rule.PausedBy, rule.CreatedAt);
    }
}
