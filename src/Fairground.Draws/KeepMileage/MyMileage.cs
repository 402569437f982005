using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.Statements;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Draws;

/// <summary>So much mileage until then.</summary>
/// <param name="ExpiresAt">Null for ever.</param>
internal sealed record MileagePart(long Amount, DateTimeOffset? ExpiresAt);

/// <summary>A person's mileage of a currency. One is worth one minor unit of it as a first payment; it is not cash and cannot be given to others (D-17).</summary>
internal sealed record MileageView(string Asset, string Currency, long Amount, IReadOnlyList<MileagePart> Parts);

/// <summary>Shows a person's mileage; page and API call this.</summary>
internal sealed class MyMileage(TwoStageReader lots, LedgerReader ledger, IPeople people, TimeProvider time)
{
    /// <summary>By currency, what can be spent now.</summary>
    public async Task<IReadOnlyList<MileageView>> Of(Guid userId, CancellationToken ct)
    {
        // What an account that was joined had is moved to the one that stays.
        var (rows, now) = (await lots.Mileage([userId], ct), time.GetUtcNow());
        return [.. rows.Select(r => new MileageView(
            TwoStagePostings.AssetOf(r.Currency), r.Currency, r.Lots.SpendableAt(now),
            [.. r.Lots.All.Where(l => l.ExpiresAt is null || l.ExpiresAt > now).Select(l => new MileagePart(l.Amount, l.ExpiresAt))]))];
    }

    /// <summary>What can be spent of one currency now.</summary>
    public async Task<long> Spendable(Guid userId, string currency, CancellationToken ct) => (await Of(userId, ct)).FirstOrDefault(m => m.Currency == currency)?.Amount ?? 0;

    /// <summary>The statement of one currency, newest first. Refusal: <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<StatementLine>>> Statement(Guid userId, string currency, string? cursor, int take, CancellationToken ct)
    {
        var read = Cursor.Read(cursor);
        if (read.Refused) return read.Refusal!;
        Guid? before = null;
        if (read.Value is { } text)
        {
            if (!Guid.TryParse(text, out var id)) return CommonRefusals.CursorInvalid;
            before = id;
        }
        var owner = (await people.IdsOf(userId, ct))[0];
        return await ledger.Statement(TwoStagePostings.MileageOf(owner, currency), before, take, ct);
    }
}

/// <summary>A line of the statement of mileage.</summary>
/// <param name="Amount">Above zero where it came, below where it went.</param>
/// <param name="Kind">Stable: <c>draws.grant_mileage</c>, <c>draws.spend_mileage</c>, <c>draws.give_back_mileage</c>, <c>draws.expire_mileage</c>, <c>draws.join_mileage</c>.</param>
/// <param name="Reference">The lot; the person where it expired, and the account that was joined where it was moved.</param>
internal sealed record MileageLine(Guid TransferId, DateTimeOffset At, long Amount, string Kind, string Title, Guid Reference);

/// <summary><c>GET me/mileage</c> and <c>GET me/mileage/transfers</c>.</summary>
internal static class MileageEndpoints
{
    private const int PageSize = 50;

    public static async Task<Ok<IReadOnlyList<MileageView>>> Balance(MyMileage mileage, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(await mileage.Of(http.User.UserId(), ct));

    /// <summary>Refusals: <c>request.invalid</c> for an unknown currency, <c>request.cursor_invalid</c>.</summary>
    public static async Task<Results<Ok<Page<MileageLine>>, ProblemHttpResult>> Statement(string? currency, string? cursor, MyMileage mileage, HttpContext http, CancellationToken ct)
    {
        if (!Currency.TryParse(currency, out var of)) return Problems.Of(CommonRefusals.InvalidRequest.With(("field", "currency")));
        var page = await mileage.Statement(http.User.UserId(), of.Code, cursor, PageSize, ct);
        return page.Refused
            ? Problems.Of(page.Refusal!)
            : TypedResults.Ok(new Page<MileageLine>([.. page.Value.Items.Select(l => new MileageLine(l.TransferId, l.At, l.Amount, l.Movement, T[l.Title], l.Reference))], page.Value.Next));
    }
}
