using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Hears that a buyer approved the goods, or does not get them, and ends the unit (D-23, D-24, D-02).</summary>
internal sealed class HandoverEnds(DrawsReader reader, GroupCommitter committer) : IEventConsumer
{
    /// <summary>Our word for what is sold here.</summary>
    public const string Source = "two-stage";

    public string Name => "draws.handovers";

    public IReadOnlyCollection<string> Topics { get; } = [HandoverApproved.Name, HandoverFailed.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        var delivered = envelope.Topic == HandoverApproved.Name;
        var (source, winId) = delivered ? (envelope.Read<HandoverApproved>().Source, envelope.Read<HandoverApproved>().SourceId) : (envelope.Read<HandoverFailed>().Source, envelope.Read<HandoverFailed>().SourceId);
        if (source != Source || await reader.Win(winId, ct) is not { } win) return;
        var ended = await committer.Submit<Done>(new EndDelivery(win.Id, win.LotId, delivered));
        // What has ended already ended by this or by the counter; anything else is worth another try.
        if (ended.Refused && ended.Refusal!.Kind != TwoStageRefusals.NotDelivering) throw new InvalidOperationException($"The handover of place {win.Place} of lot {win.LotId} could not be recorded: {ended.Refusal.Code}");
    }
}
