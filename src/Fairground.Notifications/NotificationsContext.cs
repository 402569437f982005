using Fairground.Kernel.Storage;
using Fairground.Notifications.ChangeWords;
using Fairground.Notifications.ChoosePreferences;
using Fairground.Notifications.PushToBrowsers;
using Fairground.Notifications.ReachMessengers;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications;

/// <summary>Messages on their way and on people's pages.</summary>
internal sealed class NotificationsContext(DbContextOptions<NotificationsContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<StoredMessage> Messages => Set<StoredMessage>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<WebhookAttempt> WebhookAttempts => Set<WebhookAttempt>();

    public DbSet<MessagePreference> Preferences => Set<MessagePreference>();

    public DbSet<PushSubscription> PushSubscriptions => Set<PushSubscription>();

    public DbSet<QueuedPush> Pushes => Set<QueuedPush>();

    public DbSet<MessengerChat> Messengers => Set<MessengerChat>();

    public DbSet<MessengerCode> MessengerCodes => Set<MessengerCode>();

    public DbSet<MessengerMessage> MessengerMessages => Set<MessengerMessage>();

    public DbSet<ChangedWording> Wordings => Set<ChangedWording>();

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
            message.Property(m => m.Kind).HasColumnName("kind");
            message.Property(m => m.Short).HasColumnName("short_text");
            message.Property(m => m.Template).HasColumnName("template");
            message.Property(m => m.Language).HasColumnName("language");
            message.Property(m => m.AboutPath).HasColumnName("about_path");
            message.Property(m => m.AboutTitle).HasColumnName("about_title");
            message.Property(m => m.Digest).HasColumnName("digest");
            message.Ignore(m => m.Sent);
        });
        MapWebhooks(modelBuilder);
        MapPeople(modelBuilder);
        MessengerTables.Map(modelBuilder);
    }

    private static void MapPeople(ModelBuilder model)
    {
        model.Entity<MessagePreference>(preference =>
        {
            preference.ToTable("notifications_preference").HasKey(p => p.UserId);
            preference.Property(p => p.UserId).HasColumnName("user_id").ValueGeneratedNever();
            preference.Property(p => p.Off).HasColumnName("off");
            preference.Property(p => p.QuietFrom).HasColumnName("quiet_from");
            preference.Property(p => p.QuietUntil).HasColumnName("quiet_until");
            preference.Property(p => p.DigestAt).HasColumnName("digest_at");
            preference.Property(p => p.TimeZone).HasColumnName("time_zone");
            preference.Property(p => p.ChangedAt).HasColumnName("changed_at");
            preference.Ignore(p => p.Zone);
        });
        model.Entity<PushSubscription>(subscription =>
        {
            subscription.ToTable("notifications_push_subscription").HasKey(s => s.Id);
            subscription.Property(s => s.Id).HasColumnName("id").ValueGeneratedNever();
            subscription.Property(s => s.UserId).HasColumnName("user_id");
            subscription.Property(s => s.Endpoint).HasColumnName("endpoint");
            subscription.Property(s => s.P256dh).HasColumnName("p256dh");
            subscription.Property(s => s.Auth).HasColumnName("auth");
            subscription.Property(s => s.CreatedAt).HasColumnName("created_at");
        });
        model.Entity<ChangedWording>(wording =>
        {
            wording.ToTable("notifications_wording").HasKey(w => w.Id);
            wording.Property(w => w.Id).HasColumnName("id").ValueGeneratedNever();
            wording.Property(w => w.Template).HasColumnName("template");
            wording.Property(w => w.Language).HasColumnName("language");
            wording.Property(w => w.Subject).HasColumnName("subject");
            wording.Property(w => w.Text).HasColumnName("text");
            wording.Property(w => w.Sms).HasColumnName("sms");
            wording.Property(w => w.MadeBy).HasColumnName("made_by");
            wording.Property(w => w.MadeAt).HasColumnName("made_at");
            wording.Ignore(w => w.Words);
        });
        model.Entity<QueuedPush>(push =>
        {
            push.ToTable("notifications_push").HasKey(p => p.Id);
            push.Property(p => p.Id).HasColumnName("id").ValueGeneratedNever();
            push.Property(p => p.MessageId).HasColumnName("message_id");
            push.Property(p => p.SubscriptionId).HasColumnName("subscription_id");
            push.Property(p => p.Attempts).HasColumnName("attempts");
            push.Property(p => p.NextTryAt).HasColumnName("next_try_at");
        });
    }

    private static void MapWebhooks(ModelBuilder model)
    {
        model.Entity<Webhook>(hook =>
        {
            hook.ToTable("notifications_webhook").HasKey(w => w.Id);
            hook.Property(w => w.Id).HasColumnName("id").ValueGeneratedNever();
            hook.Property(w => w.ShopId).HasColumnName("shop_id");
            hook.Property(w => w.Url).HasColumnName("url");
            hook.Property(w => w.Description).HasColumnName("description");
            hook.Property(w => w.Events).HasColumnName("events");
            hook.Property(w => w.State).HasColumnName("state");
            hook.Property(w => w.Secret).HasColumnName("secret");
            hook.Property(w => w.OldSecret).HasColumnName("old_secret");
            hook.Property(w => w.OldSecretUntil).HasColumnName("old_secret_until");
            hook.Property(w => w.MadeBy).HasColumnName("made_by");
            hook.Property(w => w.CreatedAt).HasColumnName("created_at");
            hook.Property(w => w.FailingSince).HasColumnName("failing_since");
            hook.Property(w => w.OffAt).HasColumnName("off_at");
            hook.Ignore(w => w.Topics);
        });
        model.Entity<WebhookDelivery>(delivery =>
        {
            delivery.ToTable("notifications_webhook_delivery").HasKey(d => d.Id);
            delivery.Property(d => d.Id).HasColumnName("id").ValueGeneratedNever();
            delivery.Property(d => d.WebhookId).HasColumnName("webhook_id");
            delivery.Property(d => d.EventId).HasColumnName("event_id");
            delivery.Property(d => d.Topic).HasColumnName("topic");
            delivery.Property(d => d.Body).HasColumnName("body");
            delivery.Property(d => d.State).HasColumnName("state");
            delivery.Property(d => d.Attempts).HasColumnName("attempts");
            delivery.Property(d => d.CreatedAt).HasColumnName("created_at");
            delivery.Property(d => d.NextTryAt).HasColumnName("next_try_at");
            delivery.Property(d => d.DoneAt).HasColumnName("done_at");
            delivery.Property(d => d.LastStatus).HasColumnName("last_status");
            delivery.Property(d => d.LastError).HasColumnName("last_error");
        });
        model.Entity<WebhookAttempt>(attempt =>
        {
            attempt.ToTable("notifications_webhook_attempt").HasKey(a => a.Id);
            attempt.Property(a => a.Id).HasColumnName("id").ValueGeneratedNever();
            attempt.Property(a => a.DeliveryId).HasColumnName("delivery_id");
            attempt.Property(a => a.At).HasColumnName("at");
            attempt.Property(a => a.Status).HasColumnName("status");
            attempt.Property(a => a.Error).HasColumnName("error");
            attempt.Property(a => a.Milliseconds).HasColumnName("milliseconds");
        });
    }
}
