using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Notifications.ReachMessengers;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>Messages into chats, against a stand-in of the Bot API: what arrives, what is waited for, what is given up, and what is forgotten. And messages read aloud.</summary>
[Requirement("D-27")]
public sealed class MessengerTests
{
    private const long Chat = 7_000_000_001;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_message_arrives_once_with_the_link_to_it_and_codes_offers_and_what_was_switched_off_do_not(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var me = Ids.New();
        using var mine = host.As(me);
        await Link(host, bot, mine, Chat);
        var won = Words(me, MessageKind.Wins, "Вы выиграли", "See /lots/1 & <b>.\n\u001eKettle\nIt is yours.");
        await Send(host, won);
        await Send(host, won);
        await Send(host, Plain.Message(Ids.New(), "a@example.com", ContactChannel.Email, "Code", "493817", me, "493817"), Words(me, MessageKind.Offers, "Buy", "More."), Words(Ids.New(), MessageKind.Wins, "Somebody else's", "x"));
        await Round(host);
        Assert.Equal([$"Вы выиграли\n\nSee https://fair.example/lots/1 & <b>.\n\nKettle\nIt is yours.\n\nhttps://fair.example/messages#m-{won.Id}"], bot.Chats[Chat]);
        var sent = JsonNode.Parse(bot.Arrived.Single().Text)!.AsObject();
        Assert.Equal(["chat_id", "link_preview_options", "text"], sent.Select(p => p.Key).Order());
        Assert.True((bool)sent["link_preview_options"]!["is_disabled"]!);

        await mine.PutAsJsonAsync("/api/v1/me/message-choices", new { off = new[] { "draws:messenger" }, quietFrom = "08:00", quietUntil = "10:00", timeZone = "UTC" }, Ct);
        await Send(host, Words(me, MessageKind.Draws, "A draw", "x"), Words(me, MessageKind.Wins, "Later", "x"), Words(me, MessageKind.Account, "Now", "x"));
        await Round(host);
        Assert.Equal(["Now"], Titles(bot).Skip(1));
        // Nine in the morning, and quiet until ten.
        host.Clock.Advance(TimeSpan.FromMinutes(60));
        await Round(host);
        Assert.Equal(["Now", "Later"], Titles(bot).Skip(1));

        // What was read on the page meanwhile is not told again; what is too long is cut at a whole sign.
        await mine.PutAsJsonAsync("/api/v1/me/message-choices", new { off = Array.Empty<string>() }, Ct);
        var (read, endless) = (Words(me, MessageKind.Draws, "Read", "x"), Words(me, MessageKind.Draws, "Long", string.Concat(Enumerable.Repeat("🎪", 3_000))));
        await Send(host, read, endless);
        await mine.PostAsync($"/api/v1/me/messages/{read.Id}/read", null, Ct);
        await Round(host);
        var cut = bot.Chats[Chat].Last();
        Assert.Equal((4, true), (bot.Calls, cut.Length is 4095 or 4096));
        Assert.EndsWith($"🎪…\n\nhttps://fair.example/messages#m-{endless.Id}", cut, StringComparison.Ordinal);
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_daily_summary_comes_to_the_chat_in_the_stead_of_what_it_sums_up(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, [("FAIRGROUND_SMTP", sink.Setting), .. bot.Settings]);
        var me = host.Neighbours.Shop("A").Owner;
        using var mine = host.As(me);
        await Link(host, bot, mine, Chat);
        await mine.PutAsJsonAsync("/api/v1/me/message-choices", new { digestAt = "18:00" }, Ct);
        await Send(host, Words(me, MessageKind.Draws, "One", "The first."), Words(me, MessageKind.Draws, "Two", "The second."));
        await Round(host);
        Assert.Empty(bot.Chats[Chat]);
        host.Clock.Advance(TimeSpan.FromHours(9));
        await host.Services.GetRequiredService<SendDigests.DigestWorker>().WriteDue(Ct);
        await Round(host);
        var summary = bot.Chats[Chat].Single();
        Assert.StartsWith("2 messages about your lot", summary, StringComparison.Ordinal);
        Assert.Contains("The first.\nThe second.", summary, StringComparison.Ordinal);
        Assert.EndsWith("\n\nhttps://fair.example/messages", summary, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task When_it_is_too_much_the_messenger_says_how_long_nobody_is_sent_anything(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var (me, other) = (Ids.New(), Ids.New());
        using var mine = host.As(me);
        using var theirs = host.As(other);
        await Link(host, bot, mine, Chat);
        await Link(host, bot, theirs, Chat + 1);
        bot.Throttle = 37;
        await Send(host, Words(me, MessageKind.Draws, "One", "x"));
        await Round(host);
        Assert.Equal(1, bot.Calls);
        bot.Throttle = 0;
        await Send(host, Words(me, MessageKind.Draws, "Two", "x"), Words(other, MessageKind.Draws, "Theirs", "x"));
        host.Clock.Advance(TimeSpan.FromSeconds(36));
        await Round(host);
        Assert.Equal(1, bot.Calls);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await Round(host);
        Assert.Equal(["One", "Two"], Titles(bot).Order());
        Assert.Equal(["Theirs"], Titles(bot, Chat + 1));
        // However often it says so, nothing is given up for it.
        bot.Throttle = 60;
        await Send(host, Words(me, MessageKind.Draws, "Three", "x"));
        for (var i = 0; i < 12; i++)
        {
            await Round(host);
            host.Clock.Advance(TimeSpan.FromSeconds(60));
        }
        bot.Throttle = 0;
        await Round(host);
        Assert.Equal("Three", Titles(bot).Last());
        Silent(host);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Whoever_blocked_the_bot_or_has_no_such_chat_gets_nothing_there_any_more_and_is_told_by_mail(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, [("FAIRGROUND_SMTP", sink.Setting), .. bot.Settings]);
        var (blocks, closes) = (host.Neighbours.Shop("A").Owner, host.Neighbours.Shop("B").Owner);
        using var one = host.As(blocks);
        using var two = host.As(closes);
        await Link(host, bot, one, Chat);
        await Link(host, bot, two, Chat + 1);
        bot.Blocked[Chat] = true;
        bot.Chats.TryRemove(Chat + 1, out _);
        await Send(host, Words(blocks, MessageKind.Wins, "Won", "x"), Words(blocks, MessageKind.Wins, "Won again", "x"), Words(closes, MessageKind.Wins, "Won", "x"));
        await Round(host);
        Assert.Equal(2, bot.Calls);
        Assert.Equal((false, false), (await IsLinked(one), await IsLinked(two)));
        while (await host.Round()) { }
        var told = sink.Mails.Where(m => m.Mime.Subject == "Nothing comes to your messenger any more").ToList();
        Assert.Equal(new[] { blocks, closes }.Select(p => host.Neighbours.People[p].Contact).Order(), told.Select(m => m.Mime.To.Mailboxes.Single().Address).Order());
        Assert.Contains("https://fair.example/messages/settings", told[0].Body, StringComparison.Ordinal);
        Assert.Equal(0, (int)JsonNode.Parse(await Office(host).GetStringAsync("/api/v1/given-up-messages", Ct))!["count"]!);

        // Linked again and blocked again, it is told again.
        bot.Blocked.Clear();
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await Link(host, bot, one, Chat);
        await Send(host, Words(blocks, MessageKind.Wins, "Once more", "x"));
        await Round(host);
        Assert.Equal(["Once more"], Titles(bot));
        bot.Blocked[Chat] = true;
        await Send(host, Words(blocks, MessageKind.Wins, "Lost", "x"));
        await Round(host);
        while (await host.Round()) { }
        Assert.Equal(3, sink.Mails.Count(m => m.Mime.Subject == "Nothing comes to your messenger any more"));
        Silent(host);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task An_outage_is_waited_out_and_what_was_given_up_goes_when_the_operator_says_so(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var me = Ids.New();
        using var mine = host.As(me);
        await Link(host, bot, mine, Chat);
        // A gateway's own 403 and 400 are not the messenger's: nobody is parted from a chat by them.
        await Send(host, Words(me, MessageKind.Draws, "Patient", "x"));
        foreach (var (outage, seconds) in new[] { (502, 30), (403, 60), (400, 120) })
        {
            bot.Outage = outage;
            await Round(host);
            host.Clock.Advance(TimeSpan.FromSeconds(seconds));
        }
        bot.Outage = null;
        await Round(host);
        Assert.Equal((4, "Patient"), (bot.Calls, Titles(bot).Single()));

        bot.Outage = 500;
        var lost = Words(me, MessageKind.Draws, "Lost", "x");
        await Send(host, lost);
        for (var i = 0; i < 12; i++)
        {
            await Round(host);
            host.Clock.Advance(TimeSpan.FromHours(1));
        }
        Assert.Equal(4 + 8, bot.Calls);
        Assert.True(await IsLinked(mine));
        using var office = Office(host);
        var given = JsonNode.Parse(await office.GetStringAsync("/api/v1/given-up-messages", Ct))!["items"]!.AsArray().Single(m => (string)m!["channel"]! == "messenger")!;
        Assert.Equal(($"{lost.Id}", "Lost", 8), ((string)given["messageId"]!, (string)given["subject"]!, (int)given["attempts"]!));
        bot.Outage = null;
        Assert.True((await office.PostAsync($"/api/v1/given-up-messages/{lost.Id}/replay", null, Ct)).IsSuccessStatusCode);
        await Round(host);
        Assert.Equal(["Patient", "Lost"], Titles(bot));
        Assert.Equal(0, (int)JsonNode.Parse(await office.GetStringAsync("/api/v1/given-up-messages", Ct))!["count"]!);
        Silent(host);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_chat_is_among_a_person_s_data_goes_with_the_person_and_stays_with_the_account_that_stays(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var (me, twin, third) = (Ids.New(), Ids.New(), Ids.New());
        foreach (var (person, chat) in new[] { (me, Chat), (twin, Chat + 1), (third, Chat + 2) })
        {
            using var client = host.As(person);
            await Link(host, bot, client, chat);
        }
        async Task<T> Data<T>(Func<IPersonalData, Task<T>> work)
        {
            await using var scope = host.Services.CreateAsyncScope();
            return await work(scope.ServiceProvider.GetServices<IPersonalData>().Single(d => d.Tables.Contains("notifications_messenger")));
        }
        async Task<(Guid, long)[]> Chats()
        {
            await using var scope = host.Services.CreateAsyncScope();
            return [.. (await scope.ServiceProvider.GetRequiredService<NotificationsContext>().Messengers.OrderBy(c => c.ChatId).ToListAsync(Ct)).Select(c => (c.UserId, c.ChatId))];
        }
        var archive = new Archive();
        await Data(async data => { await data.Write([me], archive, Ct); return 0; });
        Assert.Equal($$"""[{"chatId":7000000001,"linkedAt":"2026-11-22T09:00:00+00:00"}]""", archive.Documents["messengers"]);

        await Data(async data => { await data.Join(twin, me, Ct); return 0; });
        Assert.Equal([(me, Chat), (third, Chat + 2)], await Chats());
        var into = Ids.New();
        await Send(host, Words(third, MessageKind.Draws, "Waits", "x"));
        await Data(async data => { await data.Join(third, into, Ct); return 0; });
        Assert.Equal([(me, Chat), (into, Chat + 2)], await Chats());
        await Round(host);
        Assert.Equal(["Waits"], Titles(bot, Chat + 2));

        using var mine = host.As(me);
        await Send(host, Words(me, MessageKind.Draws, "Never sent", "x"));
        await mine.PostAsync("/api/v1/me/messenger/links", null, Ct);
        await Data(async data => { await data.Erase([me], Ct); return 0; });
        await Round(host);
        Assert.Equal([(into, Chat + 2)], await Chats());
        Assert.Empty(bot.Chats[Chat]);
        await using var left = host.Services.CreateAsyncScope();
        var context = left.ServiceProvider.GetRequiredService<NotificationsContext>();
        Assert.Equal((0, 0), (await context.MessengerCodes.CountAsync(Ct), await context.MessengerMessages.CountAsync(Ct)));
    }

    [Fact]
    public async Task Each_message_has_a_button_that_reads_it_aloud_in_its_own_language()
    {
        await using var host = await NotificationsHost.Start(DatabaseKind.Sqlite);
        var me = host.Neighbours.Shop("A").Owner;
        host.Neighbours.People[me] = host.Neighbours.People[me] with { Language = "ru" };
        using var mine = host.As(me);
        await Send(host, Words(me, MessageKind.Wins, "Вы выиграли", "Заберите приз."));
        var page = await mine.GetStringAsync("/messages", Ct);
        var article = page[page.IndexOf("<article", StringComparison.Ordinal)..page.IndexOf("</article>", StringComparison.Ordinal)];
        Assert.Contains("lang=\"ru\"", article, StringComparison.Ordinal);
        Assert.Matches("<button type=\"button\" class=\"button button-quiet\" data-listen(=\"\")? data-stop=\"Stop reading\" hidden(=\"\")?>", article);
        Assert.Matches("<h2 [^>]*data-spoken[^>]*>Вы выиграли</h2>", System.Net.WebUtility.HtmlDecode(article));
        Assert.Matches(@"<div data-spoken[^>]*>[\s\S]*Заберите[\s\S]*</div>", System.Net.WebUtility.HtmlDecode(article));
    }

    internal static Message Words(Guid to, MessageKind kind, string subject, string text) => Plain.Message(Ids.New(), "a@example.com", ContactChannel.Email, subject, text, to, kind: kind);

    internal static async Task Send(NotificationsHost host, params Message[] messages)
    {
        foreach (var message in messages)
        {
            var to = message.UserId is { } id && host.Neighbours.People.TryGetValue(id, out var person) ? person.Contact : message.To;
            await host.Services.GetRequiredService<IMessages>().Send([message with { To = to }], Ct);
        }
    }

    internal static async Task Link(NotificationsHost host, BotServer bot, HttpClient person, long chat)
    {
        using var outside = host.Anonymous();
        var made = await person.PostAsync("/api/v1/me/messenger/links", null, Ct);
        var address = (string)JsonNode.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Ct))!["address"]!;
        await bot.Write(outside, chat, $"/start {address[(address.IndexOf('=', StringComparison.Ordinal) + 1)..]}");
        Assert.True(await IsLinked(person));
    }

    private static async Task<bool> IsLinked(HttpClient person) => (await person.GetFromJsonAsync<JsonElement>("/api/v1/me/messenger", Ct)).GetProperty("linked").GetBoolean();

    internal static async Task Round(NotificationsHost host)
    {
        while (await host.Services.GetRequiredService<MessengerWorker>().SendDue(Ct)) { }
    }

    internal static HttpClient Office(NotificationsHost host) => host.As(Ids.New(), isOperator: true);

    internal static IEnumerable<string> Titles(BotServer bot, long chat = Chat) => bot.Chats[chat].Select(text => text.Split('\n')[0]);

    /// <summary>Something was logged, and neither a chat's number nor the token was.</summary>
    private static void Silent(NotificationsHost host)
    {
        Assert.NotEmpty(host.Log.Kept);
        Assert.DoesNotContain(host.Log.Kept, l => l.Contains("700000000", StringComparison.Ordinal) || l.Contains("stand_in", StringComparison.Ordinal) || l.Contains(BotServer.Secret, StringComparison.Ordinal));
    }

    /// <summary>Keeps the documents of an export as JSON.</summary>
    private sealed class Archive : IDataArchive
    {
        public ConcurrentDictionary<string, string> Documents { get; } = new();

        public async Task Add<T>(string name, string about, IAsyncEnumerable<T> rows, CancellationToken ct) => await Add(name, about, await rows.ToListAsync(ct), ct);

        public Task Add<T>(string name, string about, IEnumerable<T> rows, CancellationToken ct)
        {
            Documents[name] = JsonSerializer.Serialize(rows, JsonSerializerOptions.Web);
            return Task.CompletedTask;
        }
    }
}
