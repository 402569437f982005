using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger.Protection;
using Fairground.Payments.ReadBankStatement;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ShowBankDetails;

/// <summary>Where a person sends money, and the reference that says whose it is.</summary>
internal sealed record TransferTo(OperatorAccount Account, string Reference);

/// <summary>Gives each person one reference a currency, for ever: whatever arrives under it goes into the wallet (C-14).</summary>
internal sealed class TransferDesk(PayoutsContext context, PayoutOptions options, PaymentsOptions payments, GuardReader guards, TimeProvider time)
{
    /// <summary>The currencies in which transfers are taken.</summary>
    public IReadOnlyCollection<string> Currencies => [.. options.Accounts.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Refusals: <c>payment.currency_unknown</c>, <c>bank.no_account</c>, <c>protection.excluded</c>, <c>protection.on_break</c>.</summary>
    public async Task<Result<TransferTo>> Of(Guid userId, string? currency, CancellationToken ct)
    {
        var asset = payments.DefaultCurrency;
        if (!string.IsNullOrWhiteSpace(currency) && !Currency.TryParse(currency, out asset)) return PaymentRefusals.CurrencyUnknown;
        if (!options.Accounts.TryGetValue(asset.Code, out var account)) return BankRefusals.NoAccount;
        var guard = await guards.Of(userId, 0, ct);
        if (guard.ExcludedUntil is { } until) return ProtectionRefusals.Excluded.With(("until", until));
        if (guard.BreakUntil is { } end) return ProtectionRefusals.OnBreak.With(("until", end));
        var id = Ids.Derive("fairground/bank-transfer/v1", userId.ToString("N"), asset.Code);
        if (!await context.References.AnyAsync(r => r.Id == id, ct)) await Keep(id, userId, asset.Code, ct);
        return new TransferTo(account, BankReference.Of(BankReference.TopUp, id));
    }

    private async Task Keep(Guid id, Guid userId, string currency, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        if (await context.References.AnyAsync(r => r.Id == id, ct)) return;
        context.References.Add(new TransferReference { Id = id, UserId = userId, Currency = currency, Reference = BankReference.Of(BankReference.TopUp, id), MadeAt = time.GetUtcNow() });
        try
        {
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Made on another node at the same moment: it is the same.
            context.ChangeTracker.Clear();
        }
    }
}

/// <summary>References of bank transfers. Erasing keeps them: what arrives later must not be taken for somebody else's, and names nobody.</summary>
internal sealed class TransferData(PayoutsContext context) : IPersonalData
{
    public IReadOnlyCollection<string> Tables { get; } = ["payments_bank_reference"];

    public async Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var references = await context.References.AsNoTracking().Where(r => person.Contains(r.UserId)).OrderBy(r => r.Currency).ToListAsync(ct);
        await archive.Add("bank-references", "The references under which your bank transfers are known.", references.Select(r => new { r.Currency, r.Reference, r.MadeAt }), ct);
        var lines = await context.Lines.AsNoTracking().Where(l => l.MatchedKind == "top_up" && l.MatchedId != null && person.Contains(l.MatchedId.Value)).OrderBy(l => l.BookedOn).ToListAsync(ct);
        await archive.Add("bank-transfers", "Transfers of yours as our bank reported them.", lines.Select(l => new { l.BookedOn, amount = l.Money, payer = l.Counterparty, account = l.CounterpartyAccount, l.Purpose }), ct);
    }

    public Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public Task Erase(IReadOnlyList<Guid> person, CancellationToken ct) => Task.CompletedTask;

    public Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => Task.FromResult<IReadOnlyList<Refusal>>([]);

    public Task Join(Guid from, Guid into, CancellationToken ct) => context.References.Where(r => r.UserId == from).ExecuteUpdateAsync(set => set.SetProperty(r => r.UserId, into), ct);
}
