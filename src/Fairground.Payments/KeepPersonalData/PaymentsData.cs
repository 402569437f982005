using System.Runtime.CompilerServices;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Statements;
using Fairground.Payments.ReadStatement;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.KeepPersonalData;

/// <summary>Payments and the wallet. The ledger names people by id alone and is never changed: erasing leaves it as it is, joining moves what is in the wallet.</summary>
internal sealed class PaymentsData(PaymentsContext context, LedgerReader ledger, StatementReader statements, WalletMover mover) : IPersonalData
{
    public IReadOnlyCollection<string> Tables { get; } = ["payments_payment", "payments_refund", "payments_link", "ledger_account", "ledger_command"];

    public async Task Write(IReadOnlyList<Guid> person, IDataArchive archive, CancellationToken ct)
    {
        var payments = await context.Payments.AsNoTracking().Where(p => person.Contains(p.UserId)).OrderBy(p => p.Id).ToListAsync(ct);
        await archive.Add("payments", "Money that you brought in, or tried to.", payments.Select(p => new { paymentId = p.Id, amount = p.Money, state = p.State.Name(), stage = PaymentMachine.StageOf(p).Name(), p.Gateway, p.CreatedAt, p.CompletedAt }), ct);
        var refunds = await context.Refunds.AsNoTracking().Where(r => person.Contains(r.UserId)).OrderBy(r => r.Id).ToListAsync(ct);
        await archive.Add("refunds", "Money that you asked to have back the way it came.", refunds.Select(r => new { refundId = r.Id, r.PaymentId, amount = r.MoneyOf(r.Amount), fee = r.MoneyOf(r.Fee), state = r.State.Name(), r.AskedAt, r.EndedAt }), ct);
        var links = await context.Links.AsNoTracking().Where(l => person.Contains(l.UserId)).OrderBy(l => l.Id).ToListAsync(ct);
        await archive.Add("payment-links", "Links that you made so that somebody pays into your wallet.", links.Select(l => new { linkId = l.Id, amount = l.Money, l.CreatedAt, l.ExpiresAt }), ct);
        var wallets = await Wallets(person, ct);
        await archive.Add("wallet", "What is in your wallet, by currency; what is on hold is part of it.", wallets.Select(w => new { balance = new Money(w.Balance, w.Currency), held = new Money(w.Held, w.Currency) }), ct);
        await archive.Add("statement", "Every movement of your wallet, newest first.", Lines(wallets, ct), ct);
    }

    public async Task<IReadOnlyList<Refusal>> HoldsBack(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        var found = new List<Refusal>();
        foreach (var wallet in await Wallets(person, ct))
        {
            if (wallet.Balance != 0) found.Add(PaymentRefusals.WalletNotEmpty.With(("balance", new Money(wallet.Balance, wallet.Currency))));
        }
        found.AddRange(await Debts(person, ct));
        if (await context.Payments.AnyAsync(p => person.Contains(p.UserId) && p.State == PaymentState.Pending, ct) || await context.Refunds.AnyAsync(r => person.Contains(r.UserId) && (r.State == RefundState.Asked || r.State == RefundState.Waits), ct)) found.Add(PaymentRefusals.UnderWay);
        return found;
    }

    // Amounts and instants under an id that leads to nobody: what book-keeping must keep, and nothing else.
    public Task Erase(IReadOnlyList<Guid> person, CancellationToken ct) => Task.CompletedTask;

    // A debt is the person's who made it; joined with another account it would be nobody's.
    public async Task<IReadOnlyList<Refusal>> KeepsApart(Guid from, Guid into, CancellationToken ct) => await Debts([from], ct);

    public Task Join(Guid from, Guid into, CancellationToken ct) => mover.Move(from, into, ct);

    private async Task<List<Refusal>> Debts(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        var found = new List<Refusal>();
        foreach (var id in person)
        {
            foreach (var (asset, (balance, _)) in await ledger.BalancesOf(id, PaymentsPostings.Debt, ct))
                if (balance < 0) found.Add(PaymentRefusals.Indebted.With(("owed", new Money(-balance, Currency.Of(asset)))));
        }
        return found;
    }

    private async Task<List<Wallet>> Wallets(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        var found = new List<Wallet>();
        foreach (var id in person)
        {
            foreach (var (asset, (balance, held)) in await ledger.BalancesOf(id, SharedAccounts.Wallet, ct))
                if (Currency.TryParse(asset, out var currency)) found.Add(new Wallet(id, currency, balance, held));
        }
        return found;
    }

    private async IAsyncEnumerable<WalletTransfer> Lines(List<Wallet> wallets, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var wallet in wallets)
        {
            for (string? cursor = null; ;)
            {
                var page = (await statements.Read(wallet.Person, wallet.Currency.Code, cursor, StatementReader.LargestPage, ct)).Value;
                foreach (var line in page.Items) yield return line;
                if (page.Next is null) break;
                cursor = page.Next;
            }
        }
    }

    private sealed record Wallet(Guid Person, Currency Currency, long Balance, long Held);
}
