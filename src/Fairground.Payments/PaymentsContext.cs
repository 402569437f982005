using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments;

/// <summary>Reads payments, which are changed by hot commands only, and keeps what gateways are asked and say.</summary>
internal sealed class PaymentsContext(DbContextOptions<PaymentsContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<Payment> Payments => Set<Payment>();

    public DbSet<WatchRow> Watched => Set<WatchRow>();

    public DbSet<NoticeRow> Notices => Set<NoticeRow>();

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
            payment.Property(p => p.GatewayRef).HasColumnName("gateway_ref");
            payment.Property(p => p.ChargeRef).HasColumnName("charge_ref");
            payment.Property(p => p.PayUrl).HasColumnName("pay_url");
            payment.Property(p => p.Authorised).HasColumnName("authorised");
            payment.Property(p => p.Captured).HasColumnName("captured");
            payment.Property(p => p.Refunded).HasColumnName("refunded");
            payment.Property(p => p.End).HasColumnName("ended");
            payment.Property(p => p.Dispute).HasColumnName("dispute");
            payment.Property(p => p.Disputed).HasColumnName("disputed");
            payment.Property(p => p.Settled).HasColumnName("settled").HasConversion<int>();
            payment.Property(p => p.OwnRefunds).HasColumnName("own_refunds");
            payment.Property(p => p.Taken).HasColumnName("taken");
            payment.Property(p => p.Trouble).HasColumnName("trouble");
            payment.Ignore(p => p.Money);
            payment.Ignore(p => p.Refundable);
        });
        modelBuilder.Entity<WatchRow>(watch =>
        {
            watch.ToTable("payments_watch").HasKey(w => w.PaymentId);
            watch.Property(w => w.PaymentId).HasColumnName("payment_id").ValueGeneratedNever();
            watch.Property(w => w.NextAt).HasColumnName("next_at");
            watch.Property(w => w.Tries).HasColumnName("tries");
        });
        modelBuilder.Entity<NoticeRow>(notice =>
        {
            notice.ToTable("payments_notice").HasKey(n => n.Id);
            notice.Property(n => n.Id).HasColumnName("id").ValueGeneratedNever();
            notice.Property(n => n.Gateway).HasColumnName("gateway");
            notice.Property(n => n.EventId).HasColumnName("event_id");
            notice.Property(n => n.Kind).HasColumnName("kind");
            notice.Property(n => n.PaymentId).HasColumnName("payment_id");
            notice.Property(n => n.References).HasColumnName("refs");
            notice.Property(n => n.ReceivedAt).HasColumnName("received_at");
            notice.Property(n => n.DoneAt).HasColumnName("done_at");
            notice.Property(n => n.NextAt).HasColumnName("next_at");
            notice.Property(n => n.Tries).HasColumnName("tries");
            notice.Property(n => n.Outcome).HasColumnName("outcome");
        });
    }
}
