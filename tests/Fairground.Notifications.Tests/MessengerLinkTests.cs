using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Notifications.ReachMessengers;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>How a chat becomes a person's and stops being it, over HTTP and against a stand-in of the Bot API.</summary>
[Requirement("D-27")]
public sealed class MessengerLinkTests
{
    private const long Chat = 7_000_000_001;
    private const string Linked = "The messages of Fairground come to this chat now. Write /stop to end that, or choose what comes here: https://fair.example/messages/settings";
    private const string Wrong = "This link of Fairground was used already or is older than ten minutes. Make a new one here: https://fair.example/messages/settings";
    private const string Nobodys = "No messages of Fairground come to this chat. Link it here: https://fair.example/messages/settings";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_code_links_one_chat_once_and_a_wrong_used_replaced_or_old_one_links_none(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var me = Ids.New();
        using var mine = host.As(me);
        using var outside = host.Anonymous();
        Assert.Equal((true, false), await State(mine));
        var made = JsonNode.Parse(await (await mine.PostAsync("/api/v1/me/messenger/links", null, Ct)).Content.ReadAsStringAsync(Ct))!;
        Assert.StartsWith("https://t.me/market_bot?start=", (string)made["address"]!, StringComparison.Ordinal);
        Assert.Equal(host.Clock.GetUtcNow().AddMinutes(10), (DateTimeOffset)made["endsAt"]!);
        var replaced = CodeOf((string)made["address"]!);
        Assert.Equal(22, replaced.Length);
        var code = await Code(mine);

        foreach (var not in new[] { "made-up", replaced, code[..^1] + (code[^1] == 'A' ? 'Q' : 'A') }) Assert.Equal(Wrong, await bot.Write(outside, Chat, $"/start {not}"));
        Assert.Equal((true, false), await State(mine));
        host.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(Linked, await bot.Write(outside, Chat, $"/start {code}"));
        Assert.Equal((true, true), await State(mine));
        // The messenger tells of the same start twice where it did not hear our answer; another chat is not let in by it.
        Assert.Equal(Linked, await bot.Write(outside, Chat, $"/start@market_bot {code}"));
        Assert.Equal(Wrong, await bot.Write(outside, Chat + 1, $"/start {code}"));
        Assert.Equal(Nobodys, await bot.Write(outside, Chat + 1, "/start"));

        using var other = host.As(Ids.New());
        var old = await Code(other);
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(Wrong, await bot.Write(outside, Chat + 1, $"/start {old}"));
        Assert.Equal((true, false), await State(other));
        // Neither a code nor a chat's number stands in the log.
        Assert.DoesNotContain(host.Log.Kept, l => l.Contains(code, StringComparison.Ordinal) || l.Contains("7000000001", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Whoever_does_not_know_the_secret_links_nothing(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        using var mine = host.As(Ids.New());
        using var outside = host.Anonymous();
        var code = await Code(mine);
        foreach (var forged in new[] { null, "", "a-secret-of-the-webhooK", BotServer.Secret + "s", BotServer.Secret[..^1] })
        {
            using var answer = await BotServer.Deliver(outside, bot.Update(Chat, $"/start {code}"), forged);
            Assert.Equal((HttpStatusCode.Unauthorized, "message.messenger_secret"), (answer.StatusCode, await RefusalOf(answer)));
        }
        Assert.Equal((true, false), await State(mine));
        // A group reads along, and what is no update is left; neither is sent again and again.
        Assert.Null(await bot.Write(outside, -Chat, $"/start {code}", "group"));
        foreach (var odd in new[] { "{}", "[]", """{"message":{"chat":{"id":"x","type":"private"}}}""", """{"edited_message":{"text":"/start"}}""" })
        {
            using var answer = await BotServer.Deliver(outside, JsonNode.Parse(odd)!, BotServer.Secret);
            Assert.Equal((HttpStatusCode.OK, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct)));
        }
        Assert.Equal((true, false), await State(mine));
        Assert.Equal(Linked, await bot.Write(outside, Chat, $"/start {code}"));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_chat_is_of_whoever_linked_it_last_and_the_one_before_is_told(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var (first, second) = (host.Neighbours.Shop("A").Owner, host.Neighbours.Shop("B").Owner);
        using var one = host.As(first);
        using var two = host.As(second);
        using var outside = host.Anonymous();
        Assert.Equal(Linked, await bot.Write(outside, Chat, $"/start {await Code(one)}"));
        Assert.Equal(Linked, await bot.Write(outside, Chat, $"/start {await Code(two)}"));
        Assert.Equal(((true, false), (true, true)), (await State(one), await State(two)));
        Assert.Contains("Nothing comes to your messenger any more", await one.GetStringAsync("/api/v1/me/messages", Ct), StringComparison.Ordinal);
        // Another chat of the same person takes the place of the one before.
        Assert.Equal(Linked, await bot.Write(outside, Chat + 1, $"/start {await Code(two)}"));
        Assert.Equal(Nobodys, await bot.Write(outside, Chat, "hello"));
        Assert.Equal(Linked, await bot.Write(outside, Chat + 1, "hello"));
        Assert.DoesNotContain("Nothing comes", await two.GetStringAsync("/api/v1/me/messages", Ct), StringComparison.Ordinal);
        await using var scope = host.Services.CreateAsyncScope();
        Assert.Equal([(second, Chat + 1)], (await scope.ServiceProvider.GetRequiredService<NotificationsContext>().Messengers.ToListAsync(Ct)).Select(c => (c.UserId, c.ChatId)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_page_the_call_and_stop_in_the_chat_each_end_it(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var me = host.Neighbours.Shop("A").Owner;
        host.Neighbours.People[me] = host.Neighbours.People[me] with { Language = "ru" };
        using var mine = host.As(me);
        using var outside = host.Anonymous();
        // In the person's language; before that in the messenger's.
        Assert.StartsWith("Сообщения рынка Fairground в этот чат не приходят.", await bot.Write(outside, Chat, "/stop", language: "ru-RU"), StringComparison.Ordinal);
        Assert.StartsWith("Теперь сообщения рынка Fairground приходят в этот чат.", await bot.Write(outside, Chat, $"/start {await Code(mine)}"), StringComparison.Ordinal);
        Assert.StartsWith("Сообщения рынка Fairground в этот чат не приходят.", await bot.Write(outside, Chat, "/stop"), StringComparison.Ordinal);
        Assert.Equal((true, false), await State(mine));

        var code = await Code(mine);
        foreach (var _ in new[] { 1, 2 }) Assert.Equal(HttpStatusCode.NoContent, (await mine.DeleteAsync("/api/v1/me/messenger", Ct)).StatusCode);
        Assert.StartsWith("Эта ссылка рынка Fairground уже использована", await bot.Write(outside, Chat, $"/start {code}", language: "ru"), StringComparison.Ordinal);

        var page = await Post(mine, "messenger-link");
        var address = System.Text.RegularExpressions.Regex.Match(page, "href=\"(https://t.me/market_bot[^\"]+)\"").Groups[1].Value;
        Assert.Contains("<img class=\"qr\" src=\"data:image/png;base64,", page, StringComparison.Ordinal);
        Assert.StartsWith("Теперь", await bot.Write(outside, Chat, $"/start {CodeOf(address)}"), StringComparison.Ordinal);
        var linked = await mine.GetStringAsync("/messages/settings", Ct);
        Assert.Contains("Messages come to your chat in Telegram", linked, StringComparison.Ordinal);
        Assert.Contains("value=\"draws:messenger\"", linked, StringComparison.Ordinal);
        await Post(mine, "messenger-unlink");
        Assert.Equal((true, false), await State(mine));
    }

    [Fact]
    public async Task Without_a_bot_there_is_no_such_way()
    {
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite);
        using var mine = host.As(Ids.New());
        using var outside = host.Anonymous();
        Assert.Equal((false, false), await State(mine));
        Assert.Equal("message.messenger_off", await RefusalOf(await mine.PostAsync("/api/v1/me/messenger/links", null, Ct)));
        using var hook = await BotServer.Deliver(outside, new JsonObject(), BotServer.Secret);
        Assert.Equal((HttpStatusCode.NotFound, "message.messenger_off"), (hook.StatusCode, await RefusalOf(hook)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await outside.GetAsync("/api/v1/me/messenger", Ct)).StatusCode);
        var page = await mine.GetStringAsync("/messages/settings", Ct);
        Assert.DoesNotContain("essenger", page, StringComparison.Ordinal);
        // What was chosen for it elsewhere stays where the page does not ask.
        await mine.PutAsJsonAsync("/api/v1/me/message-choices", new { off = new[] { "wins:messenger" } }, Ct);
        await Post(mine, "choices", ("on", "wins:email"));
        var off = JsonNode.Parse(await mine.GetStringAsync("/api/v1/me/message-choices", Ct))!["off"]!.AsArray().Select(o => (string)o!);
        Assert.Equal(["draws:email", "draws:push", "draws:sms", "wins:messenger", "wins:push", "wins:sms"], off);
    }

    [Theory]
    [InlineData("TOKEN", "", "TOKEN")]
    [InlineData("TOKEN", "no token", "TOKEN")]
    [InlineData("BOT", "", "BOT")]
    [InlineData("SECRET", "too-short", "SECRET")]
    [InlineData("URL", "ftp://bots.example", "URL")]
    public void A_bot_is_named_fully_or_the_start_is_refused_without_telling_a_secret(string setting, string value, string named)
    {
        var settings = new Dictionary<string, string?> { ["FAIRGROUND_TELEGRAM_TOKEN"] = BotServer.Token, ["FAIRGROUND_TELEGRAM_BOT"] = BotServer.Name, ["FAIRGROUND_TELEGRAM_SECRET"] = BotServer.Secret, [$"FAIRGROUND_TELEGRAM_{setting}"] = value };
        var error = Assert.Throws<SettingException>(() => TelegramSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        Assert.StartsWith($"FAIRGROUND_TELEGRAM_{named} cannot be used: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("stand_in", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_of_the_settings_has_no_secret_in_it()
    {
        var settings = new TelegramSettings(new Uri("https://api.telegram.org"), BotServer.Token, BotServer.Name, BotServer.Secret);
        Assert.Equal("market_bot", $"{settings}");
        Assert.Equal($"https://api.telegram.org/bot{BotServer.Token}/sendMessage", settings.Method("sendMessage").AbsoluteUri);
    }

    private static string CodeOf(string address) => address[(address.IndexOf("start=", StringComparison.Ordinal) + "start=".Length)..];

    private static async Task<string> Code(HttpClient person) =>
        CodeOf((string)JsonNode.Parse(await (await person.PostAsync("/api/v1/me/messenger/links", null, Ct)).EnsureSuccessStatusCode().Content.ReadAsStringAsync(Ct))!["address"]!);

    private static async Task<(bool Available, bool Linked)> State(HttpClient person)
    {
        var state = await person.GetFromJsonAsync<JsonElement>("/api/v1/me/messenger", Ct);
        return (state.GetProperty("available").GetBoolean(), state.GetProperty("linked").GetBoolean());
    }

    private static async Task<string> Post(HttpClient person, string form, params (string Name, string Value)[] fields)
    {
        var page = await person.GetStringAsync("/messages/settings", Ct);
        var token = System.Text.RegularExpressions.Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("_handler", form), KeyValuePair.Create("__RequestVerificationToken", token), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]);
        using var answer = await person.PostAsync("/messages/settings", content, Ct);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Found, $"the form {form} got {(int)answer.StatusCode}");
        return await answer.Content.ReadAsStringAsync(Ct);
    }

    private static async Task<string> RefusalOf(HttpResponseMessage response) => (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!["code"]!;
}
