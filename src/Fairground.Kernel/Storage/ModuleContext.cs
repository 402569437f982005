using System.Text.Json;
using Fairground.Kernel.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Fairground.Kernel.Storage;

/// <summary>The context of one module: its tables, plus the outbox so that an event is written with its effect.</summary>
public abstract class ModuleContext(DbContextOptions options, Database database) : DbContext(options)
{
    /// <summary>The database behind the context.</summary>
    public Database Store => database;

    internal DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    internal DbSet<Keys.PersonKeyRow> PersonKeys => Set<Keys.PersonKeyRow>();

    internal DbSet<InboxRow> Inbox => Set<InboxRow>();

    /// <summary>Writes an event with the changes of the next SaveChanges.</summary>
    public void Publish(IDomainEvent @event, DateTimeOffset at) => Outbox.Add(OutboxRow.Of(@event, at));

    /// <summary>Begins a writing transaction (holding the gate on SQLite).</summary>
    public Task<WriteTransaction> BeginWriteAsync(CancellationToken ct) => WriteTransaction.BeginAsync(this, database, ct);

    /// <summary>Runs a consumer's effect once an event: the mark and the effect are one transaction.</summary>
    public async Task ConsumeOnce(string consumer, Guid eventId, DateTimeOffset at, Func<Task> effect, CancellationToken ct)
    {
        await using var transaction = await BeginWriteAsync(ct);
        if (await Inbox.AnyAsync(i => i.Consumer == consumer && i.EventId == eventId, ct)) return;
        Inbox.Add(new InboxRow { Consumer = consumer, EventId = eventId, At = at });
        await effect();
        await SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (ChangeNotes.Current is { } notes)
        {
            ChangeTracker.DetectChanges();
            notes.Read(ChangeTracker);
        }
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => StorageConventions.Apply(configurationBuilder, database.Kind);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        StorageConventions.MapMessaging(modelBuilder);
        StorageConventions.MapPersonKeys(modelBuilder);
    }
}

/// <summary>How ids and instants are kept: 16 bytes, and milliseconds since 1970 as integers, on both engines.</summary>
public static class StorageConventions
{
    public static void Apply(ModelConfigurationBuilder configuration, DatabaseKind kind)
    {
        configuration.Properties<DateTimeOffset>().HaveConversion<InstantConverter>();
        if (kind == DatabaseKind.Sqlite) configuration.Properties<Guid>().HaveConversion<GuidBlobConverter>();
    }

    /// <summary>Maps the outbox and inbox into a context that cannot derive from <see cref="ModuleContext"/>.</summary>
    public static void MapMessaging(ModelBuilder model)
    {
        model.Entity<OutboxRow>(row =>
        {
            row.ToTable("kernel_outbox").HasKey(r => r.Id);
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.Topic).HasColumnName("topic");
            row.Property(r => r.Payload).HasColumnName("payload");
            row.Property(r => r.At).HasColumnName("at");
        });
        model.Entity<InboxRow>(row =>
        {
            row.ToTable("kernel_inbox").HasKey(r => new { r.Consumer, r.EventId });
            row.Property(r => r.Consumer).HasColumnName("consumer");
            row.Property(r => r.EventId).HasColumnName("event_id");
            row.Property(r => r.At).HasColumnName("at");
        });
    }

    internal static void MapPersonKeys(ModelBuilder model) => model.Entity<Keys.PersonKeyRow>(row =>
    {
        row.ToTable("kernel_person_key").HasKey(r => r.PersonId);
        row.Property(r => r.PersonId).HasColumnName("person_id").ValueGeneratedNever();
        row.Property(r => r.Wrapped).HasColumnName("wrapped");
        row.Property(r => r.MadeAt).HasColumnName("made_at");
        row.Property(r => r.DestroyedAt).HasColumnName("destroyed_at");
    });

    private sealed class InstantConverter() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    // Big-endian, so that bytes sort as the text of the id does.
    private sealed class GuidBlobConverter() : ValueConverter<Guid, byte[]>(
        id => id.ToByteArray(true),
        bytes => new Guid(bytes, true));
}

/// <summary>An event waiting to leave.</summary>
public sealed class OutboxRow
{
    public Guid Id { get; init; }

    public required string Topic { get; init; }

    public required string Payload { get; init; }

    public DateTimeOffset At { get; init; }

    public static OutboxRow Of(IDomainEvent @event, DateTimeOffset at) => new()
    {
        Id = Ids.New(),
        Topic = @event.Topic,
        Payload = JsonSerializer.Serialize(@event, @event.GetType(), EventJson.Options),
        At = at,
    };
}

/// <summary>The mark that a consumer has applied an event.</summary>
public sealed class InboxRow
{
    public required string Consumer { get; init; }

    public Guid EventId { get; init; }

    public DateTimeOffset At { get; init; }
}
