using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Ledger;
using Microsoft.Data.Sqlite;

namespace Fairground.Bench.Naive;

/// <summary>One transaction a purchase on SQLite with synchronous=FULL. Writers queue in the process, which is kinder than SQLite's own busy waiting.</summary>
internal sealed class SqliteSales : IDisposable
{
    private static readonly AccountPurpose Escrow = new("draws.escrow", 0, "Held for a lot");
    private readonly SemaphoreSlim turn = new(1);
    private readonly SqliteConnection connection;

    public SqliteSales(string file)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true }.ToString());
        connection.Open();
        Run("pragma journal_mode = wal");
        Run("pragma synchronous = full");
    }

    public async Task<Sold> Buy(Guid lotId, Guid buyer, string key, ReceiptKey receipts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"draws.buy\n{lotId}\n1"));
        byte[] lot = lotId.ToByteArray(true), user = buyer.ToByteArray(true);
        var wallet = AccountRef.Of(buyer, SharedAccounts.Wallet, "KZT").Id.ToByteArray(true);
        var escrow = AccountRef.Of(lotId, Escrow, "KZT").Id.ToByteArray(true);
        await turn.WaitAsync();
        var open = true;
        try
        {
            Run("begin immediate");
            var before = Scalar("select outcome from ledger_command where scope = @user and key = @key", ("@user", user), ("@key", key));
            if (before is string outcome) return new Sold(JsonSerializer.Deserialize<PurchaseAnswer>(outcome), null);
            if (Refuse(lot, user, wallet, out var seq, out var nominal) is { } refusal) return new Sold(null, refusal);

            var now = DateTimeOffset.UtcNow;
            var (purchaseId, number, at) = (Ids.New(), Numbers.New(), now.ToUnixTimeMilliseconds());
            var purchase = purchaseId.ToByteArray(true);
            Run("update draws_sale set sold = @seq, first_paid_at = coalesce(first_paid_at, @at) where lot_id = @lot", ("@seq", seq), ("@at", at), ("@lot", lot));
            Run("update ledger_account set balance = balance - @nominal where id = @wallet", ("@nominal", nominal), ("@wallet", wallet));
            Run("update ledger_account set balance = balance + @nominal where id = @escrow", ("@nominal", nominal), ("@escrow", escrow));
            Run("insert into draws_holding (lot_id, user_id, count, holder, settled) values (@lot, @user, 1, zeroblob(32), 0) on conflict (lot_id, user_id) do update set count = count + 1", ("@lot", lot), ("@user", user));
            Run("insert into draws_certificate (lot_id, purchase_id, user_id, seq, number) values (@lot, @purchase, @user, @seq, @number)", ("@lot", lot), ("@purchase", purchase), ("@user", user), ("@seq", seq), ("@number", number));
            Run("insert into ledger_transfer (id, debit_id, credit_id, amount, movement, at, reference) values (@purchase, @wallet, @escrow, @nominal, 200, @at, @lot)", ("@purchase", purchase), ("@wallet", wallet), ("@escrow", escrow), ("@nominal", nominal), ("@at", at), ("@lot", lot));
            var payload = JsonSerializer.Serialize(new { LotId = lotId, UserId = buyer, PurchaseId = purchaseId, Quantity = 1 }, JsonSerializerOptions.Web);
            Run("insert into kernel_outbox (id, topic, payload, at) values (@id, 'draws.certificates.sold', @payload, @at)", ("@id", Ids.New().ToByteArray(true)), ("@payload", payload), ("@at", at));
            var answer = new PurchaseAnswer(purchaseId, lotId, nominal, [new PurchasedEntry(seq, number)], receipts.Sign(purchaseId, lotId, seq, number), now);
            Run("insert into ledger_command (scope, key, hash, outcome, at) values (@user, @key, @hash, @outcome, @at)", ("@user", user), ("@key", key), ("@hash", hash), ("@outcome", JsonSerializer.Serialize(answer)), ("@at", at));
            Run("commit");
            open = false;
            return new Sold(answer, null);
        }
        finally
        {
            if (open) Run("rollback");
            turn.Release();
        }
    }

    private string? Refuse(byte[] lot, byte[] user, byte[] wallet, out int seq, out long nominal)
    {
        (seq, nominal) = (0, 0);
        int cap;
        using (var sale = Command("select sold + 1, nominal, cap, entries, state from draws_sale where lot_id = @lot", ("@lot", lot)))
        using (var reader = sale.ExecuteReader())
        {
            if (!reader.Read()) return "lot.not_found";
            (seq, nominal, cap) = (reader.GetInt32(0), reader.GetInt64(1), reader.GetInt32(2));
            if (reader.GetInt32(4) != 1) return "lot.not_open";
            if (seq > reader.GetInt32(3)) return "lot.sold_out";
        }
        if (Scalar("select count from draws_holding where lot_id = @lot and user_id = @user", ("@lot", lot), ("@user", user)) is long held && held >= cap) return "lot.entry_cap";
        return Scalar("select balance - held from ledger_account where id = @wallet", ("@wallet", wallet)) is long money && money >= nominal ? null : "wallet.insufficient_funds";
    }

    private readonly Dictionary<string, SqliteCommand> prepared = [];

    public void Dispose()
    {
        foreach (var command in prepared.Values) command.Dispose();
        connection.Dispose();
        turn.Dispose();
    }

    private SqliteCommand Command(string sql, params (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private void Run(string sql, params (string Name, object Value)[] values) => Prepared(sql, values).ExecuteNonQuery();

    private object? Scalar(string sql, params (string Name, object Value)[] values) => Prepared(sql, values).ExecuteScalar();

    // Statements are kept prepared: the contestant is meant to lose only for its one commit a purchase.
    private SqliteCommand Prepared(string sql, (string Name, object Value)[] values)
    {
        if (!prepared.TryGetValue(sql, out var command)) prepared[sql] = command = Command(sql, values);
        else
            for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i].Value;
        return command;
    }
}
