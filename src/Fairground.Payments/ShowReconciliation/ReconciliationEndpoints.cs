using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.Statements;
using Fairground.Payments.CloseDay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ShowReconciliation;

/// <summary>A movement that is not settled.</summary>
public sealed record OpenMovementInfo(DateTimeOffset At, Money Amount, Money Open, string Title, Guid Reference, string? About);

/// <summary>A clearing account that is not back at zero.</summary>
/// <param name="Kind">The purpose of the account.</param>
/// <param name="Whose">The gateway or the organisation, by name where it is known.</param>
/// <param name="Balance">Below zero: it owes us. Above zero: it is on its way.</param>
public sealed record OpenAccountInfo(string Kind, string Whose, Money Balance, IReadOnlyList<OpenMovementInfo> Behind);

/// <summary>What is not settled.</summary>
public sealed record ReconciliationAnswer(IReadOnlyList<OpenAccountInfo> Items);

/// <summary>A day that was closed.</summary>
/// <param name="Sha256">Of the signed text; the next close names it.</param>
public sealed record DailyCloseInfo(string Day, DateTimeOffset MadeAt, string Sha256);

/// <summary>The newest closed days.</summary>
public sealed record DailyCloseList(IReadOnlyList<DailyCloseInfo> Items);

/// <summary>Finds clearing accounts that are not back at zero.</summary>
internal sealed class Reconciliation(TrialBalance balances, IEnumerable<IPaymentGateway> gateways, IEnumerable<IStatementNames> names, IOrganisations organisations)
{
    public async Task<IReadOnlyList<OpenAccountInfo>> Look(CancellationToken ct)
    {
        var known = gateways.ToDictionary(g => PaymentsPostings.ClearingOf(g.Name, "XXX").Party, g => g.Name);
        var found = new List<OpenAccountInfo>();
        foreach (var account in (await balances.Open(PaymentsPostings.GatewayClearing, ct)).Concat(await balances.Open(PayoutPostings.Transit, ct)).Concat(await balances.Open(TakeCash.TillPostings.TillCash, ct)))
        {
            if (!Currency.TryParse(account.Asset, out var currency)) continue;
            var whose = known.GetValueOrDefault(account.Party) ?? (await organisations.Find(account.Party, ct))?.Name ?? account.Party.ToString();
            var about = await Names([.. account.Behind.Select(b => b.Reference).Distinct()], ct);
            found.Add(new OpenAccountInfo(account.Purpose, whose, new Money(account.Balance, currency),
                [.. account.Behind.Select(b => new OpenMovementInfo(b.At, new Money(b.Amount, currency), new Money(b.Open, currency), b.Title, b.Reference, about.GetValueOrDefault(b.Reference)))]));
        }
        return found;
    }

    private async Task<Dictionary<Guid, string>> Names(IReadOnlyCollection<Guid> references, CancellationToken ct)
    {
        var found = new Dictionary<Guid, string>();
        foreach (var module in references.Count == 0 ? [] : names)
            foreach (var (reference, name) in await module.Find(references, ct)) found[reference] = name.Name;
        return found;
    }
}

/// <summary>What is not settled, and the closed days, for the operator.</summary>
internal static class ReconciliationEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("reconciliation", Look).WithAccess(Access.Operator).WithTags("Bank").WithName("ReadReconciliation").WithSummary("Clearing accounts that are not back at zero, with the payments behind them");
        api.MapGet("daily-closes", List).WithAccess(Access.Operator).WithTags("Bank").WithName("ListDailyCloses").WithSummary("The newest closed days");
        api.MapGet("daily-closes/{day}", Document).WithAccess(Access.Operator).WithTags("Bank").WithName("ReadDailyClose").WithSummary("The trial balance of a closed day, as it was signed").Produces<string>(200, "application/json");
        api.MapGet("daily-closes/{day}/signed", Signed).WithAccess(Access.Operator).WithTags("Bank").WithName("ReadSignedDailyClose").WithSummary("The same as a JWS under the server's key").Produces<string>(200, "application/jose");
    }

    public static async Task<Results<ContentHttpResult, ProblemHttpResult>> Signed(string day, PayoutsContext context, CancellationToken ct) =>
        await context.Closes.AsNoTracking().FirstOrDefaultAsync(c => c.Day == day, ct) is { } close ? TypedResults.Text(close.Signed, "application/jose") : Problems.Of(CloseRefusals.NotClosed);

    private static async Task<Ok<ReconciliationAnswer>> Look(Reconciliation reconciliation, CancellationToken ct) => TypedResults.Ok(new ReconciliationAnswer(await reconciliation.Look(ct)));

    private static async Task<Ok<DailyCloseList>> List(PayoutsContext context, CancellationToken ct)
    {
        var closes = await context.Closes.AsNoTracking().OrderByDescending(c => c.Day).Take(100).ToListAsync(ct);
        return TypedResults.Ok(new DailyCloseList([.. closes.Select(c => new DailyCloseInfo(c.Day, c.MadeAt, DayCloser.Hash(c.Signed)))]));
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> Document(string day, PayoutsContext context, CancellationToken ct) =>
        await context.Closes.AsNoTracking().FirstOrDefaultAsync(c => c.Day == day, ct) is { } close ? TypedResults.Text(close.Document, "application/json") : Problems.Of(CloseRefusals.NotClosed);
}

/// <summary>Why a close is not shown.</summary>
internal static class CloseRefusals
{
    public static readonly RefusalKind NotClosed = new("close.not_found", 404, "This day has not been closed. A day is closed a quarter of an hour after its end, UTC.");
}
