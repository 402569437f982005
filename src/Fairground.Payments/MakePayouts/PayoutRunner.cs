using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Statements;
using Fairground.Payments.WritePayoutFile;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.MakePayouts;

/// <summary>Pays organisations when they are due, on one node at a time.</summary>
internal sealed class PayoutWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<PayoutWorker> logger)
    : LeasedWorker("payments.payouts", TimeSpan.FromSeconds(2), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<PayoutRunner>().RunDue(ct);
    }
}

/// <summary>
/// Goes over all that are due: takes what may be paid out of each balance, then gathers the payouts of each currency into a bank file. Every step
/// is done once however often the run is begun again, so a server that dies half way is taken up where it stopped.
/// </summary>
internal sealed class PayoutRunner(PayoutsContext context, LedgerReader ledger, GroupCommitter committer, PayoutFiles files, PayoutOptions options, TimeProvider time)
{
    /// <summary>An operator asks for a run of everybody, due or not. Refusal: <c>payout.run_under_way</c>.</summary>
    public async Task<Result<PayoutRun>> Ask(Guid by, CancellationToken ct) => await Open(by, ct) is { } run ? run : PayoutRefusals.RunUnderWay;

    /// <summary>Does what is due; true where something was done.</summary>
    public async Task<bool> RunDue(CancellationToken ct)
    {
        var run = await context.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.FinishedAt == null, ct);
        if (run is null && await IsDue(ct)) run = await Open(null, ct);
        if (run is null) return false;
        await Carry(run, ct);
        return true;
    }

    // Somebody's day has come, or what owners asked for waits since before the hour at which files are made.
    private async Task<bool> IsDue(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await context.Payees.AnyAsync(p => p.NextAt <= now, ct)) return true;
        var hour = PayoutSchedule.Daily.Next(now, options.Hour)!.Value.AddDays(-1);
        var payable = options.Accounts.Keys.ToList();
        return await context.Payouts.AnyAsync(p => p.BatchId == null && p.State == PayoutState.OnItsWay && p.MadeAt < hour && payable.Contains(p.Currency), ct);
    }

    private async Task<PayoutRun?> Open(Guid? by, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        if (await context.Runs.AnyAsync(r => r.FinishedAt == null, ct)) return null;
        var run = new PayoutRun { Id = Ids.New(), AskedAt = time.GetUtcNow(), AskedBy = by };
        context.Runs.Add(run);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Another node opened one at the same moment: the database has room for one.
            context.Entry(run).State = EntityState.Detached;
            return null;
        }
        await transaction.CommitAsync(ct);
        context.Entry(run).State = EntityState.Detached;
        return run;
    }

    private async Task Carry(PayoutRun run, CancellationToken ct)
    {
        var (made, skipped) = (0, 0);
        for (var after = Guid.Empty; ;)
        {
            var last = after;
            var page = await context.Payees.AsNoTracking().Where(p => p.OrganisationId.CompareTo(last) > 0 && (run.AskedBy != null || p.NextAt <= run.AskedAt)).OrderBy(p => p.OrganisationId).Take(200).ToListAsync(ct);
            foreach (var payee in page)
            {
                var (paid, left) = await Pay(run, payee, ct);
                (made, skipped) = (made + paid, skipped + left);
            }
            if (page.Count == 0) break;
            after = page[^1].OrganisationId;
        }
        foreach (var account in options.Accounts.Values) await files.Make(run.Id, account, ct);
        var now = time.GetUtcNow();
        await context.Runs.Where(r => r.Id == run.Id && r.FinishedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.FinishedAt, (DateTimeOffset?)now).SetProperty(r => r.Made, made).SetProperty(r => r.Skipped, skipped), ct);
    }

    private async Task<(int Made, int Skipped)> Pay(PayoutRun run, Payee payee, CancellationToken ct)
    {
        var (made, skipped) = (0, 0);
        var now = time.GetUtcNow();
        var details = await context.BankDetails.AsNoTracking().Where(d => d.OrganisationId == payee.OrganisationId && d.WithdrawnAt == null).ToListAsync(ct);
        foreach (var (currency, (balance, held)) in await ledger.BalancesOf(payee.OrganisationId, SharedAccounts.ShopPayable, ct))
        {
            if (balance - held <= 0) continue;
            var account = BankDetails.InEffect(details.Where(d => d.Currency == currency), now);
            if (account is null || !options.Accounts.ContainsKey(currency))
            {
                skipped++;
                continue;
            }
            var taken = await committer.Submit<PayoutTaken>(MakePayout.InRun(run.Id, payee.OrganisationId, account));
            // Busy or away: the run is taken up again from the beginning at the next turn.
            if (taken.Refusal is { Kind.IsTransient: true } busy) throw new InvalidOperationException($"A payout could not be made: {busy.Code}.");
            if (taken.Refused) skipped++;
            else if (taken.Value.PayoutId is not null) made++;
        }
        if (payee.NextAt <= now)
        {
            // Unless the owner changed the schedule meanwhile.
            var (was, next) = (payee.NextAt, payee.Schedule.Next(now, options.Hour));
            await context.Payees.Where(p => p.OrganisationId == payee.OrganisationId && p.NextAt == was).ExecuteUpdateAsync(set => set.SetProperty(p => p.NextAt, next), ct);
        }
        return (made, skipped);
    }
}
