using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger;
using Fairground.Ledger.Statements;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Payments.ReadStatement;

/// <summary>One line of a wallet's statement.</summary>
/// <param name="Amount">Signed: above zero came in, below zero went out.</param>
/// <param name="Movement">Stable name, such as <c>payments.top_up</c>.</param>
/// <param name="Title">For a person.</param>
/// <param name="Reference">What it is about: the payment, the lot, the purchase.</param>
/// <param name="About">The name of what it is about and where that stands; null where nothing has a name.</param>
internal sealed record WalletTransfer(Guid TransferId, DateTimeOffset At, Money Amount, string Movement, string Title, Guid Reference, StatementName? About);

/// <summary>Reads a wallet's statement page by page, newest first; for the endpoint, the page and the CSV file.</summary>
internal sealed class StatementReader(LedgerReader ledger, PaymentsOptions options, IEnumerable<IStatementNames> names)
{
    public const int LargestPage = 200;

    public Currency DefaultCurrency => options.DefaultCurrency;

    /// <summary>Refusals: <c>payment.currency_unknown</c>, <c>request.cursor_invalid</c>.</summary>
    /// <param name="currency">ISO 4217 code; null for the default currency.</param>
    /// <param name="limit">Lines on the page, 1 to 200; 50 where null.</param>
    public async Task<Result<Page<WalletTransfer>>> Read(Guid userId, string? currency, string? cursor, int? limit, CancellationToken ct)
    {
        var asset = options.DefaultCurrency;
        if (!string.IsNullOrEmpty(currency) && !Currency.TryParse(currency, out asset)) return PaymentRefusals.CurrencyUnknown;
        var read = Cursor.Read(cursor);
        if (read.Refusal is { } refusal) return refusal;
        Guid? before = null;
        if (read.Value is { } key)
        {
            if (!Guid.TryParse(key, out var last)) return CommonRefusals.CursorInvalid;
            before = last;
        }
        var page = await ledger.Statement(SharedAccounts.WalletOf(userId, asset.Code), before, Math.Clamp(limit ?? 50, 1, LargestPage), ct);
        var about = await Names([.. page.Items.Select(l => l.Reference).Distinct()], ct);
        return new Page<WalletTransfer>(
            [.. page.Items.Select(l => new WalletTransfer(l.TransferId, l.At, new Money(l.Amount, asset), l.Movement, l.Title, l.Reference, about.GetValueOrDefault(l.Reference)))], page.Next);
    }

    private async Task<Dictionary<Guid, StatementName>> Names(IReadOnlyCollection<Guid> references, CancellationToken ct)
    {
        var found = new Dictionary<Guid, StatementName>();
        if (references.Count == 0) return found;
        foreach (var module in names)
        {
            foreach (var (reference, name) in await module.Find(references, ct)) found[reference] = name;
        }
        return found;
    }
}

/// <summary><c>GET me/wallet/transfers</c> (C-14).</summary>
internal static class ReadStatementEndpoint
{
    public static async Task<Results<Ok<Page<WalletTransfer>>, ProblemHttpResult>> Handle(
        ClaimsPrincipal user, StatementReader statements, CancellationToken ct, string? currency = null, string? cursor = null, int? limit = null)
    {
        var page = await statements.Read(user.UserId(), currency, cursor, limit, ct);
        return page.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(page.Value);
    }
}
