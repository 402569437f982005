using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Ledger.Statements;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Payments.TakeCash;

/// <summary>What a code shall be for.</summary>
/// <param name="PayOut">True where cash shall be handed to me.</param>
/// <param name="Amount">Needed for cash that goes out; else the till says how much.</param>
public sealed record TillCodeRequest(bool PayOut = false, Money? Amount = null);

/// <summary>The code to show.</summary>
/// <param name="Code">Eight digits, good once and for ten minutes.</param>
public sealed record TillCodeAnswer(string Code, bool PayOut, Money? Amount, DateTimeOffset ExpiresAt);

/// <summary>A code that somebody shows, and how much cash.</summary>
public sealed record UseTillCodeRequest(string? Code, Money Amount);

/// <summary>What was taken or handed out.</summary>
public sealed record TillReceipt(Guid EntryId, bool PaidOut, Money Amount);

/// <summary>One taking or handing out.</summary>
public sealed record TillEntryInfo(Guid EntryId, DateTimeOffset At, Guid StaffId, bool PaidOut, Money Amount);

/// <summary>A shop's till on a day.</summary>
/// <param name="Owes">What the shop has of the operator's cash now, on whatever day it took it; kept of its next payout.</param>
public sealed record TillReport(string Day, Money Took, Money PaidOut, Money Owes, IReadOnlyList<TillEntryInfo> Entries);

/// <summary>Cash at a shop's till (C-13, C-14).</summary>
internal static class TillEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("me/wallet/till-codes", Make).WithAccess(Access.SignedIn).WithTags("Till").WithName("MakeTillCode").WithSummary("A code to show at a shop's till, to pay cash into my wallet or have it paid out");
        api.MapPost("shops/{shopId:guid}/till/entries", Use).WithAccess(Access.ShopStaff).WithPermission(PayoutPermissions.Till).WithTags("Till").WithName("UseTillCode").WithSummary("Take cash for a code, or hand it out. Needs an Idempotency-Key.").WithMetadata(new RateRule("till", 20, 1));
        api.MapGet("shops/{shopId:guid}/till", Report).WithAccess(Access.ShopStaff).WithPermission(PayoutPermissions.Till).WithTags("Till").WithName("ReadTill").WithSummary("The till on a day, with who took what, and what the shop owes");
    }

    private static async Task<Results<Created<TillCodeAnswer>, ProblemHttpResult>> Make(TillCodeRequest request, ClaimsPrincipal user, TillDesk desk, CancellationToken ct)
    {
        var made = await desk.Make(user.UserId(), request.PayOut, request.Amount, ct);
        if (made.Refusal is { } no) return Problems.Of(no);
        var code = made.Value.Code;
        return TypedResults.Created((string?)null, new TillCodeAnswer(made.Value.Digits, code.PaysOut, request.Amount, code.ExpiresAt));
    }

    private static async Task<Results<Created<TillReceipt>, ProblemHttpResult>> Use(Guid shopId, UseTillCodeRequest request, HttpContext http, ClaimsPrincipal user, TillDesk desk, CancellationToken ct)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refusal is { } noKey) return Problems.Of(noKey);
        var used = await desk.Use(shopId, user.UserId(), request.Code, request.Amount, key.Value, ct);
        if (used.Refusal is { } no) return Problems.Of(no);
        if (used.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        return TypedResults.Created((string?)null, new TillReceipt(used.Value.Used.EntryId, used.Value.Used.PaysOut, new Money(used.Value.Used.Amount, desk.Currency)));
    }

    private static async Task<Results<Ok<TillReport>, ProblemHttpResult>> Report(Guid shopId, TillDesk desk, LedgerReader ledger, CancellationToken ct, string? day = null)
    {
        var report = await desk.Report(shopId, day, ct);
        if (report.Refusal is { } no) return Problems.Of(no);
        var (sums, entries, currency) = (report.Value.Day, report.Value.Entries, desk.Currency);
        var (balance, _) = await ledger.BalanceOf(TillPostings.TillOf(shopId, currency.Code), ct);
        return TypedResults.Ok(new TillReport(sums.Day, new Money(sums.Took, currency), new Money(sums.Paid, currency), new Money(-balance, currency),
            [.. entries.Select(e => new TillEntryInfo(e.Id, e.At, e.StaffId, e.PaysOut, new Money(e.Amount, currency)))]));
    }
}
