using Fairground.Kernel.Contracts;

namespace Fairground.Notifications.DevInbox;

/// <summary>Keeps every message on this machine, readable at <c>/dev/inbox</c>. Registered only where <c>FAIRGROUND_DEV_INBOX=1</c>.</summary>
internal sealed class DevInboxSender : IMessageSender
{
    public bool IsLocal => true;

    public bool Carries(ContactChannel channel) => true;

    public Task<SendOutcome> Send(OutgoingMessage message, CancellationToken ct) => Task.FromResult(SendOutcome.Sent);
}
