using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Statements;

namespace Fairground.Payments.KeepPersonalData;

/// <summary>Moves all that is in one wallet into the wallet of the account that it was joined to.</summary>
internal sealed record MoveWallet(CommandKey Key, Guid From, Guid Into, string Currency) : IHotCommand
{
    public static MoveWallet Now(Guid from, Guid into, string currency) => new(CommandKey.System("payments.join", Ids.New().ToString("N")), from, into, currency);
}

/// <summary>What was moved, in minor units.</summary>
internal sealed record WalletMoved(long Amount);

/// <summary>Decides <see cref="MoveWallet"/>; nothing is refused. What is on hold stays until it is posted or let go; moving again takes it then.</summary>
internal sealed class MoveWalletRule : HotRule<MoveWallet, WalletMoved>
{
    public override void Needs(MoveWallet command, LoadPlan plan) => plan.Account(SharedAccounts.WalletOf(command.From, command.Currency)).Account(SharedAccounts.WalletOf(command.Into, command.Currency));

    public override Decision Decide(MoveWallet command, GroupState state, DateTimeOffset now)
    {
        var (from, into) = (SharedAccounts.WalletOf(command.From, command.Currency), SharedAccounts.WalletOf(command.Into, command.Currency));
        var amount = state.Balance(from);
        if (amount <= 0 || !state.CanPay(from, amount)) return Accept(new WalletMoved(0));
        return Accept(new WalletMoved(amount)).Post(PaymentsPostings.Join, from, into, amount, command.From);
    }
}

/// <summary>Moves wallets of joined accounts. Money that arrives in one later, such as a refund, is moved on in the same way.</summary>
internal sealed class WalletMover(LedgerReader ledger, GroupCommitter committer)
{
    public async Task Move(Guid from, Guid into, CancellationToken ct)
    {
        foreach (var (asset, (balance, _)) in await ledger.BalancesOf(from, SharedAccounts.Wallet, ct))
        {
            if (balance <= 0) continue;
            var moved = await committer.Submit<WalletMoved>(MoveWallet.Now(from, into, asset));
            // Busy or away: whoever asked asks again.
            if (moved.Refused) throw new InvalidOperationException($"The wallet could not be moved: {moved.Refusal!.Code}.");
        }
    }
}
