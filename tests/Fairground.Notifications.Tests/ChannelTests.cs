using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Notifications.ChoosePreferences;
using Fairground.Notifications.SendMessages;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>One message, several ways to the person, and what the person has to say about it.</summary>
[Requirement("C-26")]
public sealed class ChannelTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_mail_is_text_with_an_html_twin_and_one_click_stops_its_kind_and_nothing_else(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var me = Ids.New();
        await Send(host, Mail(me, MessageKind.Draws, "Look at /lots/1 & see <b>."));
        await Rounds(host);
        var mail = sink.Mails.Single().Mime;
        Assert.Equal("multipart/alternative", mail.Body!.ContentType.MimeType);
        Assert.StartsWith("Look at https://fair.example/lots/1 & see <b>.", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://fair.example/lots/1\">https://fair.example/lots/1</a> &amp; see &lt;b&gt;.", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
        var link = new Uri(mail.Headers["List-Unsubscribe"]!.Trim('<', '>'));
        Assert.StartsWith("https://fair.example/unsubscribe/", link.AbsoluteUri, StringComparison.Ordinal);

        using var nobody = host.Anonymous();
        // Scanners follow links: looking stops nothing.
        Assert.Contains("Stop these e-mails?", await nobody.GetStringAsync(link.AbsolutePath, Ct), StringComparison.Ordinal);
        await Send(host, Mail(me, MessageKind.Draws, "second"));
        await Rounds(host);
        Assert.Equal(2, sink.Mails.Count);
        using var click = new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]);
        Assert.Equal(HttpStatusCode.OK, (await nobody.PostAsync(link.AbsolutePath, click, Ct)).StatusCode);

        await Send(host, Mail(me, MessageKind.Draws, "third"), Mail(me, MessageKind.Wins, "fourth"), Mail(me, MessageKind.Account, "fifth"));
        await Rounds(host);
        Assert.Equal(["fifth", "fourth", "second"], sink.Mails.Skip(1).Select(m => m.Body.Split('\n')[0].Trim()).Order());
        // What concerns the account has no way out.
        Assert.DoesNotContain("List-Unsubscribe", sink.Mails.Single(m => m.Body == "fifth").Head, StringComparison.Ordinal);
        using var mine = host.As(me);
        Assert.Contains("third", await mine.GetStringAsync("/api/v1/me/messages", Ct), StringComparison.Ordinal);
        Assert.Equal(["draws:email"], (await mine.GetFromJsonAsync<MessageChoicesView>("/api/v1/me/message-choices", Ct))!.Off);
        Assert.Equal("message.link_invalid", await Code(await nobody.PostAsync("/unsubscribe/made-up", null, Ct)));
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    [Requirement("C-27")]
    public async Task An_offer_goes_out_only_by_the_ways_that_the_person_said_yes_to_and_the_link_in_the_mail_takes_the_yes_back(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var me = Ids.New();
        await Send(host, Mail(me, MessageKind.Offers, "without a yes"));
        await Rounds(host);
        Assert.Empty(sink.Mails);
        using var mine = host.As(me);
        Assert.Contains("without a yes", await mine.GetStringAsync("/api/v1/me/messages", Ct), StringComparison.Ordinal);

        var consents = host.Services.GetRequiredService<Neighbours>().Consents;
        consents[(me, IConsents.Offers, "sms")] = true;
        await Send(host, Mail(me, MessageKind.Offers, "a yes to another way"));
        await Rounds(host);
        Assert.Empty(sink.Mails);
        consents[(me, IConsents.Offers, "email")] = true;
        await Send(host, Mail(me, MessageKind.Offers, "with a yes"));
        await Rounds(host);
        var mail = sink.Mails.Single();
        Assert.Equal("with a yes", mail.Body.Split('\n')[0].Trim());

        using var nobody = host.Anonymous();
        using var click = new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]);
        Assert.Equal(HttpStatusCode.OK, (await nobody.PostAsync(new Uri(mail.Mime.Headers["List-Unsubscribe"]!.Trim('<', '>')).AbsolutePath, click, Ct)).StatusCode);
        Assert.False(consents[(me, IConsents.Offers, "email")]);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Whatever_the_mail_server_does_in_the_middle_the_mail_arrives_once_it_is_well(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        await Send(host, Mail(null, MessageKind.Draws, "Hello."));
        // Cut off, busy, refusing the content: none of them says that the mailbox is gone.
        sink.Recipient = _ => SmtpSink.HangsUp;
        await Rounds(host);
        (sink.Recipient, sink.Content) = (_ => null, _ => "451 busy");
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await Rounds(host);
        sink.Content = _ => "554 looks like spam";
        host.Clock.Advance(TimeSpan.FromSeconds(60));
        await Rounds(host);
        Assert.Empty(sink.Mails);
        sink.Content = _ => null;
        host.Clock.Advance(TimeSpan.FromSeconds(120));
        await Rounds(host);
        Assert.Equal("Hello.", sink.Mails.Single().Body);
        host.Clock.Advance(TimeSpan.FromHours(2));
        await Rounds(host);
        Assert.Single(sink.Mails);
        Assert.DoesNotContain(host.Log.Kept, l => l.Contains("example.com", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task In_quiet_hours_draws_wait_until_the_morning_and_the_account_does_not(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var me = Ids.New();
        using var mine = host.As(me);
        // It is nine in the morning UTC: two in the afternoon in Almaty.
        Assert.True((await mine.PutAsJsonAsync("/api/v1/me/message-choices", new { off = Array.Empty<string>(), quietFrom = "13:00", quietUntil = "15:30", timeZone = "Asia/Almaty" }, Ct)).IsSuccessStatusCode);
        await Send(host, Mail(me, MessageKind.Draws, "later"), Mail(me, MessageKind.Account, "now"));
        await Rounds(host);
        Assert.Equal("now", sink.Mails.Single().Body);
        host.Clock.Advance(TimeSpan.FromMinutes(89));
        await Rounds(host);
        Assert.Single(sink.Mails);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await Rounds(host);
        Assert.Equal(2, sink.Mails.Count);
    }

    [Theory]
    [InlineData("22:00", "08:00", "UTC", "23:30:15", 8 * 60 + 30)]
    [InlineData("22:00", "08:00", "UTC", "07:59:00", 1)]
    [InlineData("22:00", "08:00", "UTC", "08:00:00", 0)]
    [InlineData("22:00", "08:00", "UTC", "21:59:59", 0)]
    [InlineData("13:00", "15:30", "UTC", "13:00:00", 150)]
    [InlineData("00:00", "06:00", "Asia/Seoul", "20:00:00", 60)]
    [InlineData("08:00", "08:00", "UTC", "09:00:00", 0)]
    public void Quiet_hours_end_by_the_clock_of_the_person(string from, string until, string zone, string now, int minutes)
    {
        int Minutes(string clock) => (int)TimeOnly.Parse(clock, System.Globalization.CultureInfo.InvariantCulture).ToTimeSpan().TotalMinutes;
        var choice = new MessagePreference { Off = "", TimeZone = zone, QuietFrom = Minutes(from), QuietUntil = Minutes(until) };
        var at = new DateTimeOffset(DateOnly.FromDateTime(new DateTime(2026, 11, 22)), TimeOnly.Parse(now, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero);
        var whole = at.AddSeconds(-at.Second);
        Assert.Equal(minutes == 0 ? at : whole.AddMinutes(minutes), choice.Earliest(MessageKind.Draws, at));
        Assert.Equal(at, choice.Earliest(MessageKind.Account, at));
    }

    [Fact]
    public async Task What_cannot_be_chosen_is_refused()
    {
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite);
        using var mine = host.As(Ids.New());
        async Task<string> Refused(object wish) => await Code(await mine.PutAsJsonAsync("/api/v1/me/message-choices", wish, Ct));
        Assert.Equal("message.necessary", await Refused(new { off = new[] { "account:email" } }));
        Assert.Equal("message.choice_unknown", await Refused(new { off = new[] { "draws:pigeon" } }));
        Assert.Equal("message.quiet_invalid", await Refused(new { quietFrom = "22:00" }));
        Assert.Equal("message.quiet_invalid", await Refused(new { quietFrom = "22:00", quietUntil = "24:30" }));
        Assert.Equal("message.time_zone_unknown", await Refused(new { timeZone = "Mars/Olympus" }));
        using var office = host.As(Ids.New(), isOperator: true);
        Assert.Equal("message.not_given_up", await Code(await office.PostAsync($"/api/v1/given-up-messages/{Ids.New()}/replay", null, Ct)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_message_that_was_given_up_is_sent_again_when_the_operator_says_so(DatabaseKind kind)
    {
        await using var sink = new SmtpSink { Recipient = _ => "550 no such mailbox" };
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var (lost, code) = (Mail(null, MessageKind.Draws, "Hello."), Plain.Message(Ids.New(), "b@example.com", ContactChannel.Email, "Code", "493817", null, "493817"));
        await Send(host, lost, code);
        await Rounds(host);
        using var office = host.As(Ids.New(), isOperator: true);
        var list = JsonNode.Parse(await office.GetStringAsync("/api/v1/given-up-messages", Ct))!;
        // A code is useless by then, and gone.
        Assert.Equal((1, $"{lost.Id}"), ((int)list["count"]!, (string)list["items"]![0]!["messageId"]!));
        Assert.DoesNotContain("example.com", list.ToJsonString(), StringComparison.Ordinal);
        sink.Recipient = _ => null;
        Assert.Equal(HttpStatusCode.Accepted, (await office.PostAsync($"/api/v1/given-up-messages/{lost.Id}/replay", null, Ct)).StatusCode);
        await Rounds(host);
        Assert.Equal("Hello.", sink.Mails.Single().Body);
        Assert.Equal(0, (int)JsonNode.Parse(await office.GetStringAsync("/api/v1/given-up-messages", Ct))!["count"]!);
    }

    [Fact]
    public async Task A_generic_gateway_gets_its_template_filled_in_and_what_fails_is_tried_again()
    {
        await using var gateway = await HookReceiver.Start();
        await using var host = await NotificationsHost.Start(
            DatabaseKind.Sqlite, ("FAIRGROUND_SMS", $"{gateway.Address}/send"), ("FAIRGROUND_SMS_AUTHORIZATION", "Bearer s3cret"), ("FAIRGROUND_SMS_BODY", """{"phone":"{to}","message":"{text}","ref":"{id}"}"""));
        var message = Plain.Message(Ids.New(), "+77011234567", ContactChannel.Sms, "Code", "Ваш \"код\": {to}\n493817", null, "493817");
        gateway.Says(500);
        await Send(host, message);
        await Rounds(host);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        gateway.Says(202);
        await Rounds(host);
        Assert.Equal(2, gateway.Calls.Count);
        var call = gateway.Calls.Last();
        Assert.Equal(("/send", "Bearer s3cret"), (call.Path, call.Headers.Authorization.ToString()));
        var body = JsonNode.Parse(call.Text)!;
        Assert.Equal(("+77011234567", "Ваш \"код\": {to}\n493817", message.Id.ToString("N")), ((string)body["phone"]!, (string)body["message"]!, (string)body["ref"]!));
        // A number that the gateway refuses is not tried again.
        gateway.Says(400);
        await Send(host, message with { Id = Ids.New() });
        await Rounds(host);
        host.Clock.Advance(TimeSpan.FromHours(2));
        await Rounds(host);
        Assert.Equal(3, gateway.Calls.Count);
        Assert.DoesNotContain(host.Log.Kept, l => l.Contains("7701", StringComparison.Ordinal) || l.Contains("493817", StringComparison.Ordinal) || l.Contains("s3cret", StringComparison.Ordinal));
        await host.AuditHolds();
    }

    [Fact]
    public async Task A_gateway_of_Twilio_s_shape_gets_a_form_with_its_own_names()
    {
        await using var gateway = await HookReceiver.Start();
        var place = new Uri(gateway.Address).Authority;
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite, ("FAIRGROUND_SMS", $"twilio+http://AC123:t%3Aken@{place}?from=%2B15005550006"));
        gateway.Says(201);
        await Send(host, Plain.Message(Ids.New(), "+77011234567", ContactChannel.Sms, "Hello", "A & B", null));
        await Rounds(host);
        var call = gateway.Calls.Single();
        Assert.Equal(("/2010-04-01/Accounts/AC123/Messages.json", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("AC123:t:ken"))}"), (call.Path, call.Headers.Authorization.ToString()));
        Assert.Equal("To=%2B77011234567&From=%2B15005550006&Body=A%20%26%20B", call.Text);
    }

    [Theory]
    [InlineData("https://gateway.example/send", "no marks")]
    [InlineData("twilio://AC123@api.twilio.com", "")]
    [InlineData("gateway", "{to}{text}")]
    public void A_gateway_is_named_fully_or_the_start_is_refused(string setting, string body)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("FAIRGROUND_SMS", (string?)setting), KeyValuePair.Create("FAIRGROUND_SMS_BODY", (string?)body)]).Build();
        Assert.Contains("FAIRGROUND_SMS cannot be used", Assert.Throws<SettingException>(() => SmsSettings.Read(configuration)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_pages_hear_at_once_how_many_messages_are_unread()
    {
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite, ("FAIRGROUND_DEV_INBOX", "1"));
        var me = Ids.New();
        using var mine = host.As(me);
        await using var stream = await mine.GetStreamAsync("/api/v1/me/messages/live", Ct);
        using var lines = new StreamReader(stream);
        Assert.Equal("""{"unread":0}""", await Next(lines));
        var message = Mail(me, MessageKind.Draws, "Hello.");
        await Send(host, message);
        Assert.Equal("""{"unread":1}""", await Next(lines));
        await mine.PostAsync($"/api/v1/me/messages/{message.Id}/read", null, Ct);
        Assert.Equal("""{"unread":0}""", await Next(lines));
    }

    private static async Task<string> Next(StreamReader lines)
    {
        while (await lines.ReadLineAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Ct) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return line[6..];
        }
        return "the stream ended";
    }

    private static Message Mail(Guid? to, MessageKind kind, string text) => Plain.Message(Ids.New(), "a@example.com", ContactChannel.Email, "Hello", text, to, kind: kind);

    private static Task Send(NotificationsHost host, params Message[] messages) => host.Services.GetRequiredService<IMessages>().Send(messages, Ct);

    private static async Task Rounds(NotificationsHost host)
    {
        while (await host.Round()) { }
    }

    private static async Task<string> Code(HttpResponseMessage response) => (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!["code"]!;
}
