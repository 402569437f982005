using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Messaging;

/// <summary>Why an event was given up for one consumer.</summary>
internal sealed record GivenUp(int Attempts, string Error);

/// <summary>Hands events to one consumer, in order, whichever way they come: a failing one is tried again in its place, and given up after five tries.</summary>
internal sealed class Delivery(IEventConsumer consumer, ILogger logger)
{
    private const int MostAttempts = 5;
    private const int LongestError = 500;

    // Its last event was given up. It then gets one try an event until one succeeds, so that a broken consumer does not hold up the rest.
    private volatile bool troubled;

    public IEventConsumer Consumer => consumer;

    /// <summary>Null where the event was applied. Throws where the database is away: that is not the event's fault, and it must come again.</summary>
    public async Task<GivenUp?> Try(EventEnvelope envelope, CancellationToken ct)
    {
        var most = troubled ? 1 : MostAttempts;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await consumer.Handle(envelope, ct);
                troubled = false;
                return null;
            }
            catch (Exception error) when (!ct.IsCancellationRequested && !IsDatabaseAway(error))
            {
                logger.LogWarning(error, "{Consumer} failed on {Topic} {Event}, attempt {Attempt}", consumer.Name, envelope.Topic, envelope.Id, attempt);
                if (attempt == most)
                {
                    troubled = true;
                    var said = $"{error.GetType().Name}: {error.Message}";
                    return new GivenUp(attempt, said.Length > LongestError ? said[..LongestError] : said);
                }
                await Task.Delay(TimeSpan.FromMilliseconds(25 << attempt), ct);
            }
        }
    }

    /// <summary>True where the database is away, however deep EF Core has wrapped that.</summary>
    public static bool IsDatabaseAway(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is DbException { IsTransient: true }) return true;
        }
        return false;
    }
}
