using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications;

/// <summary>Messages on their way and on people's pages.</summary>
internal sealed class NotificationsContext(DbContextOptions<NotificationsContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<StoredMessage> Messages => Set<StoredMessage>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<StoredMessage>(message =>
        {
            message.ToTable("notifications_message").HasKey(m => m.Id);
            message.Property(m => m.Id).HasColumnName("id").ValueGeneratedNever();
            message.Property(m => m.UserId).HasColumnName("user_id");
            message.Property(m => m.Recipient).HasColumnName("recipient");
            message.Property(m => m.RecipientKey).HasColumnName("recipient_key");
            message.Property(m => m.Channel).HasColumnName("channel");
            message.Property(m => m.Subject).HasColumnName("subject");
            message.Property(m => m.Text).HasColumnName("text");
            message.Property(m => m.Code).HasColumnName("code");
            message.Property(m => m.OneTime).HasColumnName("one_time").HasConversion<int>();
            message.Property(m => m.State).HasColumnName("state");
            message.Property(m => m.Attempts).HasColumnName("attempts");
            message.Property(m => m.CreatedAt).HasColumnName("created_at");
            message.Property(m => m.NextTryAt).HasColumnName("next_try_at");
            message.Property(m => m.SentAt).HasColumnName("sent_at");
            message.Property(m => m.ReadAt).HasColumnName("read_at");
        });
    }
}
