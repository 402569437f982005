using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments;

/// <summary>Reads payments. They are changed by hot commands only.</summary>
internal sealed class PaymentsContext(DbContextOptions<PaymentsContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<Payment> Payments => Set<Payment>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Payment>(payment =>
        {
            payment.ToTable("payments_payment").HasKey(p => p.Id);
            payment.Property(p => p.Id).HasColumnName("id").ValueGeneratedNever();
            payment.Property(p => p.UserId).HasColumnName("user_id");
            payment.Property(p => p.Amount).HasColumnName("amount");
            payment.Property(p => p.Currency).HasColumnName("currency");
            payment.Property(p => p.State).HasColumnName("state");
            payment.Property(p => p.Gateway).HasColumnName("gateway");
            payment.Property(p => p.HoldId).HasColumnName("hold_id");
            payment.Property(p => p.CreatedAt).HasColumnName("created_at");
            payment.Property(p => p.ExpiresAt).HasColumnName("expires_at");
            payment.Property(p => p.CompletedAt).HasColumnName("completed_at");
            payment.Ignore(p => p.Money);
        });
    }
}
