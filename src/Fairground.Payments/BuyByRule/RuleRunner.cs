using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.BuyByRule;

/// <summary>A lot opened: the rules are gone over for it. The same word twice is one lot.</summary>
internal sealed class OpenedLots(IServiceScopeFactory scopes) : IEventConsumer
{
    private const string Opened = "draws.lot.opened";

    public string Name => "payments.rules";

    public IReadOnlyCollection<string> Topics { get; } = [Opened];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        var lot = envelope.Read<OpenedLot>().LotId;
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<RulesContext>();
        await context.ConsumeOnce(Name, envelope.Id, envelope.At, async () =>
        {
            if (!await context.Lots.AnyAsync(l => l.LotId == lot, ct)) context.Lots.Add(new RuleLot { LotId = lot, OpenedAt = envelope.At });
        }, ct);
    }

    private sealed record OpenedLot(Guid LotId);
}

/// <summary>Buys by rule, on one node at a time.</summary>
internal sealed class RuleWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<RuleWorker> logger)
    : LeasedWorker("payments.rules", TimeSpan.FromMilliseconds(500), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RuleRunner>().RunNext(ct);
    }
}

/// <summary>
/// Goes over the rules for a lot that opened, in the order in which they were made. What a run will cost is written down and counted towards the month before it is bought, under the rule's
/// lock, and the purchase has a key that follows from rule and lot: a server that dies half way, or two at once, buy once and never beyond the budget.
/// </summary>
internal sealed class RuleRunner(RulesContext context, ICertificateBuying buying, IGoodsIndex goods, MonthOf month, RuleLetters letters, TimeProvider time)
{
    private const int Batch = 100;

    /// <summary>Ends what broke off, then goes on with the lot that has waited longest; true where more may be waiting.</summary>
    public async Task<bool> RunNext(CancellationToken ct)
    {
        foreach (var begun in await context.Runs.AsNoTracking().Where(r => r.State == RuleRunState.Trying).OrderBy(r => r.At).Take(Batch).ToListAsync(ct))
            await Finish(await context.Rules.AsNoTracking().FirstAsync(r => r.Id == begun.RuleId, ct), begun, ct);
        if (await context.Lots.AsNoTracking().Where(l => l.DoneAt == null).OrderBy(l => l.OpenedAt).FirstOrDefaultAsync(ct) is not { } lot) return false;
        if (await buying.Offer(lot.LotId, ct) is { IsOpen: true } offer)
        {
            var rules = await Matching(lot, offer, ct);
            foreach (var rule in rules)
            {
                if (await Begin(rule, offer, ct) is not { } run) continue;
                if (run.State == RuleRunState.Trying) await Finish(rule, run, ct);
                else if (run.Reason == RuleRefusals.BudgetSpent) await letters.BudgetSpent(rule, run, ct);
            }
            if (rules.Count == Batch)
            {
                var last = rules[^1].Id;
                await context.Lots.Where(l => l.LotId == lot.LotId).ExecuteUpdateAsync(set => set.SetProperty(l => l.After, last), ct);
                return true;
            }
        }
        var now = time.GetUtcNow();
        await context.Lots.Where(l => l.LotId == lot.LotId).ExecuteUpdateAsync(set => set.SetProperty(l => l.DoneAt, (DateTimeOffset?)now), ct);
        return true;
    }

    /// <summary>What stands between a person and buying at all stops the rule until its person lets it go on; what is about one shop or one lot does not.</summary>
    internal static bool Protects(string code) => code is "people.blocked" or "access.not_signed_in" || (code.StartsWith("protection.", StringComparison.Ordinal) && code != "protection.insider");

    private async Task<List<PurchaseRule>> Matching(RuleLot lot, CertificateOffer offer, CancellationToken ct)
    {
        var (after, opened, currency, nominal, shop) = (lot.After, lot.OpenedAt, offer.Nominal.Currency.Code, offer.Nominal.Minor, (Guid?)offer.ShopId);
        var categories = (await goods.CategoriesOf(offer.ProductId, ct)).Select(c => (Guid?)c).ToList();
        return await context.Rules.AsNoTracking()
            .Where(r => r.State == RuleState.Active && r.Currency == currency && r.ActiveSince <= opened && r.Ceiling >= nominal && r.Id.CompareTo(after) > 0)
            .Where(r => r.Scope == RuleScope.Any || (r.Scope == RuleScope.Shop && r.ScopeId == shop) || (r.Scope == RuleScope.Category && categories.Contains(r.ScopeId)))
            .OrderBy(r => r.Id).Take(Batch).ToListAsync(ct);
    }

    // Null where the rule was paused meanwhile.
    private async Task<RuleRun?> Begin(PurchaseRule rule, CertificateOffer offer, CancellationToken ct)
    {
        var (now, id, amount) = (time.GetUtcNow(), RuleRun.IdOf(rule.Id, offer.LotId), checked(offer.Nominal.Minor * rule.Quantity));
        var thisMonth = await month.At(now, ct);
        await using var transaction = await context.BeginWriteAsync(ct);
        // Takes the rule's lock, so that of two nodes the second counts what the first has written.
        var active = await context.Rules.Where(r => r.Id == rule.Id && r.State == RuleState.Active).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RuleState.Active), ct);
        if (active == 0) return null;
        if (await context.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct) is { } known) return known;
        var fits = await RuleDesk.SpentIn(context, rule.Id, thisMonth, ct) + amount <= rule.Budget;
        var run = new RuleRun
        {
            Id = id, RuleId = rule.Id, UserId = rule.UserId, LotId = offer.LotId, Title = offer.Title, At = now, Month = thisMonth, Amount = amount,
            State = fits ? RuleRunState.Trying : RuleRunState.NotBought, Reason = fits ? null : RuleRefusals.BudgetSpent,
        };
        context.Runs.Add(run);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        context.Entry(run).State = EntityState.Detached;
        return run;
    }

    // Told before it is noted, under an id that follows from the run: what breaks off in between is told once.
    private async Task Finish(PurchaseRule rule, RuleRun run, CancellationToken ct)
    {
        var bought = await buying.Buy(rule.UserId, run.LotId, rule.Quantity, $"rule {run.Id:N}", ct);
        // Busy or away: it is taken up again at the next turn, with the same key.
        if (bought.Refusal is { Kind.IsTransient: true } busy) throw new InvalidOperationException($"A rule could not buy: {busy.Code}.");
        if (bought.Refusal is not { } refusal)
        {
            await letters.Bought(rule, run, bought.Value, await RuleDesk.SpentIn(context, rule.Id, run.Month, ct), ct);
            await context.Runs.Where(r => r.Id == run.Id && r.State == RuleRunState.Trying)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RuleRunState.Bought).SetProperty(r => r.PurchaseId, (Guid?)bought.Value.PurchaseId), ct);
            return;
        }
        var pauses = Protects(refusal.Code);
        await letters.NotBought(rule, run, refusal.Code, pauses, ct);
        await using var transaction = await context.BeginWriteAsync(ct);
        if (pauses) await context.Rules.Where(r => r.Id == rule.Id && r.State == RuleState.Active).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RuleState.Paused).SetProperty(r => r.PausedBy, refusal.Code), ct);
        await context.Runs.Where(r => r.Id == run.Id && r.State == RuleRunState.Trying).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RuleRunState.NotBought).SetProperty(r => r.Reason, refusal.Code), ct);
        await transaction.CommitAsync(ct);
    }
}
