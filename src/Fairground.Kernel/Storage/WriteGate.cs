using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Fairground.Kernel.Storage;

/// <summary>SQLite has one writer. This gate orders the committer and every other writing transaction, so that none starves on SQLITE_BUSY.</summary>
public sealed class WriteGate : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <summary>Waits for the writer's turn; dispose to pass it on.</summary>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        return new Turn(gate);
    }

    /// <summary>Waits on the thread; only for callers that cannot wait asynchronously (data protection). Gives up with a
    /// <see cref="TimeoutException"/> rather than wait for ever: the caller may itself stand inside a turn.</summary>
    public IDisposable Enter() => gate.Wait(LongestWait)
        ? new Turn(gate)
        : throw new TimeoutException("The writer's turn did not come; was it asked for from inside a writing transaction?");

    public void Dispose() => gate.Dispose();

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        private int passed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref passed, 1) == 0) gate.Release();
        }
    }
}

/// <summary>Takes a turn at the gate around a SaveChanges that has no explicit transaction. One instance a context.</summary>
internal sealed class WriteGateInterceptor(Database database) : SaveChangesInterceptor
{
    private IDisposable? turn;

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context!.Database.CurrentTransaction is null) turn = await database.Gate.EnterAsync(cancellationToken);
        return result;
    }

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result) =>
        throw new InvalidOperationException("Save asynchronously: the gate never blocks a thread.");

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Leave();
        return ValueTask.FromResult(result);
    }

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Leave();
        return Task.CompletedTask;
    }

    // A row that changed meanwhile is told here only: the framework does not call SaveChangesFailed for it.
    public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Leave();
        return ValueTask.FromResult(result);
    }

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        Leave();
        return Task.CompletedTask;
    }

    private void Leave() => Interlocked.Exchange(ref turn, null)?.Dispose();
}

/// <summary>Takes a turn at the gate around an update or removal of many rows at once that has no explicit transaction: no SaveChanges stands around it. One instance a context.</summary>
internal sealed class BulkGateInterceptor(Database database) : DbCommandInterceptor
{
    private IDisposable? turn;

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (IsAlone(eventData)) turn = await database.Gate.EnterAsync(cancellationToken);
        return result;
    }

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) =>
        IsAlone(eventData) ? throw new InvalidOperationException("Change asynchronously: the gate never blocks a thread.") : result;

    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Leave();
        return ValueTask.FromResult(result);
    }

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Leave();
        return Task.CompletedTask;
    }

    public override Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Leave();
        return Task.CompletedTask;
    }

    private static bool IsAlone(CommandEventData data) => data.CommandSource is CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete && data.Context!.Database.CurrentTransaction is null;

    private void Leave() => Interlocked.Exchange(ref turn, null)?.Dispose();
}

/// <summary>A writing transaction over an EF Core context: on SQLite it holds the gate until it ends.</summary>
public sealed class WriteTransaction : IAsyncDisposable
{
    private readonly IDbContextTransaction transaction;
    private readonly IDisposable? turn;

    private WriteTransaction(IDbContextTransaction transaction, IDisposable? turn) => (this.transaction, this.turn) = (transaction, turn);

    public static async Task<WriteTransaction> BeginAsync(DbContext context, Database database, CancellationToken ct)
    {
        var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
        try
        {
            return new WriteTransaction(await context.Database.BeginTransactionAsync(ct), turn);
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    public Task CommitAsync(CancellationToken ct) => transaction.CommitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        turn?.Dispose();
    }
}
