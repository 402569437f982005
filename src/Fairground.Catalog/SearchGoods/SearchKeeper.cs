using System.Data.Common;
using Fairground.Kernel.Storage;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.SearchGoods;

/// <summary>
/// Keeps the full-text index behind the shelf. Triggers note which goods changed, in the same transaction as the change; this reads
/// them again and writes their words. Nothing is lost where a node dies: what was not done is still noted.
/// </summary>
internal sealed class SearchKeeper(Kernel.Storage.Database database, Spelling spelling, Leases leases, TimeProvider time, ILogger<SearchKeeper> logger)
    : LeasedWorker("catalog.search", TimeSpan.FromSeconds(2), leases, time, logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider time = time;

    // SQLite's one writer waits for a batch, and buyers with it.
    private int BatchSize => database.Kind == DatabaseKind.Sqlite ? 200 : 1_000;

    /// <summary>Writes the words of all goods that are noted now; returns how many.</summary>
    public async Task<int> CatchUp(CancellationToken ct)
    {
        var done = 0;
        while (await Batch([], ct) is var some and > 0) done += some;
        if (done > 0) await Settle(ct);
        return done;
    }

    // New words are known to spelling, and old ones quickly found.
    private async Task Settle(CancellationToken ct)
    {
        spelling.Forget();
        if (database.Kind == DatabaseKind.Sqlite) return;
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var store = new SearchStore(database.Kind, connection, transaction);
        await store.Settle(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Writes words beside work that changes goods, so that both share the time, and at its end what is left.</summary>
    public async Task<T> Beside<T>(Func<Task<T>> work, CancellationToken ct)
    {
        var working = Task.Run(work, ct);
        try
        {
            while (!working.IsCompleted)
            {
                if (await Batch([], ct) == 0) await Task.WhenAny(working, Task.Delay(Pause, time, ct));
            }
        }
        finally
        {
            await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        var result = await working;
        // What the work itself wrote into the index has words too.
        if (await CatchUp(ct) == 0) await Settle(ct);
        return result;
    }

    /// <summary>Writes the words of these goods, where they are noted, without waiting for what else is.</summary>
    public async Task CatchUp(IReadOnlyCollection<Guid> products, CancellationToken ct)
    {
        if (products.Count > 0 && await Batch(products, ct) > 0) spelling.Forget();
    }

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await CatchUp(ct);
        return false;
    }

    private async Task<int> Batch(IReadOnlyCollection<Guid> only, CancellationToken ct)
    {
        using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var store = new SearchStore(database.Kind, connection, transaction);
        // Taken first and read after: a change that comes meanwhile notes the goods again.
        var ids = await store.Take(only, BatchSize, ct);
        if (ids.Count == 0) return 0;
        var texts = await store.Read(ids, ct);
        // What PostgreSQL has is written over: a row that is away for a moment could not be told of a new price.
        await store.Remove(database.Kind == DatabaseKind.Postgres ? [.. ids.Except(texts.Select(t => t.Id))] : ids, ct);
        await store.Write([.. texts.Select(t => (t.Id, t.Text.Words()))], ct);
        await store.Align(ids, ct);
        await transaction.CommitAsync(ct);
        return ids.Count;
    }
}
