using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments;

/// <summary>What people have bought and topped up by themselves, and what came of it.</summary>
internal sealed class RulesContext(DbContextOptions<RulesContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<PurchaseRule> Rules => Set<PurchaseRule>();

    public DbSet<RuleRun> Runs => Set<RuleRun>();

    public DbSet<RuleLot> Lots => Set<RuleLot>();

    public DbSet<AutomaticTopUp> TopUps => Set<AutomaticTopUp>();

    public DbSet<AutomaticCharge> Charges => Set<AutomaticCharge>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<PurchaseRule>().ToTable("payments_rule").HasKey(r => r.Id);
        modelBuilder.Entity<RuleRun>().ToTable("payments_rule_run").HasKey(r => r.Id);
        modelBuilder.Entity<RuleLot>().ToTable("payments_rule_lot").HasKey(r => r.LotId);
        modelBuilder.Entity<AutomaticTopUp>().ToTable("payments_auto").HasKey(t => t.Id);
        modelBuilder.Entity<AutomaticTopUp>().Property(t => t.IsOn).HasConversion<int>();
        modelBuilder.Entity<AutomaticCharge>().ToTable("payments_auto_charge").HasKey(c => c.Id);
        ColumnNames.Apply(modelBuilder);
    }
}
