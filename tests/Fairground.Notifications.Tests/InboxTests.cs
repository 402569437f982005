using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>The development inbox, and messages on a person's page.</summary>
[Requirement("C-26")]
public sealed class InboxTests
{
    private static readonly (string, string) Dev = ("FAIRGROUND_DEV_INBOX", "1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Two_thousand_codes_sent_at_once_are_all_readable_at_once(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind, Dev);
        var messages = host.Services.GetRequiredService<IMessages>();
        var started = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => Task.Run(() => messages.Send([Code($"buyer{i}@example.com", $"{100_000 + i}")], Ct), Ct)));
        TestContext.Current.TestOutputHelper?.WriteLine($"2,000 messages on {kind}: {started.ElapsedMilliseconds} ms");
        using var http = host.Anonymous();
        for (var i = 0; i < 2_000; i += 97)
        {
            var found = Assert.Single((await Inbox(http, $"buyer{i}@example.com")).EnumerateArray());
            Assert.Equal($"{100_000 + i}", found.GetProperty("code").GetString());
            Assert.Contains($"{100_000 + i}", found.GetProperty("text").GetString(), StringComparison.Ordinal);
        }
        Assert.Equal(100, (await Inbox(http, null)).GetArrayLength());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task One_message_that_cannot_be_stored_does_not_take_others_with_it(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind, Dev);
        var messages = host.Services.GetRequiredService<IMessages>();
        var good = Enumerable.Range(0, 50).Select(i => messages.Send([Code($"g{i}@example.com", "1")], Ct)).ToList();
        var bad = messages.Send([Code("bad@example.com", "1") with { Words = new Wording("no.such_template") }], Ct);
        good.AddRange(Enumerable.Range(50, 50).Select(i => messages.Send([Code($"g{i}@example.com", "1")], Ct)));
        await Task.WhenAll(good);
        await Assert.ThrowsAnyAsync<Exception>(() => bad);
        using var http = host.Anonymous();
        Assert.Equal(100, (await Inbox(http, null)).GetArrayLength());
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_contact_is_found_however_it_is_written_and_the_newest_comes_first(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind, Dev);
        var messages = host.Services.GetRequiredService<IMessages>();
        await messages.Send([Code("Dana@Example.com", "1")], Ct);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await messages.Send([Code("dana@example.com", "2"), Plain.Message(Ids.New(), "+77015550123", ContactChannel.Sms, "Code", "3", null, "3")], Ct);
        using var http = host.Anonymous();
        Assert.Equal(["2", "1"], (await Inbox(http, "DANA@example.COM")).EnumerateArray().Select(m => m.GetProperty("code").GetString()));
        foreach (var written in new[] { "+77015550123", "77015550123", "+7 701 555 01 23", "7 (701) 555-01-23", "8 701 555 01 23" })
        {
            var found = Assert.Single((await Inbox(http, written)).EnumerateArray());
            Assert.Equal(("sms", "+77015550123"), (found.GetProperty("channel").GetString(), found.GetProperty("to").GetString()));
        }
        Assert.Equal(0, (await Inbox(http, "nobody@example.com")).GetArrayLength());
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_browser_gets_a_page_that_says_what_it_is_and_encodes_what_it_shows(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind, Dev);
        await host.Services.GetRequiredService<IMessages>().Send([Plain.Message(Ids.New(), "a@example.com", ContactChannel.Email, "<script>x</script>", "See https://example.com/wins/1 now", null, "493817")], Ct);
        using var http = host.Anonymous();
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        using var response = await http.GetAsync(new Uri("/dev/inbox?to=a@example.com", UriKind.Relative), Ct);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var page = await response.Content.ReadAsStringAsync(Ct);
        Assert.Contains("Development only", page, StringComparison.Ordinal);
        Assert.Contains("493817", page, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.com/wins/1\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>x", page, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_inbox_carries_the_strip_that_every_page_carries(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind, Dev, ("FAIRGROUND_NOTICE", "A demo market with play money."));
        using var http = host.Anonymous();
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var page = await http.GetStringAsync(new Uri("/dev/inbox", UriKind.Relative), Ct);
        Assert.Contains("<div class=\"notice\" role=\"note\"><p class=\"wrap\">A demo market with play money.</p></div>", page, StringComparison.Ordinal);
        await using var real = await NotificationsHost.Start(kind, Dev);
        using var other = real.Anonymous();
        other.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Assert.DoesNotContain("class=\"notice\"", await other.GetStringAsync(new Uri("/dev/inbox", UriKind.Relative), Ct), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_person_reads_own_messages_page_by_page_and_never_a_code(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind, Dev);
        var (me, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var sent = Enumerable.Range(0, 12).Select(i => Plain.Message(Ids.Derive("test", $"{i}"), "a@example.com", ContactChannel.Email, $"S{i}", $"T{i}", me)).ToList();
        // Several of one instant, so that the cursor must tell them apart.
        foreach (var some in sent.Chunk(4))
        {
            await host.Services.GetRequiredService<IMessages>().Send(some, Ct);
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        await host.Services.GetRequiredService<IMessages>().Send([Code("a@example.com", "493817") with { UserId = me }], Ct);
        using var mine = host.As(me);
        using var theirs = host.As(other);

        var (seen, cursor) = (new List<JsonElement>(), "");
        do
        {
            var page = await Get(mine, $"/api/v1/me/messages?limit=5&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        Assert.Equal(12, seen.Count);
        Assert.Equal(sent.Select(m => m.Id).Order(), seen.Select(m => m.GetProperty("messageId").GetGuid()).Order());
        Assert.Equal(seen.Select(m => m.GetProperty("at").GetDateTimeOffset()).OrderDescending(), seen.Select(m => m.GetProperty("at").GetDateTimeOffset()));

        var path = new Uri($"/api/v1/me/messages/{sent[3].Id}/read", UriKind.Relative);
        Assert.Equal(HttpStatusCode.NotFound, (await theirs.PostAsync(path, null, Ct)).StatusCode);
        foreach (var _ in new[] { 1, 2 }) Assert.Equal(HttpStatusCode.NoContent, (await mine.PostAsync(path, null, Ct)).StatusCode);
        var after = await Get(mine, "/api/v1/me/messages?limit=100");
        Assert.Equal(11, after.GetProperty("unread").GetInt32());
        Assert.True(after.GetProperty("items").EnumerateArray().Single(m => m.GetProperty("messageId").GetGuid() == sent[3].Id).GetProperty("read").GetBoolean());
        Assert.Equal(0, (await Get(theirs, "/api/v1/me/messages")).GetProperty("items").GetArrayLength());
        using var page1 = await mine.GetAsync(new Uri("/messages", UriKind.Relative), Ct);
        var html = await page1.Content.ReadAsStringAsync(Ct);
        Assert.Equal(HttpStatusCode.OK, page1.StatusCode);
        Assert.Contains("11 unread", html, StringComparison.Ordinal);
        Assert.DoesNotContain("493817", html, StringComparison.Ordinal);
        await host.AuditHolds();
    }

    private static Message Code(string to, string code) => Plain.Message(Ids.New(), to, ContactChannel.Email, "Your code", $"Your code is {code}.", null, code);

    private static Task<JsonElement> Inbox(HttpClient http, string? to) => Get(http, to is null ? "/dev/inbox" : $"/dev/inbox?to={Uri.EscapeDataString(to)}");

    private static async Task<JsonElement> Get(HttpClient http, string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }
}
