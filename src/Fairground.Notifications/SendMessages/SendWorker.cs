using System.Diagnostics;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Notifications.ChoosePreferences;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Notifications.SendMessages;

/// <summary>Sends what is due, a page at a time; what fails comes again later, eight times at the most.</summary>
internal sealed class SendWorker(IServiceScopeFactory scopes, IEnumerable<IMessageSender> senders, PublicAddress address, UnsubscribeLinks links, Leases leases, TimeProvider time, ILogger<SendWorker> logger)
    : LeasedWorker("notifications.send", TimeSpan.FromSeconds(1), leases, time, logger)
{
    private const int Batch = 500;

    // Mail servers take several connections, but not many, from one sender.
    private const int AtOnce = 8;

    // One page must end well before the lease does.
    private static readonly TimeSpan PageTime = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock = time;
    private readonly ILogger log = logger;
    private bool warned;
    private bool tidied;

    protected override Task<bool> RunOnce(CancellationToken ct) => SendDue(ct);

    /// <summary>Sends what is due; true where more is waiting.</summary>
    internal async Task<bool> SendDue(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        if (!tidied) await ForgetOldCodes(context, ct);
        var carried = Enum.GetValues<ContactChannel>().Where(c => SenderOf(c) is not null).ToList();
        await WarnOfWaiting(context, carried, ct);
        var now = clock.GetUtcNow();
        var due = await context.Messages
            .Where(m => m.State == MessageState.Queued && m.NextTryAt <= now && m.Digest != DigestPart.Collected && carried.Contains(m.Channel))
            .OrderBy(m => m.NextTryAt).Take(Batch).ToListAsync(ct);
        var started = Stopwatch.GetTimestamp();
        foreach (var some in due.Chunk(AtOnce))
        {
            if (Stopwatch.GetElapsedTime(started) > PageTime) return true;
            var outcomes = await Task.WhenAll(some.Select(m => SenderOf(m.Channel)!.Send(new OutgoingMessage(m.Id, m.Recipient, m.Channel, m.Subject, address.InText(m.Sent), m.Language, links.Of(m)), ct)));
            for (var i = 0; i < some.Length; i++) some[i].Tried(outcomes[i], SenderOf(some[i].Channel)!.IsLocal, clock.GetUtcNow());
            // At once: what was sent and not noted would be sent again after a crash.
            await context.SaveChangesAsync(ct);
        }
        return due.Count == Batch;
    }

    private IMessageSender? SenderOf(ContactChannel channel) => senders.FirstOrDefault(s => s.Carries(channel));

    private async Task WarnOfWaiting(NotificationsContext context, List<ContactChannel> carried, CancellationToken ct)
    {
        if (warned || carried.Count == Enum.GetValues<ContactChannel>().Length) return;
        if (!await context.Messages.AnyAsync(m => m.State == MessageState.Queued && !carried.Contains(m.Channel), ct)) return;
        warned = true;
        log.LogWarning("Messages wait because nothing is set up to send them; FAIRGROUND_SMTP names a mail server, FAIRGROUND_SMS a gateway");
    }

    // A development inbox that has been switched off leaves codes behind.
    private async Task ForgetOldCodes(NotificationsContext context, CancellationToken ct)
    {
        tidied = true;
        if (senders.Any(s => s.IsLocal)) return;
        while (true)
        {
            var old = await context.Messages.Where(m => m.State != MessageState.Queued && m.Code != null).OrderBy(m => m.Id).Take(Batch).ToListAsync(ct);
            foreach (var message in old) message.Forget();
            await context.SaveChangesAsync(ct);
            context.ChangeTracker.Clear();
            if (old.Count < Batch) return;
        }
    }
}
