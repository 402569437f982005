using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Payments.CollectDebt;

/// <summary>Takes what a person owes out of money that has come into the wallet by another way than a top-up, such as a refund of a lot.</summary>
internal sealed record CollectDebt(CommandKey Key, Guid UserId, string Currency) : IHotCommand
{
    public static CollectDebt Now(Guid userId, string currency) => new(CommandKey.System("payments.collect", Ids.New().ToString("N")), userId, currency);
}

/// <summary>What was collected, minor units.</summary>
internal sealed record DebtCollected(long Amount);

/// <summary>Decides <see cref="CollectDebt"/>; nothing is refused.</summary>
internal sealed class CollectDebtRule : HotRule<CollectDebt, DebtCollected>
{
    public override void Needs(CollectDebt command, LoadPlan plan) => plan.Account(SharedAccounts.WalletOf(command.UserId, command.Currency)).Account(PaymentsPostings.DebtOf(command.UserId, command.Currency));

    public override Decision Decide(CollectDebt command, GroupState state, DateTimeOffset now)
    {
        var (wallet, debt) = (SharedAccounts.WalletOf(command.UserId, command.Currency), PaymentsPostings.DebtOf(command.UserId, command.Currency));
        var amount = Math.Min(state.Available(wallet), -state.Balance(debt));
        return amount <= 0 ? Accept(new DebtCollected(0)) : Accept(new DebtCollected(amount)).Post(PaymentsPostings.Collected, wallet, debt, amount, command.UserId);
    }
}

/// <summary>Finds who owes and has, and collects.</summary>
internal sealed class DebtCollector(Database database, GroupCommitter ledger)
{
    /// <summary>Collects from everybody who can pay something; how many that were.</summary>
    public async Task<int> CollectAll(CancellationToken ct)
    {
        var due = new List<(Guid Person, string Currency)>();
        await using (var connection = await database.OpenAsync(ct))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = """
                select d.party, d.asset from (select distinct user_id, currency from payments_payment where taken > 0) p
                join ledger_account d on d.party = p.user_id and d.asset = p.currency and d.purpose = 'payments.debt'
                join ledger_account w on w.party = p.user_id and w.asset = p.currency and w.purpose = 'payments.wallet'
                where d.balance < 0 and w.balance - w.held > 0
                """;
            await using var reader = await command.ExecuteReaderAsync(ct);
            var row = new HotReader(reader, blobIds: database.Kind == DatabaseKind.Sqlite);
            while (await reader.ReadAsync(ct)) due.Add((row.Uuid(0), row.Text(1)));
        }
        foreach (var (person, currency) in due) await ledger.Submit<DebtCollected>(CollectDebt.Now(person, currency));
        return due.Count;
    }
}
