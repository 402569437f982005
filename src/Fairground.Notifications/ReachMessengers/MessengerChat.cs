using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.ReachMessengers;

/// <summary>The chat in a messenger that a person linked. A person has one, and a chat is of one person.</summary>
internal sealed class MessengerChat
{
    public Guid Id { get; init; }

    public Guid UserId { get; set; }

    /// <summary>The messenger's own number of it. Personal: never log it.</summary>
    public long ChatId { get; set; }

    /// <summary>Of the code that linked it, so that the messenger may tell us of it twice.</summary>
    public required byte[] CodeHash { get; set; }

    public DateTimeOffset LinkedAt { get; set; }
}

/// <summary>A code with which a person links a chat, once. The newest counts.</summary>
internal sealed class MessengerCode
{
    public Guid UserId { get; init; }

    /// <summary>SHA-256; the code itself is nowhere kept.</summary>
    public required byte[] CodeHash { get; init; }

    public DateTimeOffset EndsAt { get; init; }
}

/// <summary>One message on its way to one chat; gone when it has arrived.</summary>
internal sealed class MessengerMessage
{
    public Guid Id { get; init; }

    public Guid MessageId { get; init; }

    public Guid MessengerId { get; init; }

    public int Attempts { get; set; }

    public DateTimeOffset NextTryAt { get; set; }

    /// <summary>It waits for the operator to send it again.</summary>
    public bool GivenUp { get; set; }

    /// <summary>The same message goes to the same chat once.</summary>
    public static MessengerMessage Of(Guid messageId, Guid messengerId, DateTimeOffset at) =>
        new() { Id = Ids.Derive("notifications.messenger", messageId.ToString("N"), messengerId.ToString("N")), MessageId = messageId, MessengerId = messengerId, NextTryAt = at };
}

/// <summary>How chats are kept.</summary>
internal static class MessengerTables
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<MessengerChat>(chat =>
        {
            chat.ToTable("notifications_messenger").HasKey(c => c.Id);
            chat.Property(c => c.Id).HasColumnName("id").ValueGeneratedNever();
            chat.Property(c => c.UserId).HasColumnName("user_id");
            chat.Property(c => c.ChatId).HasColumnName("chat_id");
            chat.Property(c => c.CodeHash).HasColumnName("code_hash");
            chat.Property(c => c.LinkedAt).HasColumnName("linked_at");
        });
        model.Entity<MessengerCode>(code =>
        {
            code.ToTable("notifications_messenger_code").HasKey(c => c.UserId);
            code.Property(c => c.UserId).HasColumnName("user_id").ValueGeneratedNever();
            code.Property(c => c.CodeHash).HasColumnName("code_hash");
            code.Property(c => c.EndsAt).HasColumnName("ends_at");
        });
        model.Entity<MessengerMessage>(message =>
        {
            message.ToTable("notifications_messenger_message").HasKey(m => m.Id);
            message.Property(m => m.Id).HasColumnName("id").ValueGeneratedNever();
            message.Property(m => m.MessageId).HasColumnName("message_id");
            message.Property(m => m.MessengerId).HasColumnName("messenger_id");
            message.Property(m => m.Attempts).HasColumnName("attempts");
            message.Property(m => m.NextTryAt).HasColumnName("next_try_at");
            message.Property(m => m.GivenUp).HasColumnName("given_up").HasConversion<int>();
        });
    }
}
