using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.BuyByRule;

/// <summary>What a person wants of a new rule.</summary>
internal sealed record RuleWish(RuleScope? Scope, Guid? ScopeId, int Quantity, Money Ceiling, Money Budget);

/// <summary>A rule with what it is about in words and what it has spent this month, minor units.</summary>
internal sealed record RuleView(PurchaseRule Rule, string About, long Spent);

/// <summary>Keeps people's rules, for the calls and the pages.</summary>
internal sealed class RuleDesk(RulesContext context, IGoodsIndex goods, MonthOf month, TimeProvider time)
{
    private const int Most = 20;
    private const int MostAtOnce = 1_000;
    private const int PageSize = 50;

    /// <summary>Refusals: <c>rule.scope_unknown</c>, <c>rule.quantity_invalid</c>, <c>rule.amount_invalid</c>, <c>rule.budget_too_small</c>, <c>rule.too_many</c>, <c>idempotency.key_reused</c>.</summary>
    public async Task<Result<(PurchaseRule Rule, bool Replayed)>> Make(Guid userId, RuleWish wish, string key, CancellationToken ct)
    {
        if (wish.Scope is not { } scope || (scope == RuleScope.Any) != (wish.ScopeId is null) || !await Exists(scope, wish.ScopeId, ct)) return RuleRefusals.ScopeUnknown;
        if (wish.Quantity is < 1 or > MostAtOnce) return RuleRefusals.QuantityInvalid;
        if (wish.Ceiling.Currency.Code is not { } currency || wish.Budget.Currency.Code != currency || !wish.Ceiling.IsPositive || !wish.Budget.IsPositive) return RuleRefusals.AmountInvalid;
        if ((Int128)wish.Ceiling.Minor * wish.Quantity > wish.Budget.Minor) return RuleRefusals.BudgetTooSmall;
        var now = time.GetUtcNow();
        var rule = new PurchaseRule
        {
            Id = Ids.New(), UserId = userId, KeyId = Ids.Derive("fairground/purchase-rule-key/v1", userId.ToString("N"), key), Scope = scope, ScopeId = wish.ScopeId, Quantity = wish.Quantity,
            Ceiling = wish.Ceiling.Minor, Budget = wish.Budget.Minor, Currency = currency, CreatedAt = now, ActiveSince = now,
        };
        try
        {
            return await Keep(rule, ct);
        }
        catch (DbUpdateException)
        {
            // The same call was first, on another node; where it was something else, this throws.
            context.ChangeTracker.Clear();
            if (await OfKey(rule.KeyId, ct) is not { } first) throw;
            return Replayed(first, rule);
        }
    }

    /// <summary>Pauses a rule, or lets it go on with lots that open from now on. Refusals: <c>rule.not_found</c>, <c>rule.ended</c>.</summary>
    public async Task<Refusal?> Set(Guid userId, Guid ruleId, bool active, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        if (await context.Rules.FirstOrDefaultAsync(r => r.Id == ruleId && r.UserId == userId, ct) is not { } rule) return RuleRefusals.NotFound;
        if (rule.State == RuleState.Ended) return RuleRefusals.Ended;
        if (active && rule.State != RuleState.Active) rule.ActiveSince = time.GetUtcNow();
        (rule.State, rule.PausedBy) = (active ? RuleState.Active : RuleState.Paused, null);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>Ends a rule for good; what it bought stays bought. Refusal: <c>rule.not_found</c>.</summary>
    public async Task<Refusal?> End(Guid userId, Guid ruleId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        if (await context.Rules.FirstOrDefaultAsync(r => r.Id == ruleId && r.UserId == userId, ct) is not { } rule) return RuleRefusals.NotFound;
        rule.State = RuleState.Ended;
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>The person's rules, those that have not ended first, then the newest.</summary>
    public async Task<IReadOnlyList<RuleView>> Of(Guid userId, CancellationToken ct)
    {
        var rules = await context.Rules.AsNoTracking().Where(r => r.UserId == userId).OrderBy(r => r.State == RuleState.Ended).ThenByDescending(r => r.CreatedAt).Take(100).ToListAsync(ct);
        var (shops, categories) = (await goods.Shops(ct), await goods.Categories(ct));
        var (now, views) = (await month.At(time.GetUtcNow(), ct), new List<RuleView>());
        foreach (var rule in rules)
        {
            var about = rule.Scope switch
            {
                RuleScope.Shop => shops.FirstOrDefault(s => s.ShopId == rule.ScopeId)?.Name ?? T["A shop that is gone"],
                RuleScope.Category => categories.FirstOrDefault(c => c.CategoryId == rule.ScopeId)?.FullName ?? T["A category that is gone"],
                _ => T["Every new lot"],
            };
            views.Add(new RuleView(rule, about, await SpentIn(context, rule.Id, now, ct)));
        }
        return views;
    }

    /// <summary>What came of a rule, newest first. Refusals: <c>rule.not_found</c>, <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<RuleRun>>> History(Guid userId, Guid ruleId, string? cursor, CancellationToken ct)
    {
        if (!await context.Rules.AnyAsync(r => r.Id == ruleId && r.UserId == userId, ct)) return RuleRefusals.NotFound;
        var read = Cursor.Read(cursor);
        if (read.Refusal is { } no) return no;
        var before = DateTimeOffset.MaxValue;
        if (read.Value is { } key)
        {
            if (!long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > before.ToUnixTimeMilliseconds()) return CommonRefusals.CursorInvalid;
            before = DateTimeOffset.FromUnixTimeMilliseconds(at);
        }
        var runs = await context.Runs.AsNoTracking().Where(r => r.RuleId == ruleId && r.At < before).OrderByDescending(r => r.At).Take(PageSize + 1).ToListAsync(ct);
        var items = runs.Take(PageSize).ToList();
        return new Page<RuleRun>(items, runs.Count > PageSize ? Cursor.Write(items[^1].At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)) : null);
    }

    /// <summary>What a rule has spent in a month, minor units, what is being bought included.</summary>
    public static async Task<long> SpentIn(RulesContext context, Guid ruleId, int month, CancellationToken ct) =>
        await context.Runs.Where(r => r.RuleId == ruleId && r.Month == month && r.State != RuleRunState.NotBought).SumAsync(r => r.Amount, ct);

    private async Task<Result<(PurchaseRule Rule, bool Replayed)>> Keep(PurchaseRule rule, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        if (await OfKey(rule.KeyId, ct) is { } known) return Replayed(known, rule);
        if (await context.Rules.CountAsync(r => r.UserId == rule.UserId && r.State != RuleState.Ended, ct) >= Most) return RuleRefusals.TooMany;
        context.Rules.Add(rule);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return (rule, false);
    }

    private Task<PurchaseRule?> OfKey(Guid key, CancellationToken ct) => context.Rules.AsNoTracking().FirstOrDefaultAsync(r => r.KeyId == key, ct);

    private static Result<(PurchaseRule Rule, bool Replayed)> Replayed(PurchaseRule known, PurchaseRule asked) => Same(known, asked) ? (known, true) : CommonRefusals.KeyReused;

    private static bool Same(PurchaseRule a, PurchaseRule b) => (a.Scope, a.ScopeId, a.Quantity, a.Ceiling, a.Budget, a.Currency) == (b.Scope, b.ScopeId, b.Quantity, b.Ceiling, b.Budget, b.Currency);

    private async Task<bool> Exists(RuleScope scope, Guid? id, CancellationToken ct) => scope switch
    {
        RuleScope.Shop => (await goods.Shops(ct)).Any(s => s.ShopId == id),
        RuleScope.Category => (await goods.Categories(ct)).Any(c => c.CategoryId == id),
        _ => true,
    };
}

/// <summary>Months as the chosen place counts them, as people's own limits are counted.</summary>
internal sealed class MonthOf(IJurisdiction jurisdiction)
{
    /// <summary>Twelve times the year, and the month.</summary>
    public async ValueTask<int> At(DateTimeOffset at, CancellationToken ct)
    {
        var local = at.UtcDateTime.AddMinutes((await jurisdiction.Chosen(ct))?.Pack.DayOffsetMinutes ?? 0);
        return (local.Year * 12) + local.Month;
    }
}
