using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Notifications.PushToBrowsers;
using Fairground.Notifications.ReachMessengers;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>What goes of messages to chats and browsers as well: with the message or not at all, once, and not for ever.</summary>
[Requirement("D-27"), Requirement("C-26")]
public sealed class MessageCopyTests
{
    private const long Chat = 7_000_000_001;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Where_the_copies_cannot_be_written_the_message_is_not_either_and_comes_whole_the_next_time(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var me = await Reached(host, bot, Chat);
        foreach (var table in new[] { "notifications_messenger_message", "notifications_push" })
        {
            var message = MessengerTests.Words(me, MessageKind.Wins, table, "x");
            await Forbid(host, "insert", table);
            await Assert.ThrowsAnyAsync<Exception>(() => MessengerTests.Send(host, message));
            Assert.Equal((0, 0, 0), await Rows(host, message.Id));
            await Allow(host, table);
            await MessengerTests.Send(host, message);
            Assert.Equal((1, 1, 1), await Rows(host, message.Id));
        }
        await MessengerTests.Round(host);
        Assert.Equal(["notifications_messenger_message", "notifications_push"], MessengerTests.Titles(bot).Order());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Whoever_parts_from_chat_and_browser_in_this_very_moment_loses_these_copies_and_nothing_else(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var (me, other) = (await Reached(host, bot, Chat), await Reached(host, bot, Chat + 1));
        var (mine, theirs) = (MessengerTests.Words(me, MessageKind.Wins, "Mine", "x"), MessengerTests.Words(other, MessageKind.Wins, "Theirs", "x"));
        Task sending;
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
            await using var parting = await context.BeginWriteAsync(Ct);
            await context.Messengers.Where(c => c.UserId == me).ExecuteDeleteAsync(Ct);
            var browser = await context.PushSubscriptions.AsNoTracking().SingleAsync(s => s.UserId == me, Ct);
            // Somebody else signs in there.
            await context.PushSubscriptions.Where(s => s.Id == browser.Id).ExecuteDeleteAsync(Ct);
            context.PushSubscriptions.Add(new PushSubscription { Id = browser.Id, UserId = other, Endpoint = browser.Endpoint, P256dh = browser.P256dh, Auth = browser.Auth, CreatedAt = browser.CreatedAt });
            await context.SaveChangesAsync(Ct);
            sending = host.Services.GetRequiredService<IMessages>().Send([mine, theirs], Ct);
            // What the people have is read, and the writing waits for the parting.
            await Task.Delay(500, Ct);
            Assert.False(sending.IsCompleted);
            await parting.CommitAsync(Ct);
        }
        await sending;
        Assert.Equal(((1, 0, 0), (1, 1, 1)), (await Rows(host, mine.Id), await Rows(host, theirs.Id)));
        await MessengerTests.Round(host);
        Assert.Equal(["Theirs"], MessengerTests.Titles(bot, Chat + 1));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task While_there_is_no_messenger_nothing_is_put_by_for_it(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind);
        var me = host.Neighbours.Shop("A").Owner;
        await using (var scope = host.Services.CreateAsyncScope())
        {
            // Linked when there was one.
            var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
            context.Messengers.Add(new MessengerChat { Id = Ids.New(), UserId = me, ChatId = Chat, CodeHash = new byte[32], LinkedAt = host.Clock.GetUtcNow() });
            await context.SaveChangesAsync(Ct);
        }
        using var mine = host.As(me);
        await mine.PutAsJsonAsync("/api/v1/me/message-choices", new { digestAt = "18:00" }, Ct);
        var (alone, collected) = (MessengerTests.Words(me, MessageKind.Wins, "Won", "x"), MessengerTests.Words(me, MessageKind.Draws, "One", "x"));
        await MessengerTests.Send(host, alone, collected);
        host.Clock.Advance(TimeSpan.FromHours(9));
        await host.Services.GetRequiredService<SendDigests.DigestWorker>().WriteDue(Ct);
        await using var left = host.Services.CreateAsyncScope();
        var after = left.ServiceProvider.GetRequiredService<NotificationsContext>();
        Assert.Equal((3, 0), (await after.Messages.CountAsync(Ct), await after.MessengerMessages.CountAsync(Ct)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_could_not_be_sent_for_a_day_is_given_up_quietly_and_what_the_operator_sends_again_is_not(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var me = await Reached(host, bot, Chat);
        var (given, stale, late) = (MessengerTests.Words(me, MessageKind.Draws, "Given up", "x"), MessengerTests.Words(me, MessageKind.Draws, "Stale", "x"), MessengerTests.Words(me, MessageKind.Draws, "Late", "x"));
        bot.Outage = 500;
        await MessengerTests.Send(host, given);
        for (var i = 0; i < 8; i++)
        {
            await MessengerTests.Round(host);
            host.Clock.Advance(TimeSpan.FromHours(1));
        }
        bot.Outage = null;
        await MessengerTests.Send(host, stale);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await MessengerTests.Send(host, late);
        // The market was away so long.
        host.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(30));
        await MessengerTests.Round(host);
        Assert.Equal(["Late"], MessengerTests.Titles(bot));
        Assert.Equal((1, 0, 1), await Rows(host, stale.Id));
        using var office = MessengerTests.Office(host);
        Assert.Equal([$"{given.Id}"], JsonNode.Parse(await office.GetStringAsync("/api/v1/given-up-messages", Ct))!["items"]!.AsArray().Where(m => (string)m!["channel"]! == "messenger").Select(m => (string)m!["messageId"]!));
        Assert.True((await office.PostAsync($"/api/v1/given-up-messages/{given.Id}/replay", null, Ct)).IsSuccessStatusCode);
        await MessengerTests.Round(host);
        Assert.Equal(["Late", "Given up"], MessengerTests.Titles(bot));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_stop_while_a_message_is_sent_does_not_send_it_twice(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var me = await Reached(host, bot, Chat);
        var (first, second) = (MessengerTests.Words(me, MessageKind.Wins, "First", "x"), MessengerTests.Words(me, MessageKind.Wins, "Second", "x"));
        await MessengerTests.Send(host, first);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await MessengerTests.Send(host, second);
        using var stop = new CancellationTokenSource();
        bot.WhileSending = () => stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Services.GetRequiredService<MessengerWorker>().SendDue(stop.Token));
        // Nothing new is begun.
        Assert.Equal((1, 0, 1), (bot.Calls, (await Rows(host, first.Id)).Chats, (await Rows(host, second.Id)).Chats));
        bot.WhileSending = null;
        await MessengerTests.Round(host);
        Assert.Equal(["First", "Second"], MessengerTests.Titles(bot));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_parting_while_a_message_is_sent_is_no_failure_and_a_database_that_notes_nothing_is_one(DatabaseKind kind)
    {
        await using var bot = await BotServer.Start();
        await using var host = await NotificationsHost.Start(kind, bot.Settings);
        var me = await Reached(host, bot, Chat);
        using var mine = host.As(me);
        await MessengerTests.Send(host, MessengerTests.Words(me, MessageKind.Wins, "Parting", "x"));
        bot.WhileSending = () => mine.DeleteAsync("/api/v1/me/messenger", Ct);
        await MessengerTests.Round(host);
        bot.WhileSending = null;
        Assert.Equal(["Parting"], MessengerTests.Titles(bot));

        await MessengerTests.Link(host, bot, mine, Chat);
        await MessengerTests.Send(host, MessengerTests.Words(me, MessageKind.Wins, "Unnoted", "x"));
        await Forbid(host, "delete", "notifications_messenger_message");
        await Assert.ThrowsAnyAsync<DbUpdateException>(() => host.Services.GetRequiredService<MessengerWorker>().SendDue(Ct));
    }

    // A person with a chat and a browser.
    private static async Task<Guid> Reached(NotificationsHost host, BotServer bot, long chat)
    {
        var person = Ids.New();
        using var client = host.As(person);
        await MessengerTests.Link(host, bot, client, chat);
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        context.PushSubscriptions.Add(new PushSubscription { Id = Ids.New(), UserId = person, Endpoint = $"https://push.example/{person:N}", P256dh = RandomNumberGenerator.GetBytes(65), Auth = new byte[16], CreatedAt = host.Clock.GetUtcNow() });
        await context.SaveChangesAsync(Ct);
        return person;
    }

    // How often a message stands, in all, for chats and for browsers.
    private static async Task<(int Messages, int Chats, int Browsers)> Rows(NotificationsHost host, Guid message)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotificationsContext>();
        return (await context.Messages.CountAsync(m => m.Id == message, Ct), await context.MessengerMessages.CountAsync(m => m.MessageId == message, Ct), await context.Pushes.CountAsync(p => p.MessageId == message, Ct));
    }

    // From now on the database takes no such change of the table, as if the process died at it.
    private static Task Forbid(NotificationsHost host, string change, string table) => Run(host, host.Database.Kind == DatabaseKind.Sqlite
        ? $"create trigger forbidden before {change} on {table} begin select raise(abort, 'forbidden'); end"
        : $"create or replace function forbid() returns trigger language plpgsql as $$ begin raise exception 'forbidden'; end $$; create trigger forbidden before {change} on {table} for each row execute function forbid()");

    private static Task Allow(NotificationsHost host, string table) => Run(host, host.Database.Kind == DatabaseKind.Sqlite ? "drop trigger forbidden" : $"drop trigger forbidden on {table}");

    private static async Task Run(NotificationsHost host, string sql)
    {
        await using var connection = await host.Database.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Ct);
    }
}
