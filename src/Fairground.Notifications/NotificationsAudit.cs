using System.Globalization;
using Fairground.Kernel.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Notifications;

/// <summary>No one-time code outlives its sending, except in a development inbox.</summary>
internal sealed class NotificationsAudit(IServiceScopeFactory scopes, NotificationsOptions options) : IAuditCheck
{
    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        const string Check = "notifications codes";
        if (options.DevInbox) return [new AuditFinding(Check, true, "the development inbox is on: codes are kept for reading")];
        await using var scope = scopes.CreateAsyncScope();
        var left = await scope.ServiceProvider.GetRequiredService<NotificationsContext>().Messages
            // A development inbox keeps what it shows, marked sent in the instant it was written; the next start without one clears it.
            .CountAsync(m => m.State != MessageState.Queued && m.SentAt != m.CreatedAt && (m.Code != null || (m.OneTime && (m.Text != "" || m.Short != null))), ct);
        const string Text = "no one-time code is kept after its message has left";
        return [new AuditFinding(Check, left == 0, left == 0 ? Text : $"{Text}: {left.ToString(CultureInfo.InvariantCulture)} are")];
    }
}
