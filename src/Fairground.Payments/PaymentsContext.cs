using Fairground.Kernel.Storage;
using Fairground.Payments.LookAtTrouble;
using Fairground.Payments.TakeCash;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments;

/// <summary>Reads payments, which are changed by hot commands only, and keeps what gateways are asked and say.</summary>
internal sealed class PaymentsContext(DbContextOptions<PaymentsContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<Payment> Payments => Set<Payment>();

    public DbSet<Refund> Refunds => Set<Refund>();

    public DbSet<PaymentLink> Links => Set<PaymentLink>();

    public DbSet<PurchaseOrder> Orders => Set<PurchaseOrder>();

    public DbSet<SavedMethod> Methods => Set<SavedMethod>();

    public DbSet<TillCode> TillCodes => Set<TillCode>();

    public DbSet<TillEntry> TillEntries => Set<TillEntry>();

    public DbSet<TillDay> TillDays => Set<TillDay>();

    public DbSet<TillTries> TillTries => Set<TillTries>();

    public DbSet<HandledTrouble> Handled => Set<HandledTrouble>();

    public DbSet<GatewayStatement> GatewayStatements => Set<GatewayStatement>();

    public DbSet<GatewayLine> GatewayLines => Set<GatewayLine>();

    public DbSet<WatchRow> Watched => Set<WatchRow>();

    public DbSet<NoticeRow> Notices => Set<NoticeRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        MapPayments(modelBuilder);
        MapRefunds(modelBuilder);
        MapQuestions(modelBuilder);
        GatewayLine.Map(modelBuilder);
        modelBuilder.Entity<PurchaseOrder>().ToTable("payments_order").HasKey(o => o.Id);
        modelBuilder.Entity<PurchaseOrder>().Ignore(o => o.Wire);
        ColumnNames.Apply(modelBuilder.Entity<PurchaseOrder>().Metadata);
        modelBuilder.Entity<TillCode>().ToTable("payments_till_code").HasKey(c => c.Id);
        modelBuilder.Entity<TillCode>().Property(c => c.PaysOut).HasConversion<int>();
        modelBuilder.Entity<TillEntry>().ToTable("payments_till_entry").HasKey(e => e.Id);
        modelBuilder.Entity<TillEntry>().Property(e => e.PaysOut).HasConversion<int>();
        modelBuilder.Entity<TillDay>().ToTable("payments_till_day").HasKey(d => d.Id);
        modelBuilder.Entity<TillTries>().ToTable("payments_till_tries").HasKey(t => t.Id);
        foreach (var till in new[] { typeof(TillTries), typeof(TillCode), typeof(TillEntry), typeof(TillDay) }) ColumnNames.Apply(modelBuilder.Entity(till).Metadata);
        modelBuilder.Entity<HandledTrouble>().ToTable("payments_handled").HasKey(h => new { h.Id, h.What });
        ColumnNames.Apply(modelBuilder.Entity<HandledTrouble>().Metadata);
        modelBuilder.Entity<SavedMethod>().ToTable("payments_method").HasKey(m => m.Id);
        ColumnNames.Apply(modelBuilder.Entity<SavedMethod>().Metadata);
    }

    private static void MapPayments(ModelBuilder modelBuilder) =>
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
            payment.Property(p => p.Outside).HasColumnName("outside");
            payment.Property(p => p.Returned).HasColumnName("returned");
            payment.Property(p => p.LinkId).HasColumnName("link_id");
            payment.Property(p => p.MethodId).HasColumnName("method_id");
            payment.Ignore(p => p.Money);
            payment.Ignore(p => p.Refundable);
        });

    private static void MapRefunds(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<Refund>(refund =>
        {
            refund.ToTable("payments_refund").HasKey(r => r.Id);
            refund.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            refund.Property(r => r.PaymentId).HasColumnName("payment_id");
            refund.Property(r => r.UserId).HasColumnName("user_id");
            refund.Property(r => r.Amount).HasColumnName("amount");
            refund.Property(r => r.Fee).HasColumnName("fee");
            refund.Property(r => r.Currency).HasColumnName("currency");
            refund.Property(r => r.State).HasColumnName("state");
            refund.Property(r => r.GatewayRef).HasColumnName("gateway_ref");
            refund.Property(r => r.Reason).HasColumnName("reason");
            refund.Property(r => r.Attempt).HasColumnName("attempt");
            refund.Property(r => r.AskedBy).HasColumnName("asked_by");
            refund.Property(r => r.AskedAt).HasColumnName("asked_at");
            refund.Property(r => r.EndedAt).HasColumnName("ended_at");
            refund.Property(r => r.NextAt).HasColumnName("next_at");
            refund.Ignore(r => r.Net);
            refund.Ignore(r => r.OrderId);
        });

    private static void MapQuestions(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PaymentLink>(link =>
        {
            link.ToTable("payments_link").HasKey(l => l.Id);
            link.Property(l => l.Id).HasColumnName("id").ValueGeneratedNever();
            link.Property(l => l.UserId).HasColumnName("user_id");
            link.Property(l => l.Amount).HasColumnName("amount");
            link.Property(l => l.Currency).HasColumnName("currency");
            link.Property(l => l.CreatedAt).HasColumnName("created_at");
            link.Property(l => l.ExpiresAt).HasColumnName("expires_at");
            link.Ignore(l => l.Money);
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
