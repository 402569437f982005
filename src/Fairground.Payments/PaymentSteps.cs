using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.TellPayers;

namespace Fairground.Payments;

/// <summary>Carries a change of a payment into the ledger, in the same group as the change itself. Shared by every command that moves a payment on.</summary>
internal static class PaymentSteps
{
    /// <summary>Everything that a change may touch.</summary>
    public static LoadPlan Payment(this LoadPlan plan, PaymentKey key) => plan
        .Row(Payments.Payment.Table, key.Id)
        .Hold(key.HoldId)
        .Account(PaymentsPostings.ClearingOf(key.Gateway, key.Currency))
        .Account(SharedAccounts.WalletOf(key.UserId, key.Currency))
        .Account(PaymentsPostings.DebtOf(key.UserId, key.Currency));

    /// <summary>Changes the payment and moves what follows from that.</summary>
    public static Decision Move(this Decision decision, GroupState state, Payment before, Payment after)
    {
        var (clearing, wallet, debt) = (PaymentsPostings.ClearingOf(after.Gateway, after.Currency), SharedAccounts.WalletOf(after.UserId, after.Currency), PaymentsPostings.DebtOf(after.UserId, after.Currency));
        var hold = state.Hold(after.HoldId) ?? throw new InvalidOperationException($"Payment {after.Id} has lost its hold.");
        if (before != after) decision.Change(Payments.Payment.Table, after);
        if (hold.State == HoldState.Pending && after.State is PaymentState.Failed or PaymentState.Expired) decision.ReleaseHold(hold, clearing);
        var (effects, owed) = (PaymentMachine.Between(before, after), 0L);
        foreach (var (movement, amount) in PaymentMachine.Movements(effects, state.Available(wallet), -state.Balance(debt)))
        {
            if (movement == PaymentsPostings.Owed) owed += amount;
            // Money that comes after all, once the hold was let go, is posted without one.
            if (movement == PaymentsPostings.TopUp && hold.State == HoldState.Pending) decision.PostHold(hold, movement, clearing, wallet);
            else decision.Post(movement, Account(movement.From), Account(movement.To), amount, after.Id);
        }
        if (effects.TakeBack > 0) decision.Publish(new PaymentTakenBack(after.Id, after.UserId, effects.TakeBack, owed, after.Currency, after.Dispute is GatewayDispute.Open or GatewayDispute.Lost));
        if (effects.GiveBack > 0) decision.Publish(new PaymentGivenBack(after.Id, after.UserId, effects.GiveBack, after.Currency));
        return decision;

        AccountRef Account(AccountPurpose purpose) => purpose == SharedAccounts.Wallet ? wallet : purpose == PaymentsPostings.Debt ? debt : clearing;
    }
}

/// <summary>What of a payment never changes and tells what to load.</summary>
internal sealed record PaymentKey(Guid Id, Guid UserId, Guid HoldId, string Gateway, string Currency)
{
    public static PaymentKey Of(Payment payment) => new(payment.Id, payment.UserId, payment.HoldId, payment.Gateway, payment.Currency);
}
