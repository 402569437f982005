using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Payments.TopUpByItself;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.KeepPersonalData;

/// <summary>What people have bought by rule and in part at a gateway. Rules end with their person; what they did names the person by id alone.</summary>
internal sealed class RulesData(RulesContext context, PaymentsContext payments, IEnumerable<IPaymentGateway> gateways, TimeProvider time) : IPersonalData
{
    public IReadOnlyCollection<string> Tables { get; } = ["payments_rule", "payments_rule_run", "payments_order", "payments_method", "payments_auto", "payments_auto_charge", "payments_till_code", "payments_till_entry"];

    public async Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var rules = await context.Rules.AsNoTracking().Where(r => person.Contains(r.UserId)).OrderBy(r => r.Id).ToListAsync(ct);
        await archive.Add("purchase-rules", "What you asked to be bought of every new lot.", rules.Select(r => new { ruleId = r.Id, scope = r.Scope.Wire(), r.ScopeId, r.Quantity, priceCeiling = r.MoneyOf(r.Ceiling), monthlyBudget = r.MoneyOf(r.Budget), state = r.State.Wire(), r.PausedBy, r.CreatedAt }), ct);
        var currencies = rules.ToDictionary(r => r.Id, r => Currency.Of(r.Currency));
        var runs = await context.Runs.AsNoTracking().Where(r => person.Contains(r.UserId)).OrderBy(r => r.At).ToListAsync(ct);
        await archive.Add("purchase-rule-runs", "What your rules bought and what they did not.", runs.Select(r => new { r.RuleId, r.LotId, r.Title, r.At, amount = new Money(r.Amount, currencies[r.RuleId]), state = r.State.Wire(), r.Reason, r.PurchaseId }), ct);
        var orders = await payments.Orders.AsNoTracking().Where(o => person.Contains(o.UserId)).OrderBy(o => o.Id).ToListAsync(ct);
        await archive.Add("purchase-orders", "Purchases that you paid in part at a payment company.", orders.Select(o => new { orderId = o.Id, o.LotId, o.Title, o.Quantity, total = o.MoneyOf(o.Total), fromWallet = o.MoneyOf(o.FromWallet), state = o.Wire, o.CreatedAt, o.EndedAt }), ct);
        var methods = await payments.Methods.AsNoTracking().Where(m => person.Contains(m.UserId)).OrderBy(m => m.Id).ToListAsync(ct);
        await archive.Add("kept-ways-of-paying", "Ways of paying that a payment company keeps for you.", methods.Select(m => new { methodId = m.Id, m.Gateway, m.Label, m.MadeAt, m.RemovedAt }), ct);
        var settings = await context.TopUps.AsNoTracking().Where(t => person.Contains(t.UserId)).OrderBy(t => t.Id).ToListAsync(ct);
        await archive.Add("automatic-top-ups", "When your wallet is topped up by itself.", settings.Select(t => new { t.Currency, t.MethodId, below = t.MoneyOf(t.Below), amount = t.MoneyOf(t.Amount), monthlyCap = t.MoneyOf(t.MonthlyCap), t.IsOn, t.OffBy }), ct);
        var paid = settings.ToDictionary(t => t.Id);
        var charges = await context.Charges.AsNoTracking().Where(c => person.Contains(c.UserId)).OrderBy(c => c.Id).ToListAsync(ct);
        await archive.Add("automatic-charges", "What was charged by itself.", charges.Select(c => new { c.PaymentId, c.At, amount = paid[c.SettingId].MoneyOf(c.Amount), c.State, c.Reason }), ct);
        var cash = await payments.TillEntries.AsNoTracking().Where(e => person.Contains(e.UserId)).OrderBy(e => e.Id).ToListAsync(ct);
        await archive.Add("cash-at-tills", "Cash that you paid in at a shop, or had paid out.", cash.Select(e => new { entryId = e.Id, e.ShopId, e.PaysOut, amount = new Money(e.Amount, Currency.Of(e.Currency)), e.At }), ct);
    }

    // What waits for a payment is held back by the payment itself; a charge may be written down before it has one.
    public async Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct) =>
        await context.Charges.AnyAsync(c => person.Contains(c.UserId) && c.State == AutomaticCharge.UnderWay, ct) ? [PaymentRefusals.UnderWay] : [];

    public Task Erase(IReadOnlyList<Guid> person, CancellationToken ct) => End(person, ct);

    // What has begun for an account ends there: joined half way its money would stand under two names. What the other account has begun stays with it.
    public async Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct)
    {
        var underWay = await context.Runs.AnyAsync(r => r.UserId == from && r.State == RuleRunState.Trying, ct)
            || await context.Charges.AnyAsync(c => c.UserId == from && c.State == AutomaticCharge.UnderWay, ct)
            || await payments.Orders.AnyAsync(o => o.UserId == from && o.State == OrderState.Waiting, ct);
        return underWay ? [PaymentRefusals.UnderWay] : [];
    }

    // A rule spends from one account's wallet; joined with another it would spend what its person gave to nobody's hand.
    public Task Join(Guid from, Guid into, CancellationToken ct) => End([from], ct);

    private async Task End(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        // One after the other: each holds the writer's turn until it is disposed.
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            await context.Rules.Where(r => person.Contains(r.UserId) && r.State != RuleState.Ended).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RuleState.Ended), ct);
            await context.TopUps.Where(t => person.Contains(t.UserId) && t.IsOn).ExecuteUpdateAsync(set => set.SetProperty(t => t.IsOn, false), ct);
            // Begun in the moment since it was asked: whoever asked asks again.
            if (await context.Charges.AnyAsync(c => person.Contains(c.UserId) && c.State == AutomaticCharge.UnderWay, ct)) throw new InvalidOperationException("A way of paying is being charged.");
            await transaction.CommitAsync(ct);
        }

        // A way of paying is one person's; joined or erased it is nobody's to charge, here whatever the company answers: without its name for it nobody can charge it.
        foreach (var method in await payments.Methods.AsNoTracking().Where(m => person.Contains(m.UserId) && m.RemovedAt == null).ToListAsync(ct)) await gateways.Forget(method, ct);

        DateTimeOffset? now = time.GetUtcNow();
        await using var forgetting = await payments.BeginWriteAsync(ct);
        await payments.Methods.Where(m => person.Contains(m.UserId) && (m.Token != null || m.Label != null)).ExecuteUpdateAsync(set => set.SetProperty(m => m.Token, (string?)null).SetProperty(m => m.Label, (string?)null), ct);
        await payments.Methods.Where(m => person.Contains(m.UserId) && m.RemovedAt == null).ExecuteUpdateAsync(set => set.SetProperty(m => m.RemovedAt, now), ct);
        await forgetting.CommitAsync(ct);
    }
}
