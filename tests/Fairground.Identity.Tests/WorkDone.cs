using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fairground.Identity.Tests;

/// <summary>Writes down which statements ran and how many passwords were hashed, so that a test can say that two requests were the same work.</summary>
internal sealed class WorkDone : ILoggerProvider, ILogger
{
    public const string Category = "Microsoft.EntityFrameworkCore.Database.Command";

    private readonly ConcurrentQueue<string> done = new();

    public void Note(string work) => done.Enqueue(work);

    /// <summary>What was done since the last question.</summary>
    public IReadOnlyList<string> Take()
    {
        var taken = new List<string>();
        while (done.TryDequeue(out var work)) taken.Add(work);
        return taken;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name?.EndsWith("CommandExecuted", StringComparison.Ordinal) != true || state is not IReadOnlyList<KeyValuePair<string, object?>> values) return;
        var text = $"{values.First(v => v.Key == "commandText").Value}";
        // What the background looks at meanwhile is not the request's work.
        if (text.Contains("identity_", StringComparison.Ordinal) && !text.Contains("contact_change", StringComparison.Ordinal) && !text.Contains("identity_mark", StringComparison.Ordinal)) Note(text);
    }

    public void Dispose()
    {
    }
}

/// <summary>The framework's hasher, counted.</summary>
internal sealed class CountedHasher(IOptions<PasswordHasherOptions> options, WorkDone work) : PasswordHasher<FairgroundUser>(options)
{
    public override PasswordVerificationResult VerifyHashedPassword(FairgroundUser user, string hashedPassword, string providedPassword)
    {
        work.Note("verify a password");
        return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
    }
}
