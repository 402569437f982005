using Fairground.Kernel.Storage;
using Microsoft.Extensions.Logging;

namespace Fairground.Kernel.Messaging;

/// <summary>Delivers once more what an operator asked for; on one node at a time.</summary>
internal sealed class ReplayWorker(DeadLetterBook dead, IEventBus bus, Leases leases, TimeProvider time, ILogger<ReplayWorker> logger)
    : LeasedWorker("kernel.replay", TimeSpan.FromSeconds(1), leases, time, logger)
{
    private const int Batch = 100;

    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        var asked = await dead.Asked(Batch, ct);
        foreach (var (letter, at) in asked)
        {
            await bus.Redeliver(letter.Consumer, new EventEnvelope(letter.EventId, letter.Topic, letter.Payload, letter.EventAt), ct);
            await dead.Done(letter, at, ct);
        }
        return asked.Count == Batch;
    }
}
