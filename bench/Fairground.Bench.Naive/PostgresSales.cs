using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Bench.Naive;

/// <summary>One context and one transaction a purchase, the lot locked by FOR UPDATE: what one writes first, and rightly.</summary>
internal sealed class PostgresSales(NaiveContext context, ReceiptKey receipts, TimeProvider time)
{
    private const int Open = 1;
    private const int BuyMovement = 200;
    private static readonly AccountPurpose Escrow = new("draws.escrow", 0, "Held for a lot");

    public async Task<Sold> Buy(Guid lotId, Guid buyer, string key, CancellationToken ct)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"draws.buy\n{lotId}\n1"));
        // Before anything is locked: two requests of one key at once are parted by its unique index.
        var before = await context.Commands.AsNoTracking().SingleOrDefaultAsync(c => c.Scope == buyer && c.Key == key, ct);
        if (before is not null) return before.Hash.AsSpan().SequenceEqual(hash) ? new Sold(JsonSerializer.Deserialize<PurchaseAnswer>(before.Outcome), null) : new Sold(null, "idempotency.key_reused");
        await using var transaction = await context.Database.BeginTransactionAsync(ct);
        var sale = await context.Sales.FromSql($"select * from draws_sale where lot_id = {lotId} for update").SingleOrDefaultAsync(ct);
        if (sale is null) return new Sold(null, "lot.not_found");
        Guid walletId = AccountRef.Of(buyer, SharedAccounts.Wallet, "KZT").Id, escrowId = AccountRef.Of(lotId, Escrow, "KZT").Id;
        var accounts = await context.Accounts.FromSql($"select * from ledger_account where id in ({walletId}, {escrowId}) order by id for update").ToListAsync(ct);
        var (wallet, escrow) = (accounts.Single(a => a.Id == walletId), accounts.Single(a => a.Id == escrowId));
        var holding = await context.Holdings.SingleOrDefaultAsync(h => h.LotId == lotId && h.UserId == buyer, ct);
        var now = time.GetUtcNow();
        if (sale.State != Open || now.ToUnixTimeMilliseconds() >= sale.ClosesAt) return new Sold(null, "lot.not_open");
        if (sale.Sold >= sale.Entries) return new Sold(null, "lot.sold_out");
        if ((holding?.Count ?? 0) >= sale.Cap) return new Sold(null, "lot.entry_cap");
        if (wallet.Balance - wallet.Held < sale.Nominal) return new Sold(null, "wallet.insufficient_funds");

        var answer = Write(sale, wallet, escrow, holding, buyer, new CommandRow { Scope = buyer, Key = key, Hash = hash, At = now.ToUnixTimeMilliseconds() }, now);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new Sold(answer, null);
    }

    private PurchaseAnswer Write(SaleRow sale, AccountRow wallet, AccountRow escrow, HoldingRow? holding, Guid buyer, CommandRow command, DateTimeOffset now)
    {
        var (purchaseId, number, at) = (Ids.New(), Numbers.New(), now.ToUnixTimeMilliseconds());
        sale.Sold++;
        sale.FirstPaidAt ??= at;
        wallet.Balance -= sale.Nominal;
        escrow.Balance += sale.Nominal;
        if (holding is null) context.Holdings.Add(new HoldingRow { LotId = sale.LotId, UserId = buyer, Count = 1, Holder = new byte[32] });
        else holding.Count++;
        context.Certificates.Add(new CertificateRow { LotId = sale.LotId, PurchaseId = purchaseId, UserId = buyer, Seq = sale.Sold, Number = number });
        context.Transfers.Add(new TransferRow { Id = purchaseId, DebitId = wallet.Id, CreditId = escrow.Id, Amount = sale.Nominal, Movement = BuyMovement, At = at, Reference = sale.LotId });
        context.Outbox.Add(new OutboxLine { Id = Ids.New(), Topic = "draws.certificates.sold", Payload = JsonSerializer.Serialize(new { sale.LotId, UserId = buyer, PurchaseId = purchaseId, Quantity = 1 }, JsonSerializerOptions.Web), At = at });
        var answer = new PurchaseAnswer(purchaseId, sale.LotId, sale.Nominal, [new PurchasedEntry(sale.Sold, number)], receipts.Sign(purchaseId, sale.LotId, sale.Sold, number), now);
        command.Outcome = JsonSerializer.Serialize(answer);
        context.Commands.Add(command);
        return answer;
    }
}
