using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Notifications.PreviewMessages;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>What operators see of the market's messages, try, and say otherwise.</summary>
[Requirement("C-26")]
public sealed class MessageTextTests
{
    private const string Toy = "/api/v1/message-templates/tests.toy";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_shown_in_a_language_as_it_arrives_by_each_way()
    {
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite);
        using var office = host.As(Ids.New(), isOperator: true);
        var list = await Json(await office.GetAsync("/api/v1/message-templates", Ct));
        Assert.Contains("notifications.digest", list["items"]!.AsArray().Select(i => (string)i!["key"]!));
        // Parts of other messages are no messages.
        Assert.DoesNotContain("notifications.link_lot", list["items"]!.AsArray().Select(i => (string)i!["key"]!));
        Assert.Equal(["en", "ru", "kk", "ko", "zh-Hans"], list["languages"]!.AsArray().Select(l => (string)l!));

        var russian = await Json(await office.GetAsync($"{Toy}?language=ru", Ct));
        var preview = russian["preview"]!;
        Assert.Equal(("Игрушки", "3 игрушки, 24 900,50 KZT, 22 ноября 2026 г., 14:00 UTC"), ((string)preview["subject"]!, (string)preview["sms"]!));
        Assert.Equal(("UCS-2", 54, 1), ((string)preview["smsSize"]!["encoding"]!, (int)preview["smsSize"]!["length"]!, (int)preview["smsSize"]!["segments"]!));
        Assert.Contains("<html lang=\"ru\">", (string)preview["html"]!, StringComparison.Ordinal);
        Assert.Equal(["count 3", "price 24\u202F900,50\u00A0₸", "at 22 ноября 2026 г., 14:00 UTC", "gift yes", "names Bear, Duck"], russian["placeholders"]!.AsArray().Select(p => $"{p!["name"]} {p["sample"]}"));

        using var mail = await office.GetAsync("/office/messages/tests.toy/mail?language=ko", Ct);
        Assert.Equal(("text/html", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"), (mail.Content.Headers.ContentType!.MediaType, mail.Headers.GetValues("Content-Security-Policy").Single()));
        Assert.Contains("<h1>장난감</h1>", await mail.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal((404, "wording.template_unknown"), await Refused(await office.GetAsync("/api/v1/message-templates/tests.nothing", Ct)));
        Assert.Equal((404, "wording.template_unknown"), await Refused(await office.GetAsync("/api/v1/message-templates/notifications.link_lot", Ct)));
        Assert.Equal((422, "wording.language_unknown"), await Refused(await office.GetAsync($"{Toy}?language=de", Ct)));
        // None of it is anybody else's.
        using var other = host.As(Ids.New());
        foreach (var path in new[] { "/api/v1/message-templates", Toy, "/office/messages/tests.toy/mail" }) Assert.Equal((403, "access.forbidden"), await Refused(await other.GetAsync(path, Ct)));
        Assert.Equal((403, "access.forbidden"), await Refused(await other.PostAsJsonAsync($"{Toy}/test", new { language = "en" }, Ct)));
        Assert.Equal((403, "access.forbidden"), await Refused(await other.PutAsJsonAsync($"{Toy}/wording/en", new { subject = "a", text = "b" }, Ct)));
        Assert.Equal((403, "access.forbidden"), await Refused(await other.DeleteAsync($"{Toy}/wording/en", Ct)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_test_goes_to_the_operator_alone(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting));
        var boss = Ids.New();
        using var office = host.As(boss, isOperator: true);
        Assert.Equal((409, "wording.no_contact"), await Refused(await office.PostAsJsonAsync($"{Toy}/test", new { language = "kk" }, Ct)));
        host.Neighbours.People[boss] = new Person(boss, "Boss", "boss@example.com", ContactChannel.Email, "");
        Assert.Equal(HttpStatusCode.Accepted, (await office.PostAsJsonAsync($"{Toy}/test", new { language = "kk" }, Ct)).StatusCode);
        while (await host.Round()) { }
        var mail = Assert.Single(sink.Mails);
        Assert.Equal(("boss@example.com", "Тексеру: Ойыншықтар", "kk"), (mail.To, mail.Mime.Subject, mail.Mime.Body!.Headers["Content-Language"]));
        Assert.Equal("3 ойыншық: Bear, Duck. 24\u202F900,50\u00A0₸, 2026 ж. 22 қараша, 14:00 UTC. Сыйлық.", mail.Body);
        Assert.Equal((422, "wording.language_unknown"), await Refused(await office.PostAsJsonAsync($"{Toy}/test", new { language = "xx" }, Ct)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task An_operator_s_words_are_used_until_the_operator_goes_back_and_what_was_told_stays(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_DEV_INBOX", "1"));
        using var office = host.As(Ids.New(), isOperator: true);
        var (before, changed, after) = (Letter(), Letter(), Letter());
        await Send(host, before);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var words = new { subject = "Our toys", text = "{names}: {count, plural, one {one} other {#}}, {price}, {at}, {gift, select, yes {free} other {paid}}.", sms = "{count} toys" };
        var kept = await Json(await office.PutAsJsonAsync($"{Toy}/wording/en", words, Ct));
        Assert.Equal((true, "Our toys", "Toys"), ((bool)kept["isChanged"]!, (string)kept["words"]!["subject"]!, (string)kept["house"]!["subject"]!));
        await Send(host, changed);
        Assert.Equal((409, "wording.not_changed"), await Refused(await office.PutAsJsonAsync($"{Toy}/wording/en", words, Ct)));
        Assert.Equal("en", (string)(await Json(await office.GetAsync("/api/v1/message-templates", Ct)))["items"]!.AsArray().Single(i => (string)i!["key"]! == "tests.toy")!["changed"]!.AsArray().Single()!);
        // Another language is another wording.
        Assert.False((bool)(await Json(await office.GetAsync($"{Toy}?language=ru", Ct)))["isChanged"]!);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var back = await Json(await office.DeleteAsync($"{Toy}/wording/en", Ct));
        Assert.Equal((false, 2), ((bool)back["isChanged"]!, back["history"]!.AsArray().Count));
        Assert.Equal(["2026-11-22T09:02:00+00:00 ", "2026-11-22T09:01:00+00:00 Our toys"], back["history"]!.AsArray().Select(h => $"{h!["at"]} {h["words"]?["subject"]}"));
        Assert.Equal((409, "wording.not_changed"), await Refused(await office.DeleteAsync($"{Toy}/wording/en", Ct)));
        await Send(host, after);
        using var nobody = host.Anonymous();
        var inbox = JsonNode.Parse(await nobody.GetStringAsync("/dev/inbox?to=a@example.com", Ct))!.AsArray().Select(m => (string)m!["subject"]!);
        Assert.Equal(["Toys", "Our toys", "Toys"], inbox);
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Who_reads_is_written_to_in_their_language_and_zone_and_who_is_not_known_in_that_of_the_market(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_DEV_INBOX", "1"), ("FAIRGROUND_LANGUAGE", "kk"));
        var (reader, other) = (Ids.New(), Ids.New());
        host.Neighbours.People[reader] = new Person(reader, "Ji-woo", "a@example.com", ContactChannel.Email, "") { Language = "ko" };
        using var mine = host.As(reader);
        await mine.PutAsJsonAsync("/api/v1/me/message-choices", new { timeZone = "Asia/Seoul" }, Ct);
        await Send(host, Letter() with { UserId = reader });
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await Send(host, Letter() with { UserId = other });
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await Send(host, Letter() with { Code = "493817" });
        using var nobody = host.Anonymous();
        var inbox = JsonNode.Parse(await nobody.GetStringAsync("/dev/inbox?to=a@example.com", Ct))!.AsArray();
        Assert.Equal(["kk Ойыншықтар", "kk Ойыншықтар", "ko 장난감"], inbox.Select(m => $"{m!["language"]} {m["subject"]}"));
        Assert.Equal("장난감 1개: Bear. 1\u00A0₸, 1970년 1월 1일 09:00 UTC+9.", (string)inbox[2]!["text"]!);
        Assert.Equal("ko", (string)JsonNode.Parse(await mine.GetStringAsync("/api/v1/me/messages", Ct))!["items"]![0]!["language"]!);
        await host.AuditHolds();
    }

    [Theory]
    [InlineData("en", "", "{names}{count}{price}{at}{gift, select, yes {} other {}}", "x", "wording.length")]
    [InlineData("en", "Toys", "{names}{count}{price}{at}{gift, select, yes {} other {}}", null, "wording.length")]
    [InlineData("en", "Two\nlines", "{names}{count}{price}{at}{gift, select, yes {} other {}}", "x", "wording.length")]
    [InlineData("en", "Toys", "{names", "x", "wording.unreadable")]
    [InlineData("en", "Toys", "{names}{count}{price}{at}", "x", "wording.placeholders")]
    [InlineData("en", "Toys", "{names}{count}{price}{at}{gift, select, yes {} other {}}{more}", "x", "wording.placeholders")]
    [InlineData("en", "Toys", "{names}{count}{price}{at}{gift, select, yes {} other {}}", "{more}", "wording.placeholders")]
    [InlineData("en", "Toys", "{names}{count}{price}{at}{gift}", "x", "wording.placeholders")]
    [InlineData("en", "Toys", "{names}{count}{at}{gift, select, yes {} other {}}{price, plural, one {} other {}}", "x", "wording.placeholders")]
    [InlineData("ru", "Toys", "{names}{count, plural, one {} other {}}{price}{at}{gift, select, yes {} other {}}", "x", "wording.plural_forms")]
    public async Task Words_that_would_not_say_the_same_are_refused(string language, string subject, string text, string? sms, string code)
    {
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite);
        using var office = host.As(Ids.New(), isOperator: true);
        Assert.Equal((422, code), await Refused(await office.PutAsJsonAsync($"{Toy}/wording/{language}", new { subject, text, sms }, Ct)));
        host.Neighbours.Unconfirmed = CommonRefusals.ConfirmIdentity;
        Assert.Equal((403, "access.confirm_identity"), await Refused(await office.PutAsJsonAsync($"{Toy}/wording/{language}", new { subject, text, sms }, Ct)));
    }

    [Theory]
    [InlineData("", "GSM-7", 0, 0)]
    [InlineData("Hello @ £ é", "GSM-7", 11, 1)]
    [InlineData("[€]", "GSM-7", 6, 1)]
    [InlineData("Привет", "UCS-2", 6, 1)]
    [InlineData("😀", "UCS-2", 2, 1)]
    public void What_an_SMS_takes_is_told(string text, string encoding, int length, int segments) => Assert.Equal(new SmsSize(encoding, length, segments), SmsSize.Of(text));

    [Theory]
    [InlineData('a', 160, 1)]
    [InlineData('a', 161, 2)]
    [InlineData('a', 306, 2)]
    [InlineData('a', 307, 3)]
    [InlineData('я', 70, 1)]
    [InlineData('я', 71, 2)]
    [InlineData('я', 134, 2)]
    [InlineData('я', 135, 3)]
    // Of two units each, none is parted: 76 a part, not 76 and a half.
    [InlineData('€', 80, 1)]
    [InlineData('€', 152, 2)]
    [InlineData('€', 153, 3)]
    public void A_long_SMS_is_several(char sign, int count, int segments) => Assert.Equal(segments, SmsSize.Of(new string(sign, count)).Segments);

    private static Message Letter() => new(Ids.New(), "a@example.com", ContactChannel.Email, new Wording("tests.toy")
    {
        ["count"] = 1, ["price"] = new Money(100, Currency.Of("KZT")), ["at"] = DateTimeOffset.UnixEpoch, ["gift"] = false, ["names"] = new List<string> { "Bear" },
    });

    private static Task Send(NotificationsHost host, Message message) => host.Services.GetRequiredService<IMessages>().Send([message], Ct);

    private static async Task<JsonNode> Json(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private static async Task<(int, string)> Refused(HttpResponseMessage response) => ((int)response.StatusCode, (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!["code"]!);
}
