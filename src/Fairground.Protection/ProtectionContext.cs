using Fairground.Kernel.Storage;
using Fairground.Protection.ChooseJurisdiction;
using Fairground.Protection.ExcludeInsiders;
using Fairground.Protection.SeeSignals;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Protection;

/// <summary>Protection's tables.</summary>
internal sealed class ProtectionContext(DbContextOptions<ProtectionContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<ChosenPack> Chosen => Set<ChosenPack>();

    public DbSet<HouseholdLink> Household => Set<HouseholdLink>();

    public DbSet<Signal> Signals => Set<Signal>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<ChosenPack>(row =>
        {
            row.ToTable("protection_jurisdiction").HasKey(r => r.Number);
            row.Property(r => r.Number).HasColumnName("number").ValueGeneratedNever();
            row.Property(r => r.Pack).HasColumnName("pack");
            row.Property(r => r.Version).HasColumnName("version");
            row.Property(r => r.Licence).HasColumnName("licence");
            row.Property(r => r.ChosenBy).HasColumnName("chosen_by");
            row.Property(r => r.At).HasColumnName("at");
        });
        modelBuilder.Entity<HouseholdLink>(row =>
        {
            row.ToTable("protection_household").HasKey(r => r.Id);
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.DeclaredBy).HasColumnName("declared_by");
            row.Property(r => r.Other).HasColumnName("other_id");
            row.Property(r => r.At).HasColumnName("at");
            row.Property(r => r.EndedAt).HasColumnName("ended_at");
            row.Property(r => r.EndedBy).HasColumnName("ended_by");
        });
        modelBuilder.Entity<Signal>(row =>
        {
            row.ToTable("protection_signal").HasKey(r => r.Id);
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.Person).HasColumnName("person_id");
            row.Property(r => r.Kind).HasColumnName("kind");
            row.Property(r => r.Figure).HasColumnName("figure");
            row.Property(r => r.Threshold).HasColumnName("threshold");
            row.Property(r => r.LastAt).HasColumnName("last_at");
            row.Property(r => r.FoundAt).HasColumnName("found_at");
            row.Property(r => r.AnsweredAt).HasColumnName("answered_at");
            row.Property(r => r.AnsweredBy).HasColumnName("answered_by");
            row.Property(r => r.Answer).HasColumnName("answer");
        });
    }
}
