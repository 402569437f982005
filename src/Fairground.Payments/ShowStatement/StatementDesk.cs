using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger;
using Fairground.Ledger.Statements;

namespace Fairground.Payments.ShowStatement;

/// <summary>Whose statement it is: a person's wallet, or what an organisation is owed.</summary>
/// <param name="Party">The person or the organisation.</param>
internal sealed record StatementOwner(Guid Party, AccountPurpose Purpose)
{
    public static StatementOwner Person(Guid id) => new(id, SharedAccounts.Wallet);

    public static StatementOwner Organisation(Guid id) => new(id, SharedAccounts.ShopPayable);
}

/// <summary>What somebody asks of a statement, as it stands in an address.</summary>
/// <param name="From">The first day, as yyyy-MM-dd, UTC.</param>
/// <param name="To">The last day, likewise.</param>
/// <param name="Kind">The name of a movement.</param>
internal sealed record StatementAsked(string? Currency, string? From, string? To, string? Kind);

/// <summary>The same, understood.</summary>
internal sealed record StatementQuery(AccountRef Account, Currency Currency, DateOnly? From, DateOnly? To, Movement? Kind)
{
    public LineFilter Filter => new(Start(From), Start(To?.AddDays(1)), Kind?.Code);

    private static DateTimeOffset? Start(DateOnly? day) => day is { } d ? new DateTimeOffset(d, TimeOnly.MinValue, TimeSpan.Zero) : null;
}

/// <summary>A line of a statement.</summary>
/// <param name="Amount">Above zero came in, below zero went out.</param>
/// <param name="Balance">What the account held after it.</param>
public sealed record StatementRow(Guid TransferId, DateTimeOffset At, Money Amount, Money Balance, string Kind, string Title, Guid Reference, StatementName? About);

/// <summary>Reads statements with a running balance (C-14, S-33), for calls, pages and files.</summary>
internal sealed class StatementDesk(LineReader lines, Chart chart, PaymentsOptions options, IEnumerable<IStatementNames> names)
{
    public const int LargestPage = 200;

    /// <summary>Understands what was asked. Refusals: <c>payment.currency_unknown</c>, <c>statement.period_invalid</c>, <c>statement.kind_unknown</c>.</summary>
    public Result<StatementQuery> Understand(StatementOwner owner, StatementAsked asked)
    {
        var currency = options.DefaultCurrency;
        if (!string.IsNullOrWhiteSpace(asked.Currency) && !Currency.TryParse(asked.Currency, out currency)) return PaymentRefusals.CurrencyUnknown;
        if (!TryDay(asked.From, out var from) || !TryDay(asked.To, out var to) || from > to) return StatementRefusals.PeriodInvalid;
        Movement? kind = null;
        if (!string.IsNullOrWhiteSpace(asked.Kind) && (kind = Kinds(owner).FirstOrDefault(m => m.Name == asked.Kind)) is null) return StatementRefusals.KindUnknown;
        return new StatementQuery(AccountRef.Of(owner.Party, owner.Purpose, currency.Code), currency, from, to, kind);
    }

    /// <summary>The movements that such a statement may have.</summary>
    public IReadOnlyList<Movement> Kinds(StatementOwner owner) => [.. chart.Movements.Where(m => m.From.Name == owner.Purpose.Name || m.To.Name == owner.Purpose.Name).OrderBy(m => m.Code)];

    /// <summary>Newest first. Refusal: <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<StatementRow>>> Read(StatementQuery query, string? cursor, int? limit, CancellationToken ct)
    {
        var read = Cursor.Read(cursor);
        if (read.Refusal is { } no) return no;
        Guid? before = null;
        if (read.Value is { } key)
        {
            if (!Guid.TryParse(key, out var last)) return CommonRefusals.CursorInvalid;
            before = last;
        }
        var take = Math.Clamp(limit ?? 50, 1, LargestPage);
        var found = await lines.Lines(query.Account, query.Filter, before, take + 1, ct);
        var shown = found.Take(take).ToList();
        var about = await Names([.. shown.Select(l => l.Line.Reference).Distinct()], ct);
        return new Page<StatementRow>(
            [.. shown.Select(l => new StatementRow(
                l.Line.TransferId, l.Line.At, new Money(l.Line.Amount, query.Currency), new Money(l.BalanceAfter, query.Currency), l.Line.Movement, l.Line.Title, l.Line.Reference, about.GetValueOrDefault(l.Line.Reference)))],
            found.Count > take ? Cursor.Write(shown[^1].Line.TransferId.ToString()) : null);
    }

    /// <summary>Every line of it, newest first.</summary>
    public async IAsyncEnumerable<StatementRow> All(StatementQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (string? cursor = null; ;)
        {
            var page = (await Read(query, cursor, LargestPage, ct)).Value;
            foreach (var row in page.Items) yield return row;
            if (page.Next is null) yield break;
            cursor = page.Next;
        }
    }

    public Task<PeriodSums> Sums(StatementQuery query, CancellationToken ct) => lines.Sums(query.Account, query.Filter, ct);

    private static bool TryDay(string? text, out DateOnly? day)
    {
        day = null;
        if (string.IsNullOrWhiteSpace(text)) return true;
        if (!DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) || read.Year is < 2000 or > 9000) return false;
        day = read;
        return true;
    }

    private async Task<Dictionary<Guid, StatementName>> Names(IReadOnlyCollection<Guid> references, CancellationToken ct)
    {
        var found = new Dictionary<Guid, StatementName>();
        if (references.Count == 0) return found;
        foreach (var module in names)
            foreach (var (reference, name) in await module.Find(references, ct)) found[reference] = name;
        return found;
    }
}

/// <summary>Why a statement is not given.</summary>
internal static class StatementRefusals
{
    public static readonly RefusalKind PeriodInvalid = new("statement.period_invalid", 422, "A period is two days written as 2026-11-30, the first not after the last.");
    public static readonly RefusalKind KindUnknown = new("statement.kind_unknown", 422, "There is no such kind of movement on this statement.");
    public static readonly RefusalKind NoRenderer = new("statement.no_renderer", 404, "This server makes no PDF. Print the page instead.");
    public static readonly RefusalKind RendererFailed = new("statement.renderer_failed", 503, "The PDF could not be made just now. Print the page instead.", IsTransient: true);
    public static readonly RefusalKind TooLong = new("statement.too_long", 422, "A PDF has at most 5,000 lines. Choose a shorter period, or take the CSV file.");
}
