using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Notifications.ChoosePreferences;
using Fairground.Notifications.SendDigests;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>One e-mail a day with all that is about draws, where the person wants it so. The clock stands at nine in the morning UTC, 22 November 2026.</summary>
[Requirement("C-26")]
public sealed class DigestTests
{
    private const string Mailbox = "a@example.com";

    private static readonly MessageTopic Kettle = new("/lots/1", "Kettle");
    private static readonly MessageTopic Bicycle = new("/lots/2", "Bicycle");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_waited_comes_at_its_time_in_one_mail_by_lot_and_wins_and_the_account_do_not_wait(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var (me, mine) = Person(host);
        // Half past three in the afternoon in Almaty is half past ten UTC.
        Assert.Equal("15:30", (await Choose(mine, new { digestAt = "15:30", timeZone = "Asia/Almaty" })).DigestAt);
        await Send(host, Letter(me, "Kettle closes.", Kettle), Letter(me, "Bicycle closes.", Bicycle), Letter(me, "You won.", Kettle, MessageKind.Wins), Letter(me, "A new password.", null, MessageKind.Account));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await Send(host, Letter(me, "Kettle is drawn. See /lots/1.", Kettle));
        await Rounds(host);
        Assert.Equal(["A new password.", "You won."], sink.Mails.Select(m => m.Body.Split('\n')[0].Trim()).Order());
        // On the page they stand at once, and the mail that sums them up never does.
        Assert.Equal(5, await Unread(mine));

        host.Clock.Advance(TimeSpan.FromMinutes(88));
        await Rounds(host);
        Assert.Equal(2, sink.Mails.Count);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await Rounds(host);
        await Rounds(host);
        var summary = Assert.Single(sink.Mails.Skip(2)).Mime;
        Assert.Equal("3 messages about 2 of your lots", summary.Subject);
        Assert.StartsWith(
            """
            What happened since the last summary.

            Kettle
            ------
            Kettle closes.
            Kettle is drawn. See https://fair.example/lots/1.

            Bicycle
            -------
            Bicycle closes.

            You get these once a day, as you chose. Change that at https://fair.example/messages/settings.
            """.ReplaceLineEndings("\n"),
            summary.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("<h2>Bicycle</h2><p>Bicycle closes.</p><hr>", summary.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(5, await Unread(mine));

        // One click: what comes next stands on the page alone.
        Assert.Equal("List-Unsubscribe=One-Click", summary.Headers["List-Unsubscribe-Post"]);
        await Send(host, Letter(me, "Waits already.", Kettle));
        using var click = new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]);
        using var nobody = host.Anonymous();
        Assert.Equal(HttpStatusCode.OK, (await nobody.PostAsync(new Uri(summary.Headers["List-Unsubscribe"]!.Trim('<', '>')).AbsolutePath, click, Ct)).StatusCode);
        host.Clock.Advance(TimeSpan.FromDays(1));
        await Send(host, Letter(me, "Comes later.", Kettle));
        host.Clock.Advance(TimeSpan.FromDays(1));
        await Rounds(host);
        Assert.Equal(3, sink.Mails.Count);
        Assert.Equal(7, await Unread(mine));
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_was_read_meanwhile_is_left_out_and_a_day_without_news_is_a_day_without_a_mail(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var (me, mine) = Person(host);
        await Choose(mine, new { digestAt = "10:00" });
        var (read, other) = (Letter(me, "Read on the page.", Kettle), Letter(me, "Not read.", Bicycle));
        await Send(host, read, other);
        await mine.PostAsync($"/api/v1/me/messages/{read.Id}/read", null, Ct);
        host.Clock.Advance(TimeSpan.FromHours(1));
        await Rounds(host);
        var summary = Assert.Single(sink.Mails);
        Assert.Equal(("1 message about your lot", true, false), (summary.Mime.Subject, summary.Body.Contains("Not read.", StringComparison.Ordinal), summary.Body.Contains("Read on the page.", StringComparison.Ordinal)));
        await Send(host, read with { Id = Ids.New() });
        await mine.PostAsync($"/api/v1/me/messages/{(string)JsonNode.Parse(await mine.GetStringAsync("/api/v1/me/messages?limit=1", Ct))!["items"]![0]!["messageId"]!}/read", null, Ct);
        host.Clock.Advance(TimeSpan.FromDays(2));
        await Rounds(host);
        Assert.Single(sink.Mails);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Another_choice_counts_for_what_waits_already(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var (me, mine) = Person(host);
        await Choose(mine, new { digestAt = "20:00" });
        await Send(host, Letter(me, "One.", Kettle), Letter(me, "Two.", Kettle));
        await Choose(mine, new { digestAt = "09:30" });
        host.Clock.Advance(TimeSpan.FromMinutes(30));
        await Rounds(host);
        Assert.Equal("2 messages about your lot", Assert.Single(sink.Mails).Mime.Subject);
        await Send(host, Letter(me, "Three.", Kettle), Letter(me, "Four.", Kettle));
        await Rounds(host);
        Assert.Single(sink.Mails);
        await Choose(mine, new { });
        await Rounds(host);
        Assert.Equal(["Four.", "Three."], sink.Mails.Skip(1).Select(m => m.Body.Split('\n')[0].Trim()).Order());
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_summary_goes_to_the_mailbox_of_today_and_without_one_nowhere(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var (me, mine) = Person(host);
        await Choose(mine, new { digestAt = "10:00" });
        await Send(host, Letter(me, "One.", Kettle));
        host.Neighbours.People[me] = host.Neighbours.People[me] with { Contact = "new@example.com" };
        host.Clock.Advance(TimeSpan.FromHours(1));
        await Rounds(host);
        Assert.Equal("new@example.com", Assert.Single(sink.Mails).To);
        await Send(host, Letter(me, "Two.", Kettle));
        host.Neighbours.People.TryRemove(me, out _);
        host.Clock.Advance(TimeSpan.FromDays(1));
        await Rounds(host);
        Assert.Single(sink.Mails);
    }

    [Theory]
    // In Berlin the clocks go from two to three on 29 March 2026: half past two is half past three there.
    [InlineData("02:30", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T01:30:00Z")]
    [InlineData("02:30", "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("18:00", "UTC", "2026-11-22T18:00:00Z", "2026-11-23T18:00:00Z")]
    [InlineData("18:00", "UTC", "2026-11-22T17:59:59Z", "2026-11-22T18:00:00Z")]
    [InlineData("00:00", "Asia/Seoul", "2026-11-22T14:59:00Z", "2026-11-22T15:00:00Z")]
    public void The_next_summary_is_told_by_the_clock_of_the_person(string digestAt, string zone, string now, string due)
    {
        static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var choice = new MessagePreference { Off = "", TimeZone = zone, DigestAt = (int)TimeOnly.Parse(digestAt, System.Globalization.CultureInfo.InvariantCulture).ToTimeSpan().TotalMinutes };
        Assert.Equal(At(due), choice.NextDigest(MessageKind.Draws, At(now))!.Value.ToUniversalTime());
        Assert.Null(choice.NextDigest(MessageKind.Wins, At(now)));
        Assert.Null(choice.NextDigest(MessageKind.Account, At(now)));
    }

    [Fact]
    public async Task A_time_that_is_none_is_refused()
    {
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite);
        using var mine = host.As(Ids.New());
        var refused = await mine.PutAsJsonAsync("/api/v1/me/message-choices", new { digestAt = "25:00" }, Ct);
        Assert.Equal((422, "message.digest_invalid"), ((int)refused.StatusCode, (string)JsonNode.Parse(await refused.Content.ReadAsStringAsync(Ct))!["code"]!));
    }

    private static (Guid Id, HttpClient Client) Person(NotificationsHost host)
    {
        var me = Ids.New();
        host.Neighbours.People[me] = new Person(me, "Dana", Mailbox, ContactChannel.Email, "");
        return (me, host.As(me));
    }

    private static Message Letter(Guid to, string text, MessageTopic? about, MessageKind kind = MessageKind.Draws) => Plain.Message(Ids.New(), Mailbox, ContactChannel.Email, "Hello", text, to, kind: kind, about: about);

    private static async Task<MessageChoicesView> Choose(HttpClient mine, object wish) => (await (await mine.PutAsJsonAsync("/api/v1/me/message-choices", wish, Ct)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<MessageChoicesView>(Ct))!;

    private static Task Send(NotificationsHost host, params Message[] messages) => host.Services.GetRequiredService<IMessages>().Send(messages, Ct);

    private static async Task<int> Unread(HttpClient mine) => (int)JsonNode.Parse(await mine.GetStringAsync("/api/v1/me/messages", Ct))!["unread"]!;

    private static async Task Rounds(NotificationsHost host)
    {
        while (await host.Services.GetRequiredService<DigestWorker>().WriteDue(Ct)) { }
        while (await host.Round()) { }
    }
}
