using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Statements;
using Fairground.Payments.ResolvePayments;
using Fairground.Payments.StartTopUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.TopUpByItself;

/// <summary>Tops wallets up, on one node at a time.</summary>
internal sealed class AutomaticWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<AutomaticWorker> logger)
    : LeasedWorker("payments.automatic", TimeSpan.FromSeconds(2), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AutomaticRunner>().RunDue(ct);
    }
}

/// <summary>
/// Looks for wallets that fell below what their owners said, and charges their kept way of paying. A charge is written down and counted towards the month before it is made; there is one under way
/// at a time, and its payment has a key that follows from it, so that a server that dies half way charges once.
/// </summary>
internal sealed class AutomaticRunner(
    RulesContext context, PaymentsContext payments, GroupCommitter ledger, LedgerReader balances, PaymentResolver resolver, IEnumerable<IPaymentGateway> gateways, BuyByRule.MonthOf month, IPeople people,
    IMessages messages, TimeProvider time)
{
    /// <summary>So many declined charges in a row turn it off.</summary>
    public const int MostFailures = 3;

    private const int Batch = 200;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromHours(6);

    /// <summary>Goes over what is due; true where more may be waiting.</summary>
    public async Task<bool> RunDue(CancellationToken ct)
    {
        foreach (var charge in await context.Charges.AsNoTracking().Where(c => c.State == "under_way").OrderBy(c => c.At).Take(Batch).ToListAsync(ct)) await GoOn(charge, ct);
        var now = time.GetUtcNow();
        var due = await context.TopUps.AsNoTracking().Where(t => t.IsOn && t.NextAt <= now).OrderBy(t => t.NextAt).Take(Batch).ToListAsync(ct);
        foreach (var setting in due)
        {
            if (await Begin(setting, ct) is { } charge) await GoOn(charge, ct);
            else await Wait(setting.Id, now + BetweenLooks, ct);
        }
        return due.Count == Batch;
    }

    // Null where the wallet has enough, the month has had its sum, or a charge is under way.
    private async Task<AutomaticCharge?> Begin(AutomaticTopUp setting, CancellationToken ct)
    {
        var (balance, held) = await balances.BalanceOf(SharedAccounts.WalletOf(setting.UserId, setting.Currency), ct);
        if (balance - held >= setting.Below) return null;
        var (now, id) = (time.GetUtcNow(), Ids.New());
        var thisMonth = await month.At(now, ct);
        await using var transaction = await context.BeginWriteAsync(ct);
        // Takes the setting's lock: of two nodes the second sees what the first has begun.
        if (await context.TopUps.Where(t => t.Id == setting.Id && t.IsOn && t.NextAt <= now).ExecuteUpdateAsync(set => set.SetProperty(t => t.NextAt, now + BetweenLooks), ct) == 0) return null;
        if (await context.Charges.AnyAsync(c => c.SettingId == setting.Id && c.State == "under_way", ct)) return null;
        if (await AutomaticDesk.SpentIn(context, setting.Id, thisMonth, ct) + setting.Amount > setting.MonthlyCap) return null;
        var charge = new AutomaticCharge { Id = id, SettingId = setting.Id, UserId = setting.UserId, MethodId = setting.MethodId, Month = thisMonth, Amount = setting.Amount, At = now, State = "under_way" };
        context.Charges.Add(charge);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        context.Entry(charge).State = EntityState.Detached;
        return charge;
    }

    private async Task GoOn(AutomaticCharge charge, CancellationToken ct)
    {
        var setting = await context.TopUps.AsNoTracking().FirstAsync(t => t.Id == charge.SettingId, ct);
        var method = await payments.Methods.AsNoTracking().FirstAsync(m => m.Id == charge.MethodId, ct);
        if (gateways.FirstOrDefault(g => g.Name == method.Gateway) is not { } gateway)
        {
            await Fail(setting, charge, "gateway_gone", off: true, ct);
            return;
        }
        var started = await ledger.Submit<TopUpStarted>(new StartTopUp.StartTopUp(
            CommandKey.System("payments.automatic", charge.Id.ToString("N")), Ids.New(), Ids.New(), charge.UserId, setting.MoneyOf(charge.Amount), gateway.Name, gateway.CanBeAsked, gateway.WantsNumbers, null, method.Id));
        if (started.Refusal is { Kind.IsTransient: true }) return;
        if (started.Refusal is { } kept)
        {
            // Whoever is on a break or excluded brings nothing in, not by itself either; it stays off until its person turns it on.
            await Fail(setting, charge, kept.Code, off: true, ct);
            return;
        }
        await context.Charges.Where(c => c.Id == charge.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.PaymentId, (Guid?)started.Value.PaymentId), ct);
        var payment = await payments.Payments.AsNoTracking().FirstAsync(p => p.Id == started.Value.PaymentId, ct);
        if (payment.State == PaymentState.Pending && await resolver.Resolve(payment, ct) is { Refused: false } seen) payment = seen.Value;
        if (payment.State == PaymentState.Succeeded) await Succeed(setting, charge, method, payment, ct);
        else if (payment.State != PaymentState.Pending) await Fail(setting, charge, "declined", off: setting.Failures + 1 >= MostFailures, ct);
    }

    // Told before it is noted, under an id that follows from the charge: what breaks off in between is told once.
    private async Task Succeed(AutomaticTopUp setting, AutomaticCharge charge, SavedMethod method, Payment payment, CancellationToken ct)
    {
        var spent = await AutomaticDesk.SpentIn(context, setting.Id, charge.Month, ct);
        await Tell(charge, new Wording("payments.auto_top_up_done")
        {
            ["amount"] = payment.Money, ["method"] = method.Label ?? method.Gateway, ["spent"] = setting.MoneyOf(spent), ["cap"] = setting.MoneyOf(setting.MonthlyCap), ["page"] = "/wallet/automatic",
        }, ct);
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Charges.Where(c => c.Id == charge.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, "done"), ct);
        await context.TopUps.Where(t => t.Id == setting.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.Failures, 0), ct);
        await transaction.CommitAsync(ct);
    }

    private async Task Fail(AutomaticTopUp setting, AutomaticCharge charge, string reason, bool off, CancellationToken ct)
    {
        await Tell(charge, new Wording("payments.auto_top_up_failed")
        {
            ["amount"] = setting.MoneyOf(charge.Amount), ["reason"] = reason.StartsWith("protection.", StringComparison.Ordinal) ? "break" : reason, ["off"] = off, ["page"] = "/wallet/automatic",
        }, ct);
        var next = time.GetUtcNow() + AfterFailure;
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Charges.Where(c => c.Id == charge.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, "failed").SetProperty(c => c.Reason, reason), ct);
        await context.TopUps.Where(t => t.Id == setting.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.Failures, t => t.Failures + 1).SetProperty(t => t.NextAt, next), ct);
        if (off) await context.TopUps.Where(t => t.Id == setting.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.IsOn, false).SetProperty(t => t.OffBy, reason), ct);
        await transaction.CommitAsync(ct);
    }

    private async Task Wait(Guid settingId, DateTimeOffset until, CancellationToken ct) => await context.TopUps.Where(t => t.Id == settingId && t.NextAt < until).ExecuteUpdateAsync(set => set.SetProperty(t => t.NextAt, until), ct);

    private async Task Tell(AutomaticCharge charge, Wording words, CancellationToken ct)
    {
        if (await people.Find(charge.UserId, ct) is not { } person) return;
        await messages.Send([new Message(Ids.Derive("payments.auto_message", charge.Id.ToString("N"), words.Template), person.Contact, person.Channel, words, person.UserId)], ct);
    }
}
