using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Fairground.Kernel.Tests;

/// <summary>On SQLite whoever writes waits for the turn, however it writes.</summary>
public sealed class WriteGateTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changing_many_rows_at_once_waits_for_the_turn_and_passes_it_on()
    {
        await using var database = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        var store = database.Database;
        await using (var connection = await store.OpenAsync(Ct))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "create table thing (id integer not null primary key, size integer not null)";
            await command.ExecuteNonQueryAsync(Ct);
        }
        await using var things = new Things(store);
        things.Add(new Thing { Id = 1, Size = 1 });
        await things.SaveChangesAsync(Ct);

        Task<int> changing;
        using (await store.Gate.EnterAsync(Ct))
        {
            changing = things.All.ExecuteUpdateAsync(set => set.SetProperty(t => t.Size, 2), Ct);
            await using var reader = new Things(store);
            for (var looks = 0; looks < 20; looks++) Assert.Equal((false, 1), (changing.IsCompleted, await reader.All.AsNoTracking().Select(t => t.Size).SingleAsync(Ct)));
        }
        Assert.Equal(1, await changing);

        // The turn is free again, also after a change that failed, and a transaction's own changes take no second one.
        await Assert.ThrowsAnyAsync<Exception>(() => things.Missing.ExecuteDeleteAsync(Ct));
        await using (var transaction = await WriteTransaction.BeginAsync(things, store, Ct))
        {
            Assert.Equal(1, await things.All.ExecuteDeleteAsync(Ct));
            await transaction.CommitAsync(Ct);
        }
        (await store.Gate.EnterAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Ct)).Dispose();
    }

    private sealed class Thing
    {
        public long Id { get; init; }

        public int Size { get; set; }
    }

    private sealed class Nothing
    {
        public long Id { get; init; }
    }

    private sealed class Things(Database database) : DbContext(Options(database))
    {
        public DbSet<Thing> All => Set<Thing>();

        public DbSet<Nothing> Missing => Set<Nothing>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Thing>().ToTable("thing").Property(t => t.Id).HasColumnName("id");
            modelBuilder.Entity<Thing>().Property(t => t.Size).HasColumnName("size");
            modelBuilder.Entity<Nothing>().ToTable("nothing").Property(t => t.Id).HasColumnName("id");
        }

        private static DbContextOptions<Things> Options(Database database)
        {
            var options = new DbContextOptionsBuilder<Things>();
            database.Configure(options);
            return options.Options;
        }
    }
}
