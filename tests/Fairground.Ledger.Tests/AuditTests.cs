using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Xunit;

namespace Fairground.Ledger.Tests;

/// <summary>Each check of the audit is shown to see what it is for.</summary>
public sealed class AuditTests
{
    // What is broken, the check that must fail, SQL for SQLite, SQL for PostgreSQL (guards taken off first, as an intruder with full rights would).
    private static readonly (string Check, string Sqlite, string Postgres)[] Corruptions =
    [
        ("I1 sums", "update ledger_account set balance = balance + 1 where purpose = 'payments.wallet'", "update ledger_account set balance = balance + 1 where purpose = 'payments.wallet'"),
        ("I2 balances", "update ledger_account set balance = balance + 1 where purpose = 'payments.wallet'", "update ledger_account set balance = balance + 1 where purpose = 'payments.wallet'"),
        ("I2 balances", "drop trigger ledger_transfer_no_update; update ledger_transfer set amount = amount + 1", "set session_replication_role = replica; update ledger_transfer set amount = amount + 1; set session_replication_role = default"),
        ("I3 floors", "pragma ignore_check_constraints = on; update ledger_account set balance = -1 where purpose = 'payments.wallet'; pragma ignore_check_constraints = off",
            "alter table ledger_account drop constraint ledger_account_check; update ledger_account set balance = -1 where purpose = 'payments.wallet'"),
        ("I7 holds", "update ledger_account set held = held + 1 where purpose = 'payments.wallet'", "update ledger_account set held = held + 1 where purpose = 'payments.wallet'"),
        ("accounts", "pragma foreign_keys = off; insert into ledger_transfer (id, debit_id, credit_id, amount, movement, at, reference) values (randomblob(16), randomblob(16), randomblob(16), 5, 1, 0, randomblob(16)); pragma foreign_keys = on",
            "insert into ledger_transfer (id, debit_id, credit_id, amount, movement, at, reference) values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 5, 1, 0, gen_random_uuid())"),
        ("transfers", "drop trigger if exists ledger_account_identity; update ledger_account set asset = 'USD' where purpose = 'payments.wallet'",
            "set session_replication_role = replica; update ledger_account set asset = 'USD' where purpose = 'payments.wallet'; set session_replication_role = default"),
    ];

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Every_check_finds_what_it_is_for(DatabaseKind kind)
    {
        foreach (var (check, sqlite, postgres) in Corruptions)
        {
            await using var node = await TestNode.Start(kind);
            var person = await node.PersonWith(1000);
            _ = (await node.Do(new Step.Hold(Ids.New(), ToyChart.WalletOf(person), 300))).Value;
            Assert.All(await node.Node.Findings(), f => Assert.True(f.Holds, f.Text));
            await node.Sql(kind == DatabaseKind.Sqlite ? sqlite : postgres);
            var findings = await node.Node.Findings();
            Assert.False(findings.Single(f => f.Check == check).Holds, check);
            await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(node.Node.Audit);
        }
    }
}
