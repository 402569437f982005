using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>What of Draws is not hot: the standing part of lots.</summary>
internal sealed class DrawsContext(DbContextOptions<DrawsContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<Lot> Lots => Set<Lot>();

    public DbSet<ProofCheck> ProofChecks => Set<ProofCheck>();

    public DbSet<LotDocument> Documents => Set<LotDocument>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Lot>(lot =>
        {
            lot.ToTable("draws_lot").HasKey(l => l.Id);
            lot.Property(l => l.Id).HasColumnName("id").ValueGeneratedNever();
            lot.Property(l => l.ShopId).HasColumnName("shop_id");
            lot.Property(l => l.ProductId).HasColumnName("product_id");
            lot.Property(l => l.Kind).HasColumnName("kind");
            lot.Ignore(l => l.IsTwoStage);
            lot.Property(l => l.Title).HasColumnName("title");
            lot.Property(l => l.TitleSearch).HasColumnName("title_search");
            lot.Property(l => l.Currency).HasColumnName("currency");
            lot.Property(l => l.Price).HasColumnName("price");
            lot.Property(l => l.Nominal).HasColumnName("nominal");
            lot.Property(l => l.Entries).HasColumnName("entries");
            lot.Property(l => l.EntriesGiven).HasColumnName("entries_given").HasConversion<int>();
            lot.Property(l => l.MarginPercent).HasColumnName("margin_percent");
            lot.Property(l => l.Winners).HasColumnName("winners");
            lot.Property(l => l.Reserves).HasColumnName("reserves");
            lot.Property(l => l.Cap).HasColumnName("cap");
            lot.Property(l => l.ClosesAt).HasColumnName("closes_at");
            lot.Property(l => l.DrawDelaySeconds).HasColumnName("draw_delay_seconds");
            lot.Property(l => l.ClaimSeconds).HasColumnName("claim_seconds");
            lot.Property(l => l.Unclaimed).HasColumnName("unclaimed_policy").HasConversion<int>();
            lot.Property(l => l.Policy).HasColumnName("unsold_policy").HasConversion<int>();
            lot.Property(l => l.CashPercent).HasColumnName("cash_percent");
            lot.Property(l => l.Entropy).HasColumnName("entropy");
            lot.Property(l => l.Secret).HasColumnName("secret");
            lot.Property(l => l.TermsJson).HasColumnName("terms_json");
            lot.Property(l => l.TermsHash).HasColumnName("terms_hash");
            lot.Property(l => l.OutcomesJson).HasColumnName("outcomes_json");
            lot.Property(l => l.OpenedAt).HasColumnName("opened_at");
            lot.Property(l => l.CreatedAt).HasColumnName("created_at");
            lot.Property(l => l.CreatedBy).HasColumnName("created_by");
            lot.HasIndex(l => l.ProductId).HasDatabaseName("draws_lot_product");
        });
        modelBuilder.Entity<LotDocument>(document =>
        {
            document.ToTable("draws_document").HasKey(d => d.Id);
            document.Property(d => d.Id).HasColumnName("id").ValueGeneratedNever();
            document.Property(d => d.LotId).HasColumnName("lot_id");
            document.Property(d => d.FileId).HasColumnName("file_id");
            document.Property(d => d.Name).HasColumnName("name");
            document.Property(d => d.ForEveryone).HasColumnName("for_everyone").HasConversion<int>();
            document.Property(d => d.CreatedBy).HasColumnName("created_by");
            document.Property(d => d.CreatedAt).HasColumnName("created_at");
        });
        modelBuilder.Entity<ProofCheck>(check =>
        {
            check.ToTable("draws_proof_check").HasKey(c => c.LotId);
            check.Property(c => c.LotId).HasColumnName("lot_id").ValueGeneratedNever();
            check.Property(c => c.LotState).HasColumnName("lot_state").HasConversion<int>();
            check.Property(c => c.CheckedAt).HasColumnName("checked_at");
            check.Property(c => c.Passed).HasColumnName("passed");
            check.Property(c => c.Noted).HasColumnName("noted");
            check.Property(c => c.Failed).HasColumnName("failed");
            check.Property(c => c.Holds).HasColumnName("holds").HasConversion<int>();
            check.Property(c => c.Sentence).HasColumnName("sentence");
        });
    }
}
