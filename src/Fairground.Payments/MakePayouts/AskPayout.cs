using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.KeepPayees;

namespace Fairground.Payments.MakePayouts;

/// <summary>A payout that was asked for.</summary>
/// <param name="Replayed">The same answer was given before.</param>
internal sealed record AskedPayout(PayoutTaken Taken, bool Replayed);

/// <summary>An owner has the organisation paid out now, whatever its schedule. It goes with the next bank file.</summary>
internal sealed class PayoutAsking(PayeeDesk payees, GroupCommitter committer, PayoutOptions options)
{
    /// <summary>Refusals: <c>request.not_found</c>, <c>payment.currency_unknown</c>, <c>payout.no_payer_account</c>, <c>payout.no_bank_details</c>, those of <see cref="MakePayoutRule"/>, <c>idempotency.key_reused</c>.</summary>
    public async Task<Result<AskedPayout>> Ask(Guid by, Guid organisationId, string? currency, string key, CancellationToken ct)
    {
        if (!Currency.TryParse(currency, out var asset)) return PaymentRefusals.CurrencyUnknown;
        var view = await payees.Look(organisationId, ct);
        if (view.Refusal is { } unknown) return unknown;
        if (!options.Accounts.ContainsKey(asset.Code)) return PayoutRefusals.NoPayer;
        if (!view.Value.Holds.TryGetValue(asset.Code, out var details)) return PayoutRefusals.NoBankDetails;
        var command = new MakePayout(CommandKey.For(by, key, "payments.ask_payout", organisationId.ToString("N"), asset.Code), Ids.New(), organisationId, details);
        var taken = await committer.Submit<PayoutTaken>(command);
        return taken.Refusal is { } no ? no : new AskedPayout(taken.Value, taken.Replayed);
    }
}
