using Microsoft.EntityFrameworkCore;

namespace Fairground.Bench.Naive;

/// <summary>An account of the ledger.</summary>
internal sealed class AccountRow
{
    public Guid Id { get; set; }

    public long Balance { get; set; }

    public long Held { get; set; }
}

/// <summary>The living row of a lot; only the columns that a purchase reads or writes.</summary>
internal sealed class SaleRow
{
    public Guid LotId { get; set; }

    public int State { get; set; }

    public int Entries { get; set; }

    public int Sold { get; set; }

    public int Cap { get; set; }

    public long Nominal { get; set; }

    public long ClosesAt { get; set; }

    public long? FirstPaidAt { get; set; }
}

internal sealed class HoldingRow
{
    public Guid LotId { get; set; }

    public Guid UserId { get; set; }

    public int Count { get; set; }

    public byte[] Holder { get; set; } = [];

    public int Settled { get; set; }
}

internal sealed class CertificateRow
{
    public Guid LotId { get; set; }

    public Guid PurchaseId { get; set; }

    public Guid UserId { get; set; }

    public int Seq { get; set; }

    public string Number { get; set; } = "";
}

internal sealed class TransferRow
{
    public Guid Id { get; set; }

    public Guid DebitId { get; set; }

    public Guid CreditId { get; set; }

    public long Amount { get; set; }

    public int Movement { get; set; }

    public long At { get; set; }

    public Guid Reference { get; set; }
}

internal sealed class CommandRow
{
    public Guid Scope { get; set; }

    public string Key { get; set; } = "";

    public byte[] Hash { get; set; } = [];

    public string Outcome { get; set; } = "";

    public long At { get; set; }
}

internal sealed class OutboxLine
{
    public Guid Id { get; set; }

    public string Topic { get; set; } = "";

    public string Payload { get; set; } = "";

    public long At { get; set; }
}

/// <summary>Fairground's own tables, mapped the ordinary way.</summary>
internal sealed class NaiveContext(DbContextOptions<NaiveContext> options) : DbContext(options)
{
    public DbSet<AccountRow> Accounts => Set<AccountRow>();

    public DbSet<SaleRow> Sales => Set<SaleRow>();

    public DbSet<HoldingRow> Holdings => Set<HoldingRow>();

    public DbSet<CertificateRow> Certificates => Set<CertificateRow>();

    public DbSet<TransferRow> Transfers => Set<TransferRow>();

    public DbSet<CommandRow> Commands => Set<CommandRow>();

    public DbSet<OutboxLine> Outbox => Set<OutboxLine>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AccountRow>().ToTable("ledger_account").HasKey(a => a.Id);
        modelBuilder.Entity<SaleRow>().ToTable("draws_sale").HasKey(s => s.LotId);
        modelBuilder.Entity<HoldingRow>().ToTable("draws_holding").HasKey(h => new { h.LotId, h.UserId });
        modelBuilder.Entity<CertificateRow>().ToTable("draws_certificate").HasKey(c => new { c.LotId, c.Seq });
        modelBuilder.Entity<TransferRow>().ToTable("ledger_transfer").HasKey(t => t.Id);
        modelBuilder.Entity<CommandRow>().ToTable("ledger_command").HasKey(c => new { c.Scope, c.Key });
        modelBuilder.Entity<OutboxLine>().ToTable("kernel_outbox").HasKey(o => o.Id);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
                property.SetColumnName(string.Concat(property.Name.Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(c)}" : $"{c}")));
            }
        }
    }
}
