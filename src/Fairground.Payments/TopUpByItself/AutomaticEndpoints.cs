using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Payments.TopUpByItself;

/// <summary>Which way of paying to keep.</summary>
/// <param name="Gateway">One that can; the first of them where it is absent.</param>
/// <param name="Currency">ISO 4217 code; the market's where it is absent.</param>
public sealed record SaveMethodRequest(string? Gateway = null, string? Currency = null);

/// <summary>Where the person agrees to it; back from there <c>POST me/wallet/saved-methods/{id}/completion</c>.</summary>
public sealed record SaveMethodAnswer(Guid MethodId, string PageUrl);

/// <summary>A kept way of paying.</summary>
/// <param name="Label">As the payment company shows it: a brand and the last digits.</param>
public sealed record SavedMethodInfo(Guid MethodId, string Gateway, string Label, string Currency, DateTimeOffset MadeAt);

/// <summary>A person's kept ways of paying.</summary>
public sealed record SavedMethodList(IReadOnlyList<SavedMethodInfo> Items);

/// <summary>When to top up, by how much, and how much at most in a month; all in one currency.</summary>
public sealed record AutomaticTopUpRequest(Guid MethodId, Money Below, Money Amount, Money MonthlyCap);

/// <summary>Topping up by itself in one currency.</summary>
/// <param name="OffBy">Why it went off by itself: <c>declined</c>, or the code of a refusal.</param>
public sealed record AutomaticTopUpInfo(string Currency, Guid MethodId, string Method, Money Below, Money Amount, Money MonthlyCap, Money ThisMonth, bool IsOn, string? OffBy);

/// <summary>Topping up by itself, by currency.</summary>
public sealed record AutomaticTopUpList(IReadOnlyList<AutomaticTopUpInfo> Items);

/// <summary><c>me/wallet/saved-methods</c> and <c>me/wallet/automatic-top-ups</c> (C-14).</summary>
internal static class AutomaticEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var methods = api.MapGroup("me/wallet/saved-methods").WithTags("Wallet");
        methods.MapGet("", Methods).WithAccess(Access.SignedIn).WithName("ListSavedMethods").WithSummary("My ways of paying that a payment company keeps");
        methods.MapPost("", Save).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("SaveMethod").WithSummary("Have a way of paying kept by a payment company, on a page of its own");
        methods.MapPost("{methodId:guid}/completion", Finish).WithAccess(Access.SignedIn).WithName("CompleteSavedMethod").WithSummary("Back from the company's page: ask what became of it");
        methods.MapDelete("{methodId:guid}", Remove).WithAccess(Access.SignedIn).WithName("RemoveSavedMethod").WithSummary("Remove a kept way of paying, here and at the company");
        var automatic = api.MapGroup("me/wallet/automatic-top-ups").WithTags("Wallet");
        automatic.MapGet("", List).WithAccess(Access.SignedIn).WithName("ListAutomaticTopUps").WithSummary("What tops my wallet up by itself");
        automatic.MapPut("", TurnOn).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("TurnAutomaticTopUpOn").WithSummary("Top the wallet up by itself where it falls below a sum, up to a sum a month");
        automatic.MapDelete("{currency}", TurnOff).WithAccess(Access.SignedIn).WithName("TurnAutomaticTopUpOff").WithSummary("Stop topping up by itself in a currency");
    }

    private static async Task<Ok<SavedMethodList>> Methods(ClaimsPrincipal user, AutomaticDesk desk, CancellationToken ct) =>
        TypedResults.Ok(new SavedMethodList([.. (await desk.Methods(user.UserId(), ct)).Select(m => new SavedMethodInfo(m.Id, m.Gateway, m.Label ?? m.Gateway, m.Currency, m.MadeAt))]));

    private static async Task<Results<Created<SaveMethodAnswer>, ProblemHttpResult>> Save(SaveMethodRequest request, HttpContext http, ClaimsPrincipal user, AutomaticDesk desk, PaymentsOptions options, PublicAddress market, CancellationToken ct)
    {
        var asset = options.DefaultCurrency;
        if (!string.IsNullOrEmpty(request.Currency) && !Currency.TryParse(request.Currency, out asset)) return Problems.Of(PaymentRefusals.CurrencyUnknown);
        var page = await desk.Begin(user.UserId(), request.Gateway, asset, market.Of(http), ct);
        return page.Refusal is { } no ? Problems.Of(no) : TypedResults.Created("/api/v1/me/wallet/saved-methods", new SaveMethodAnswer(page.Value.MethodId, page.Value.PageUrl));
    }

    private static async Task<Results<Ok<SavedMethodInfo>, ProblemHttpResult>> Finish(Guid methodId, HttpContext http, ClaimsPrincipal user, AutomaticDesk desk, PublicAddress market, CancellationToken ct)
    {
        var method = await desk.Finish(user.UserId(), methodId, market.Of(http), ct);
        if (method.Refusal is { } no) return Problems.Of(no);
        var m = method.Value;
        return TypedResults.Ok(new SavedMethodInfo(m.Id, m.Gateway, m.Label ?? m.Gateway, m.Currency, m.MadeAt));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid methodId, ClaimsPrincipal user, AutomaticDesk desk, CancellationToken ct) =>
        await desk.Remove(user.UserId(), methodId, ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();

    private static async Task<Ok<AutomaticTopUpList>> List(ClaimsPrincipal user, AutomaticDesk desk, CancellationToken ct) =>
        TypedResults.Ok(new AutomaticTopUpList([.. (await desk.Of(user.UserId(), ct)).Select(Info)]));

    private static async Task<Results<NoContent, ProblemHttpResult>> TurnOn(AutomaticTopUpRequest request, ClaimsPrincipal user, AutomaticDesk desk, CancellationToken ct) =>
        await desk.TurnOn(user.UserId(), request.MethodId, request.Below, request.Amount, request.MonthlyCap, ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();

    private static async Task<Results<NoContent, ProblemHttpResult>> TurnOff(string currency, ClaimsPrincipal user, AutomaticDesk desk, CancellationToken ct) =>
        await desk.TurnOff(user.UserId(), currency, ct) is { } no ? Problems.Of(no) : TypedResults.NoContent();

    private static AutomaticTopUpInfo Info(AutomaticView view)
    {
        var s = view.Setting;
        return new AutomaticTopUpInfo(s.Currency, s.MethodId, view.Method.Label ?? view.Method.Gateway, s.MoneyOf(s.Below), s.MoneyOf(s.Amount), s.MoneyOf(s.MonthlyCap), s.MoneyOf(view.ThisMonth), s.IsOn, s.OffBy);
    }
}
