using System.Collections.Concurrent;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Kernel.Tests.Messaging;

/// <summary>A module whose only effect is a row for each event applied, without a constraint that would hide a second one.</summary>
internal sealed class EffectsModule(params Recorder[] recorders) : IModule
{
    public string Name => "effects";

    public IReadOnlyList<RefusalKind> Refusals => [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddDbContext<EffectsContext>((provider, options) => provider.GetRequiredService<Database>().Configure(options));
        foreach (var recorder in recorders) services.AddSingleton<IEventConsumer>(provider => recorder.For(provider.GetRequiredService<IServiceScopeFactory>()));
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
    }
}

internal sealed record Happened(int Number, string TopicName) : IDomainEvent
{
    public string Topic => TopicName;
}

internal sealed class EffectRow
{
    public Guid Id { get; init; }

    public required string Consumer { get; init; }

    public Guid EventId { get; init; }
}

internal sealed class EffectsContext(DbContextOptions<EffectsContext> options, Database database) : ModuleContext(options, database)
{
    public DbSet<EffectRow> Rows => Set<EffectRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<EffectRow>(row =>
        {
            row.ToTable("effects_row").HasKey(r => r.Id);
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.Consumer).HasColumnName("consumer");
            row.Property(r => r.EventId).HasColumnName("event_id");
        });
    }
}

/// <summary>A consumer that records in which order it applied events, and fails or dawdles where it is told to.</summary>
internal sealed class Recorder(string name, string topic)
{
    private readonly ConcurrentDictionary<Guid, bool> seen = new();
    private int deliveries;

    public string Name => name;

    public int Deliveries => Volatile.Read(ref deliveries);

    /// <summary>The numbers of the events, in the order in which they were applied.</summary>
    public ConcurrentQueue<int> Applied { get; } = new();

    /// <summary>Fails, every time, on the events with these numbers.</summary>
    public Func<int, bool> FailsOn { get; set; } = _ => false;

    /// <summary>Fails at the first delivery of the events with these numbers.</summary>
    public Func<int, bool> FailsOnceOn { get; set; } = _ => false;

    /// <summary>Fails at the first delivery of each event, after its effect was committed.</summary>
    public bool FailsAfterwards { get; set; }

    /// <summary>What happens before an event is applied.</summary>
    public Func<int, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public IEventConsumer For(IServiceScopeFactory scopes) => new Consumer(this, name, topic, scopes);

    private async Task Handle(EventEnvelope envelope, IServiceScopeFactory scopes, CancellationToken ct)
    {
        Interlocked.Increment(ref deliveries);
        var number = envelope.Read<Happened>().Number;
        var first = seen.TryAdd(envelope.Id, true);
        await Before(number, ct);
        if (FailsOn(number) || (first && FailsOnceOn(number))) throw new InvalidOperationException("Told to fail.");
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<EffectsContext>();
        var applied = false;
        await context.ConsumeOnce(name, envelope.Id, envelope.At, () =>
        {
            context.Rows.Add(new EffectRow { Id = Ids.New(), Consumer = name, EventId = envelope.Id });
            applied = true;
            return Task.CompletedTask;
        }, ct);
        if (applied) Applied.Enqueue(number);
        if (FailsAfterwards && first) throw new InvalidOperationException("Told to fail after the effect.");
    }

    private sealed class Consumer(Recorder recorder, string name, string topic, IServiceScopeFactory scopes) : IEventConsumer
    {
        public string Name => name;

        public IReadOnlyCollection<string> Topics { get; } = [topic];

        public Task Handle(EventEnvelope envelope, CancellationToken ct) => recorder.Handle(envelope, scopes, ct);
    }
}

internal static class EffectsNode
{
    public static Task<LedgerFixture> On(Database database, string? broker, params Recorder[] recorders) => LedgerFixture.Start(
        database, modules: [new EffectsModule(recorders)], workers: true, settings: new Dictionary<string, string?> { ["FAIRGROUND_RABBITMQ"] = broker });

    /// <summary>Commits events, as a use case would.</summary>
    public static async Task State(this LedgerFixture node, string topic, params IEnumerable<int> numbers)
    {
        await using var scope = node.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<EffectsContext>();
        foreach (var number in numbers) context.Publish(new Happened(number, topic), new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
        await context.SaveChangesAsync();
    }

    public static async Task<long> Count(this Database database, string sql)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static Task<long> Effects(this Database database, string consumer) => database.Count($"select count(*) from effects_row where consumer = '{consumer}'");

    public static Task<long> DistinctEffects(this Database database, string consumer) => database.Count($"select count(distinct event_id) from effects_row where consumer = '{consumer}'");

    public static Task<long> Dead(this Database database, string consumer) => database.Count($"select count(*) from kernel_dead_letter where consumer = '{consumer}'");

    public static Task<long> Waiting(this Database database) => database.Count("select count(*) from kernel_outbox");
}
