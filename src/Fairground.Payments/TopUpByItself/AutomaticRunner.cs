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

    /// <summary>The company never said what became of a charge: it may still be taken in late.</summary>
    public const string Unanswered = "unanswered";

    private const int Batch = 200;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromHours(6);

    /// <summary>Goes over what is due; true where more may be waiting.</summary>
    public async Task<bool> RunDue(CancellationToken ct)
    {
        var underWay = await context.Charges.AsNoTracking().Where(c => c.State == AutomaticCharge.UnderWay).OrderBy(c => c.At).ToListAsync(ct);
        foreach (var some in underWay.Chunk(Batch))
        {
            var waiting = await Waiting(some, ct);
            foreach (var charge in some.Where(c => c.PaymentId is not { } id || !waiting.Contains(id))) await GoOn(charge, ct);
        }

        var now = time.GetUtcNow();
        var due = await context.TopUps.AsNoTracking().Where(t => t.IsOn && t.NextAt <= now).OrderBy(t => t.NextAt).Take(Batch).ToListAsync(ct);
        foreach (var setting in due)
        {
            if (await Begin(setting, ct) is { } charge) await GoOn(charge, ct);
            else await Wait(setting.Id, now + BetweenLooks, ct);
        }
        return due.Count == Batch;
    }

    // Payments whose company has not answered yet: a company that is away for hours keeps nobody else waiting.
    private async Task<HashSet<Guid>> Waiting(IReadOnlyCollection<AutomaticCharge> charges, CancellationToken ct)
    {
        var (ids, known) = (charges.Where(c => c.PaymentId is not null).Select(c => c.PaymentId!.Value).ToList(), gateways.Select(g => g.Name).ToList());
        return await payments.Payments.Where(p => ids.Contains(p.Id) && p.State == PaymentState.Pending && known.Contains(p.Gateway)).Select(p => p.Id).ToHashSetAsync(ct);
    }

    // Null where the person may do nothing here, the wallet has enough, the month has had its sum, or a charge is under way.
    private async Task<AutomaticCharge?> Begin(AutomaticTopUp setting, CancellationToken ct)
    {
        if (await people.Find(setting.UserId, ct) is not { Closed: null }) return null;
        var (balance, held) = await balances.BalanceOf(SharedAccounts.WalletOf(setting.UserId, setting.Currency), ct);
        var (now, id) = (time.GetUtcNow(), Ids.New());
        var thisMonth = await month.At(now, ct);
        await using var transaction = await context.BeginWriteAsync(ct);
        // Takes the setting's lock: of two nodes the second sees what the first has begun.
        if (await context.TopUps.Where(t => t.Id == setting.Id && t.IsOn && t.NextAt <= now).ExecuteUpdateAsync(set => set.SetProperty(t => t.NextAt, now + BetweenLooks), ct) == 0) return null;
        // Its person may have changed it since it was read.
        setting = await context.TopUps.AsNoTracking().FirstAsync(t => t.Id == setting.Id, ct);
        if (balance - held >= setting.Below) return null;
        if (await context.Charges.AnyAsync(c => c.SettingId == setting.Id && c.State == AutomaticCharge.UnderWay, ct)) return null;
        if (await AutomaticDesk.SpentIn(context, setting.Id, thisMonth, ct) + setting.Amount > setting.MonthlyCap) return null;
        var charge = new AutomaticCharge { Id = id, SettingId = setting.Id, UserId = setting.UserId, MethodId = setting.MethodId, Month = thisMonth, Amount = setting.Amount, At = now, State = AutomaticCharge.UnderWay };
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
        if (charge.PaymentId is null && !await Start(setting, charge, gateway, ct)) return;
        var payment = await payments.Payments.AsNoTracking().FirstAsync(p => p.Id == charge.PaymentId, ct);
        if (payment.State == PaymentState.Succeeded) await Succeed(setting, charge, method, payment, ct);
        else if (payment.State == PaymentState.Failed) await Fail(setting, charge, "declined", off: setting.Failures + 1 >= MostFailures, ct);
        // A company that was away all day has declined nothing.
        else if (payment.State == PaymentState.Expired) await Fail(setting, charge, Unanswered, off: false, ct);
    }

    // Begins its payment and charges it once. Where no answer comes the payment is watched like any other, less and less often; false where it could not be begun.
    private async Task<bool> Start(AutomaticTopUp setting, AutomaticCharge charge, IPaymentGateway gateway, CancellationToken ct)
    {
        var started = await ledger.Submit<TopUpStarted>(new StartTopUp.StartTopUp(
            CommandKey.System("payments.automatic", charge.Id.ToString("N")), Ids.New(), Ids.New(), charge.UserId, setting.MoneyOf(charge.Amount), gateway.Name, gateway.CanBeAsked, gateway.WantsNumbers, null, charge.MethodId));
        if (started.Refusal is { Kind.IsTransient: true }) return false;
        if (started.Refusal is { } kept)
        {
            // Whoever is on a break or excluded brings nothing in, not by itself either; it stays off until its person turns it on.
            await Fail(setting, charge, kept.Code, off: true, ct);
            return false;
        }
        charge.PaymentId = started.Value.PaymentId;
        await context.Charges.Where(c => c.Id == charge.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.PaymentId, charge.PaymentId), ct);
        var payment = await payments.Payments.AsNoTracking().FirstAsync(p => p.Id == charge.PaymentId, ct);
        if (payment.State == PaymentState.Pending) await resolver.Resolve(payment, ct);
        return true;
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
        var (next, counts) = (time.GetUtcNow() + AfterFailure, reason == Unanswered ? 0 : 1);
        await using var transaction = await context.BeginWriteAsync(ct);
        await context.Charges.Where(c => c.Id == charge.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, "failed").SetProperty(c => c.Reason, reason), ct);
        await context.TopUps.Where(t => t.Id == setting.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.Failures, t => t.Failures + counts).SetProperty(t => t.NextAt, next), ct);
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
