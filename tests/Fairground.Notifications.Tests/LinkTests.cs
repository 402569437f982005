using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>A link in a message can be followed from the mail program of whoever gets it.</summary>
[Requirement("C-26")]
public sealed class LinkTests
{
    private const string Text = "You won. Open your wins at /me/wins, or the lot (/lots/1). Half 1/2, //x and / stay. See https://other.example/a.";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_mail_carries_the_address_that_the_operator_set(DatabaseKind kind)
    {
        await using var sink = new SmtpSink();
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_SMTP", sink.Setting), ("FAIRGROUND_PUBLIC_URL", "https://market.example.com/fair/"));
        var me = Guid.CreateVersion7();
        await host.Services.GetRequiredService<IMessages>().Send([Plain.Message(Ids.New(), "a@example.com", ContactChannel.Email, "You won", Text, me)], Ct);
        await host.Round();
        Assert.Equal(
            "You won. Open your wins at https://market.example.com/fair/me/wins, or the lot (https://market.example.com/fair/lots/1). Half 1/2, //x and / stay. See https://other.example/a.",
            Assert.Single(sink.Mails).Body.ReplaceLineEndings("\n").Trim());
        // On the person's own page the link stays inside the market.
        using var mine = host.As(me);
        Assert.Contains("href=\"/me/wins\"", await mine.GetStringAsync(new Uri("/messages", UriKind.Relative), Ct), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Without_the_setting_the_request_says_it_and_else_the_listening_address(DatabaseKind kind)
    {
        await using var host = await NotificationsHost.Start(kind, ("FAIRGROUND_DEV_INBOX", "1"), ("FAIRGROUND_PUBLIC_URL", ""));
        await host.Services.GetRequiredService<IMessages>().Send([Plain.Message(Ids.New(), "a@example.com", ContactChannel.Email, "You won", Text)], Ct);
        using var http = host.Anonymous();
        http.DefaultRequestHeaders.Host = "fair.test:8080";
        var inbox = JsonDocument.Parse(await http.GetStringAsync(new Uri("/dev/inbox", UriKind.Relative), Ct));
        Assert.Contains("http://fair.test:8080/me/wins,", inbox.RootElement[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(http.BaseAddress!.ToString().TrimEnd('/'), host.Services.GetRequiredService<PublicAddress>().Of());
    }

    [Fact]
    public async Task A_market_in_production_does_not_start_sending_mail_without_its_address()
    {
        await using var sink = new SmtpSink();
        var refused = await Assert.ThrowsAsync<SettingException>(() => NotificationsHost.Start(DatabaseKind.Sqlite, ("FAIRGROUND_SMTP", sink.Setting), ("FAIRGROUND_PUBLIC_URL", "")));
        Assert.Contains("FAIRGROUND_PUBLIC_URL", refused.Message, StringComparison.Ordinal);
        // Where nothing leaves the machine, or it is no production, nothing is asked.
        await using var inbox = await NotificationsHost.Start(DatabaseKind.Sqlite, ("FAIRGROUND_SMTP", sink.Setting), ("FAIRGROUND_DEV_INBOX", "1"), ("FAIRGROUND_PUBLIC_URL", ""));
        await using var none = await NotificationsHost.Start(DatabaseKind.Sqlite, ("FAIRGROUND_PUBLIC_URL", ""));
        await using var development = await NotificationsHost.Start(DatabaseKind.Sqlite, ("FAIRGROUND_SMTP", sink.Setting), ("FAIRGROUND_PUBLIC_URL", ""), ("ENVIRONMENT", "Development"));
    }

    [Theory]
    [InlineData("market.example.com")]
    [InlineData("ftp://market.example.com")]
    [InlineData("https://market.example.com/?a=b")]
    [InlineData("https://user:secret@market.example.com")]
    [InlineData("/lots")]
    public void What_is_no_address_is_refused_by_name_and_not_repeated(string setting)
    {
        var refused = Assert.Throws<SettingException>(() => PublicAddress.Parse(setting));
        Assert.Contains("FAIRGROUND_PUBLIC_URL cannot be used", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080", "http://localhost:8080")]
    [InlineData("http://[::]:8080/", "http://localhost:8080")]
    [InlineData("https://*", "https://localhost")]
    [InlineData("http://10.0.0.5:80", "http://10.0.0.5:80")]
    public void Any_address_is_said_as_one_that_can_be_typed(string listening, string said)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("urls", (string?)listening)]).Build();
        Assert.Equal(said, new PublicAddress(configuration, new ServiceCollection().BuildServiceProvider()).Of());
    }

    [Fact]
    public void The_setting_wins_over_the_name_that_a_request_carries()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(PublicAddress.Setting, (string?)"https://market.example.com")]).Build();
        var http = new DefaultHttpContext();
        (http.Request.Scheme, http.Request.Host) = ("http", new HostString("evil.example"));
        Assert.Equal("https://market.example.com", new PublicAddress(configuration, new ServiceCollection().BuildServiceProvider()).Of(http));
    }
}
