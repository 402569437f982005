using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Payments.KeepPayees;
using Fairground.Payments.TellPayees;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ChangeBankDetails;

/// <summary>
/// Takes new bank details and lets them hold after a while, so that whoever got into an owner's account cannot lead the next payout away
/// unnoticed: every owner is told at once, and each may take them back until then (S-33).
/// </summary>
internal sealed class BankDetailsDesk(PayoutsContext context, IOrganisations organisations, PayeeDesk payees, PayoutOptions options, TimeProvider time)
{
    /// <summary>
    /// Refusals: <c>bank.holder_invalid</c>, <c>bank.account_invalid</c>, <c>bank.account_checksum</c>, <c>bank.bank_invalid</c>, <c>bank.details_unchanged</c>,
    /// <c>payment.currency_unknown</c>, <c>request.not_found</c>. The first details wait as well: what is in the balance can be led away by them too.
    /// </summary>
    public async Task<Result<BankDetails>> Change(Guid organisationId, Guid by, string? currency, string? holder, string? number, string? bank, CancellationToken ct)
    {
        if (!Currency.TryParse(currency, out var asset)) return PaymentRefusals.CurrencyUnknown;
        var name = (holder ?? "").ReplaceLineEndings(" ").Trim();
        if (name.Length is < 2 or > 70) return PayoutRefusals.HolderInvalid;
        var read = AccountNumber.Read(number, bank);
        if (read.Refusal is { } no) return no;
        if (await organisations.Find(organisationId, ct) is null) return CommonRefusals.NotFound;

        var now = time.GetUtcNow();
        await using var transaction = await context.BeginWriteAsync(ct);
        await payees.Row(organisationId, ct);
        var all = await context.BankDetails.Where(d => d.OrganisationId == organisationId && d.Currency == asset.Code && d.WithdrawnAt == null).ToListAsync(ct);
        var newest = BankDetails.Waiting(all, now) ?? BankDetails.InEffect(all, now);
        if (newest is not null && newest.Holder == name && newest.AccountNumber == read.Value.Number && newest.BankId == read.Value.BankId) return PayoutRefusals.DetailsUnchanged;

        // What waited is replaced, so that one change at a time is under way.
        foreach (var waiting in all.Where(d => d.ValidFrom > now)) waiting.WithdrawnAt = now;
        var made = new BankDetails(Ids.New(), organisationId, asset.Code, read.Value.Kind, name, read.Value.Number, read.Value.BankId, now, by, now + options.ChangeDelay);
        context.BankDetails.Add(made);
        context.Publish(new BankDetailsChanged(organisationId, made.Id), now);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return made;
    }

    /// <summary>Takes details back that do not hold yet; those before them go on holding. Refusals: <c>bank.details_not_found</c>, <c>bank.details_hold</c>.</summary>
    public async Task<Refusal?> TakeBack(Guid organisationId, Guid detailsId, CancellationToken ct)
    {
        await using var transaction = await context.BeginWriteAsync(ct);
        var now = time.GetUtcNow();
        if (await context.BankDetails.FirstOrDefaultAsync(d => d.Id == detailsId && d.OrganisationId == organisationId, ct) is not { } details) return PayoutRefusals.DetailsNotFound;
        if (details.WithdrawnAt is not null) return null;
        if (details.ValidFrom <= now) return PayoutRefusals.DetailsHold;
        details.WithdrawnAt = now;
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }
}
