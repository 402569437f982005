using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.StartTopUp;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.TopUpByItself;

/// <summary>Where a person agrees that a way of paying is kept.</summary>
internal sealed record SavingPage(Guid MethodId, string PageUrl);

/// <summary>What is topped up by itself, with its way of paying and what this month has taken, minor units.</summary>
internal sealed record AutomaticView(AutomaticTopUp Setting, SavedMethod Method, long ThisMonth);

/// <summary>Keeps people's ways of paying, and what they have topped up by themselves; for the calls and the pages.</summary>
internal sealed class AutomaticDesk(PaymentsContext payments, RulesContext context, GroupCommitter ledger, IEnumerable<IPaymentGateway> gateways, BuyByRule.MonthOf month, TimeProvider time)
{
    private const int MostMethods = 10;

    /// <summary>The companies that can keep a way of paying for this currency.</summary>
    public IReadOnlyList<ISavesMethods> Offered(Currency currency) => [.. gateways.OfType<ISavesMethods>().Where(g => g.Takes(currency))];

    /// <summary>Begins to keep one. Refusals: <c>saved_method.not_offered</c>, <c>saved_method.too_many</c>, the ledger's and the gateway's own.</summary>
    /// <param name="gateway">Null for the first that can.</param>
    public async Task<Result<SavingPage>> Begin(Guid userId, string? gateway, Currency currency, string market, CancellationToken ct)
    {
        if (Offered(currency).FirstOrDefault(g => string.IsNullOrEmpty(gateway) || g.Name == gateway) is not { } keeper) return AutomaticRefusals.NotOffered;
        if (await payments.Methods.CountAsync(m => m.UserId == userId && m.Token != null, ct) >= MostMethods) return AutomaticRefusals.TooMany;
        var method = new SavedMethod { Id = Ids.New(), UserId = userId, Gateway = keeper.Name, Currency = currency.Code, MadeAt = time.GetUtcNow() };
        if (keeper.WantsNumbers)
        {
            var number = await ledger.Submit<NumberTaken>(new TakeNumber(CommandKey.System("payments.number", method.Id.ToString("N")), keeper.Name));
            if (number.Refusal is { } none) return none;
            method.SetupRef = number.Value.Number;
        }
        var started = await keeper.StartSaving(Order(method, market), ct);
        if (started.Refusal is { } no) return no;
        method.SetupRef = started.Value.Reference;
        payments.Methods.Add(method);
        await payments.SaveChangesAsync(ct);
        return new SavingPage(method.Id, started.Value.PayUrl);
    }

    /// <summary>One that its person has not agreed to yet, for the company's page; null where there is none.</summary>
    public async Task<SavingOrder?> Waiting(Guid userId, Guid methodId, string gateway, string market, CancellationToken ct) =>
        await payments.Methods.AsNoTracking().FirstOrDefaultAsync(m => m.Id == methodId && m.UserId == userId && m.Gateway == gateway && m.Token == null && m.RemovedAt == null, ct) is { } method ? Order(method, market) : null;

    /// <summary>The person comes back: the company is asked what became of it. Refusals: <c>saved_method.not_found</c>, <c>saved_method.not_ready</c>, the gateway's own.</summary>
    public async Task<Result<SavedMethod>> Finish(Guid userId, Guid methodId, string market, CancellationToken ct)
    {
        if (await payments.Methods.FirstOrDefaultAsync(m => m.Id == methodId && m.UserId == userId && m.RemovedAt == null, ct) is not { } method) return AutomaticRefusals.MethodNotFound;
        if (method.Token is not null) return method;
        if (gateways.OfType<ISavesMethods>().FirstOrDefault(g => g.Name == method.Gateway) is not { } keeper) return AutomaticRefusals.NotOffered;
        var read = await keeper.ReadSaving(Order(method, market), ct);
        if (read.Refusal is { } no) return no;
        if (read.Value.Token is null) return AutomaticRefusals.MethodNotReady;
        (method.Token, method.Label) = (read.Value.Token, read.Value.Label);
        await payments.SaveChangesAsync(ct);
        return method;
    }

    /// <summary>Removes one here and at the company; what it topped up by itself goes off. Refusals: <c>saved_method.not_found</c>, <c>saved_method.in_use</c>, and the gateway's own where its person has not come back from there.</summary>
    public async Task<Refusal?> Remove(Guid userId, Guid methodId, CancellationToken ct)
    {
        if (await payments.Methods.FirstOrDefaultAsync(m => m.Id == methodId && m.UserId == userId && m.RemovedAt == null, ct) is not { } method) return AutomaticRefusals.MethodNotFound;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            // First off, so that nothing begins any more; then what has begun is seen. Forgotten while money is being taken, nobody could ask what became of it.
            await context.TopUps.Where(t => t.MethodId == methodId).ExecuteUpdateAsync(set => set.SetProperty(t => t.IsOn, false), ct);
            if (await context.Charges.AnyAsync(c => c.MethodId == methodId && c.State == AutomaticCharge.UnderWay, ct)) return AutomaticRefusals.MethodInUse;
            await transaction.CommitAsync(ct);
        }
        // What has a name here is forgotten here whatever the company answers: without the name nobody can charge it. Of what has none yet only the company can say whether it keeps anything.
        if (await gateways.Forget(method, ct) is { Kind.IsTransient: true } away && method.Token is null) return away;
        (method.Token, method.RemovedAt) = (null, time.GetUtcNow());
        await payments.SaveChangesAsync(ct);
        return null;
    }

    /// <summary>The person's kept ways of paying.</summary>
    public async Task<IReadOnlyList<SavedMethod>> Methods(Guid userId, CancellationToken ct) => await payments.Methods.AsNoTracking().Where(m => m.UserId == userId && m.Token != null).OrderBy(m => m.Id).ToListAsync(ct);

    /// <summary>Turns it on, or changes it. Refusals: <c>auto_top_up.invalid</c>, <c>payment.amount_out_of_range</c>, <c>saved_method.not_found</c>.</summary>
    public async Task<Refusal?> TurnOn(Guid userId, Guid methodId, Money below, Money amount, Money cap, CancellationToken ct)
    {
        if (below.Currency.Code is not { } currency || amount.Currency.Code != currency || cap.Currency.Code != currency || !below.IsPositive || !amount.IsPositive || cap.Minor < amount.Minor) return AutomaticRefusals.Invalid;
        if (TopUpLimits.Check(amount) is { } outOfRange) return outOfRange;
        if (!await payments.Methods.AnyAsync(m => m.Id == methodId && m.UserId == userId && m.Token != null && m.Currency == currency, ct)) return AutomaticRefusals.MethodNotFound;
        var (id, now) = (AutomaticTopUp.IdOf(userId, currency), time.GetUtcNow());
        await using var transaction = await context.BeginWriteAsync(ct);
        var setting = await context.TopUps.FirstOrDefaultAsync(t => t.Id == id, ct);
        if (setting is null) context.TopUps.Add(setting = new AutomaticTopUp { Id = id, UserId = userId, Currency = currency });
        (setting.MethodId, setting.Below, setting.Amount, setting.MonthlyCap, setting.IsOn) = (methodId, below.Minor, amount.Minor, cap.Minor, true);
        (setting.Failures, setting.OffBy, setting.NextAt, setting.ChangedAt) = (0, null, now, now);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>Turns it off. Refusal: <c>auto_top_up.not_found</c>.</summary>
    public async Task<Refusal?> TurnOff(Guid userId, string? currency, CancellationToken ct)
    {
        var id = AutomaticTopUp.IdOf(userId, currency ?? "");
        var off = await context.TopUps.Where(t => t.Id == id && t.IsOn).ExecuteUpdateAsync(set => set.SetProperty(t => t.IsOn, false).SetProperty(t => t.OffBy, (string?)null), ct);
        return off == 1 ? null : AutomaticRefusals.NotFound.ToRefusal();
    }

    public async Task<IReadOnlyList<AutomaticView>> Of(Guid userId, CancellationToken ct)
    {
        var views = new List<AutomaticView>();
        var now = await month.At(time.GetUtcNow(), ct);
        foreach (var setting in await context.TopUps.AsNoTracking().Where(t => t.UserId == userId).OrderBy(t => t.Currency).ToListAsync(ct))
            views.Add(new AutomaticView(setting, await payments.Methods.AsNoTracking().FirstAsync(m => m.Id == setting.MethodId, ct), await SpentIn(context, setting.Id, now, ct)));
        return views;
    }

    /// <summary>What a month has taken, minor units, with what is under way and what the company never answered: that may still be taken in late.</summary>
    public static Task<long> SpentIn(RulesContext context, Guid settingId, int month, CancellationToken ct) => context.Charges.Where(c => c.SettingId == settingId && c.Month == month && (c.State != "failed" || c.Reason == AutomaticRunner.Unanswered)).SumAsync(c => c.Amount, ct);

    private static SavingOrder Order(SavedMethod method, string market) => new(method.Id, Currency.Of(method.Currency), $"{market}/wallet/automatic?saved={method.Id}", method.SetupRef, $"{market}/api/v1/gateways/{method.Gateway}/notices");
}
