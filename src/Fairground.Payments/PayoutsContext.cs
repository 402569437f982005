using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments;

/// <summary>Payees, their bank details, payouts, and what the bank says. Payouts themselves are changed by hot commands, but for the file that carries them.</summary>
internal sealed class PayoutsContext(DbContextOptions<PayoutsContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<Payee> Payees => Set<Payee>();

    public DbSet<BankDetails> BankDetails => Set<BankDetails>();

    public DbSet<Payout> Payouts => Set<Payout>();

    public DbSet<PayoutRun> Runs => Set<PayoutRun>();

    public DbSet<PayoutFile> Files => Set<PayoutFile>();

    public DbSet<PayoutLeftOut> LeftOut => Set<PayoutLeftOut>();

    public DbSet<BankStatement> Statements => Set<BankStatement>();

    public DbSet<BankLine> Lines => Set<BankLine>();

    public DbSet<GatewayLine> GatewayLines => Set<GatewayLine>();

    public DbSet<TransferReference> References => Set<TransferReference>();

    public DbSet<CloseDay.DailyClose> Closes => Set<CloseDay.DailyClose>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Payee>().ToTable("payments_payee").HasKey(p => p.OrganisationId);
        modelBuilder.Entity<BankDetails>().ToTable("payments_bank_details").HasKey(d => d.Id);
        modelBuilder.Entity<BankDetails>().Ignore(d => d.Masked);
        modelBuilder.Entity<Payout>().ToTable("payments_payout").HasKey(p => p.Id);
        modelBuilder.Entity<Payout>().Ignore(p => p.Money).Ignore(p => p.Wire);
        modelBuilder.Entity<PayoutRun>().ToTable("payments_payout_run").HasKey(r => r.Id);
        modelBuilder.Entity<PayoutFile>().ToTable("payments_payout_file").HasKey(f => f.Id);
        modelBuilder.Entity<PayoutLeftOut>().ToTable("payments_payout_left").HasKey(l => l.PayoutId);
        modelBuilder.Entity<BankStatement>().ToTable("payments_bank_statement").HasKey(s => s.Id);
        modelBuilder.Entity<BankLine>().ToTable("payments_bank_line").HasKey(l => l.Id);
        modelBuilder.Entity<BankLine>().Ignore(l => l.Money);
        modelBuilder.Entity<TransferReference>().ToTable("payments_bank_reference").HasKey(r => r.Id);
        modelBuilder.Entity<CloseDay.DailyClose>().ToTable("payments_daily_close").HasKey(c => c.Day);
        modelBuilder.Entity<CloseDay.DailyClose>().Ignore(c => c.Closings);
        ColumnNames.Apply(modelBuilder);
        GatewayLine.Map(modelBuilder);
    }
}
