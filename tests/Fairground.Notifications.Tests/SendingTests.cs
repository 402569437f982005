using System.Net;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Kernel.Storage;
using Fairground.Notifications.SendMessages;
using Fairground.Testing;
using Fairground.Ui.Wording;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>Messages on their way out, over a real connection to a mail server.</summary>
[Requirement("C-26")]
public sealed class SendingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_message_arrives_once_as_it_was_written_and_its_code_is_not_kept(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", $"smtp://market%40example.com:s%3Acret@127.0.0.1:{sink.Port}?from=market@example.com&tls=none"));
        var message = Plain.Message(Ids.New(), "aigerim@example.com", ContactChannel.Email, "Код\r\nBcc: all@example.com", "Ваш код: 493817\n.\nIt holds ten minutes.", null, "493817");
        await Send(host, message);
        await Send(host, message, message);
        await SendAllDue(host);
        await SendAllDue(host);

        var mail = Assert.Single(sink.Mails);
        Assert.Equal(("market@example.com", "aigerim@example.com"), (mail.From, mail.To));
        Assert.Equal("market@example.com/s:cret", sink.SignedInAs);
        Assert.Equal("Ваш код: 493817\n.\nIt holds ten minutes.", mail.Body.ReplaceLineEndings("\n"));
        Assert.DoesNotContain("\r\nBcc:", mail.Data, StringComparison.Ordinal);
        Assert.Equal($"<{message.Id:N}@example.com>", mail.Header("Message-ID"));
        var stored = await Find(host, message.Id);
        Assert.Equal((MessageState.Sent, "", null), (stored.State, stored.Text, stored.Code));
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_the_server_puts_off_is_tried_again_later_and_arrives(DatabaseKind kind)
    {
        await using var sink = new SmtpSink { Recipient = _ => "451 later" };
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var message = Mail("a@example.com");
        await Send(host, message);
        await Settles(host, message.Id, m => m.Attempts == 1);
        await SendAllDue(host);
        Assert.Equal(1, (await Find(host, message.Id)).Attempts);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await Settles(host, message.Id, m => m.Attempts == 2);
        sink.Recipient = _ => null;
        host.Clock.Advance(TimeSpan.FromSeconds(60));
        await Settles(host, message.Id, m => m.State == MessageState.Sent);
        Assert.Equal("Hello.", Assert.Single(sink.Mails).Body);
        Assert.Equal("Hello.", (await Find(host, message.Id)).Text);
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task After_eight_tries_a_message_is_given_up_and_its_code_removed(DatabaseKind kind)
    {
        await using var sink = new SmtpSink { Recipient = to => to.StartsWith("gone", StringComparison.Ordinal) ? "550 no such mailbox" : "451 later" };
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var (slow, gone) = (Mail("slow@example.com", "111111"), Mail("gone@example.com", "222222"));
        await Send(host, slow, gone);
        await Settles(host, gone.Id, m => m.State == MessageState.Failed);
        Assert.Equal(1, (await Find(host, gone.Id)).Attempts);
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            await Settles(host, slow.Id, m => m.Attempts == attempt);
            Assert.Equal(attempt == 8 ? MessageState.Failed : MessageState.Queued, (await Find(host, slow.Id)).State);
            host.Clock.Advance(TimeSpan.FromHours(1));
        }
        await SendAllDue(host);
        foreach (var message in new[] { slow, gone }) Assert.Equal(("", null), ((await Find(host, message.Id)).Text, (await Find(host, message.Id)).Code));
        Assert.Empty(sink.Mails);
        Assert.DoesNotContain(host.Log.Kept, l => l.Contains("example.com", StringComparison.Ordinal) || l.Contains("111111", StringComparison.Ordinal));
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Without_a_sender_messages_wait_and_the_log_says_so_once_without_their_words(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind);
        var message = Mail("a@example.com", "493817");
        await Send(host, message);
        for (var i = 0; i < 3; i++) await SendAllDue(host);
        Assert.Equal((MessageState.Queued, "493817"), ((await Find(host, message.Id)).State, (await Find(host, message.Id)).Code));
        Assert.Single(host.Log.Kept, line => line.Contains("FAIRGROUND_SMTP", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.Kept, line => line.Contains("493817", StringComparison.Ordinal));
        using var nobody = host.Anonymous();
        Assert.Equal(HttpStatusCode.NotFound, (await nobody.GetAsync(new Uri("/dev/inbox", UriKind.Relative), Ct)).StatusCode);
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_page_of_messages_leaves_together_and_each_arrives_once(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var messages = Enumerable.Range(0, 60).Select(i => Mail($"p{i}@example.com")).ToArray();
        await Send(host, messages);
        foreach (var message in messages) await Settles(host, message.Id, m => m.State == MessageState.Sent);
        Assert.Equal(60, sink.Mails.Count);
        Assert.Equal(60, sink.Mails.Select(m => m.To).Distinct().Count());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_worker_sends_without_being_asked(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        await Send(host, Mail("a@example.com"));
        await host.Services.GetRequiredService<SendWorker>().StartAsync(Ct);
        Assert.Equal("a@example.com", (await sink.Next(TimeSpan.FromSeconds(20))).To);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_code_left_by_a_development_inbox_is_removed_once_it_is_off(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind);
        var message = Mail("a@example.com", "493817");
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
            context.Messages.Add(StoredMessage.Of(message, new WrittenMessage("Hello", "Your code is 493817.", "493817"), Language.English, deliveredHere: true, host.Clock.GetUtcNow()));
            await context.SaveChangesAsync(Ct);
        }
        var restarted = ActivatorUtilities.CreateInstance<SendWorker>(host.Services);
        await restarted.SendDue(Ct);
        Assert.Equal(("", null), ((await Find(host, message.Id)).Text, (await Find(host, message.Id)).Code));
        await host.AuditHolds();
    }

    [Theory]
    [InlineData("smtp://mail.example.com?from=a@example.com", 587, true)]
    [InlineData("smtp://a%40example.com:pass@mail.example.com:25?tls=none", 25, false)]
    [InlineData("smtp://mail.example.com?from=nobody", 0, false)]
    [InlineData("smtp://mail.example.com", 0, false)]
    [InlineData("smtp://mail.example.com?from=a@example.com&tls=perhaps", 0, false)]
    [InlineData("https://mail.example.com?from=a@example.com", 0, false)]
    public void A_mail_server_is_named_fully_or_the_start_is_refused(string setting, int port, bool tls)
    {
        if (port == 0)
        {
            Assert.Throws<SettingException>(() => SmtpSettings.Parse(setting));
            return;
        }
        var settings = SmtpSettings.Parse(setting);
        Assert.Equal((port, tls, "a@example.com"), (settings.Port, settings.Tls, settings.From.Address));
        Assert.DoesNotContain("pass", settings.ToString(), StringComparison.Ordinal);
    }

    private static Message Mail(string to, string? code = null) =>
        Plain.Message(Ids.New(), to, ContactChannel.Email, "Hello", code is null ? "Hello." : $"Your code is {code}.", null, code);

    private static Task Send(NotificationsHost host, params Message[] messages) => host.Services.GetRequiredService<IMessages>().Send(messages, Ct);

    private static async Task SendAllDue(NotificationsHost host)
    {
        while (await host.Round()) { }
    }

    private static async Task<StoredMessage> Find(NotificationsHost host, Guid id)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<NotificationsContext>().Messages.AsNoTracking().SingleAsync(m => m.Id == id, Ct);
    }

    private static async Task Settles(NotificationsHost host, Guid id, Func<StoredMessage, bool> expected)
    {
        await SendAllDue(host);
        var stored = await Find(host, id);
        Assert.True(expected(stored), $"state {stored.State}, attempts {stored.Attempts}");
    }
}
