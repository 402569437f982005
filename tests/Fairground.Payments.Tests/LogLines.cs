using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.Tests;

/// <summary>Keeps what was logged at warning and above.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> kept = new();

    public IReadOnlyCollection<string> Kept => kept;

    public ILogger CreateLogger(string categoryName) => new Lines(kept);

    public void Dispose()
    {
    }

    private sealed class Lines(ConcurrentQueue<string> kept) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) kept.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }
}
