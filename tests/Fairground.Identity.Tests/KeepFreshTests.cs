using System.Collections.Concurrent;
using Fairground.Identity.CheckRequest;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Identity.Tests;

public sealed class KeepFreshTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALookThatWasCancelledByTheDatabaseIsSaidAndTriedAgain()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var third = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (looks, log) = (0, new Lines());
        var keeping = KeepFresh.Keep(
            _ =>
            {
                looks++;
                if (looks == 1) throw new OperationCanceledException("canceling statement due to user request");
                if (looks == 2) throw new TaskCanceledException("the connection timed out");
                third.TrySetResult();
                return Task.CompletedTask;
            },
            Interval, TimeProvider.System, log, stop.Token);
        await third.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal(2, log.Errors.Count);
        Assert.All(log.Errors, error => Assert.IsType<OperationCanceledException>(error, exactMatch: false));
        Assert.False(keeping.IsCompleted);
        await stop.CancelAsync();
        await keeping.WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    [Fact]
    public async Task TheStopOfTheServerEndsItQuietlyEvenDuringALook()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var (begun, log) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new Lines());
        var keeping = KeepFresh.Keep(
            async ct =>
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, ct);
            },
            Interval, TimeProvider.System, log, stop.Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await stop.CancelAsync();
        await keeping.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Empty(log.Errors);
    }

    private sealed class Lines : ILogger
    {
        public ConcurrentQueue<Exception> Errors { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null) Errors.Enqueue(exception);
        }
    }
}
