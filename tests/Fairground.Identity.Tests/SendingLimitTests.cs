using System.Net;
using Fairground.Identity.LimitTries;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-26")]
public sealed class SendingLimitTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Ten_unanswered_codes_shut_a_block_of_numbers_and_no_other(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        await using var node = await host.StartNode();
        for (var i = 0; i < 10; i++) Assert.Null(await Take(i % 2 == 0 ? host : node, $"+7777123400{i}"));
        Assert.Equal("people.codes_capped", (await Take(node, "+77771234011"))?.Code);
        Assert.Null(await Take(host, "+77771235011"));
        Assert.Null(await Take(host, "+821012345678"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Codes_that_are_answered_do_not_count_against_their_neighbours(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind);
        for (var i = 10; i < 25; i++) await host.Registers($"+777712340{i}");
        Assert.Equal(15, host.Messages.All.Count(m => m.Code is not null));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_hundred_unanswered_codes_an_hour_shut_a_dial_code(DatabaseKind kind)
    {
        await using var host = await IdentityHost.Start(kind, ("FAIRGROUND_SMS_BUDGET", "1000"));
        for (var i = 0; i < 200; i++) Assert.Null(await Take(host, $"+7777{100 + i}4321"));
        Assert.Equal("people.codes_capped", (await Take(host, "+77779994321"))?.Code);
        Assert.Null(await Take(host, "+821012345678"));
        host.Clock.Pass(TimeSpan.FromHours(1));
        Assert.Null(await Take(host, "+77779984321"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_day_s_budget_shuts_sms_on_all_nodes_and_leaves_mail_alone(DatabaseKind kind)
    {
        // 0.10 buys two to Kazakhstan at 0.04; a third does not fit.
        await using var host = await IdentityHost.Start(kind, ("FAIRGROUND_SMS_BUDGET", "0.10"), ("FAIRGROUND_SMS_PRICE", "0.05 KZ:0.04"));
        await host.Begins("+77771234567");
        await host.Begins("+77772234567");
        var refused = (await host.Post("registrations", new { contact = "+77773234567", displayName = "A", numberConsent = true })).IsRefused(503, "people.sms_paused");
        Assert.Equal(86_400, refused.Body!["retryAfterSeconds"]!.GetValue<int>());
        (await host.Post("recoveries", new { contact = "+77774234567" })).IsRefused(503, "people.sms_paused");
        await host.Begins("a@example.com");
        Assert.Equal(3, host.Messages.All.Count);
        host.Clock.Pass(TimeSpan.FromDays(1));
        await host.Begins("+77771234567");
    }

    [Fact]
    public async Task Countries_that_are_not_served_are_refused()
    {
        await using var host = await IdentityHost.Start(DatabaseKind.Sqlite, ("FAIRGROUND_SMS_COUNTRIES", "KZ, kr"));
        // Russia shares the dial code of Kazakhstan and is another country.
        foreach (var path in new[] { "registrations", "recoveries", "sessions/codes" })
        {
            (await host.Post(path, new { contact = "+79161234567", displayName = "A", numberConsent = true })).IsRefused(422, "people.sms_country");
            (await host.Post(path, new { contact = "+77771234567", displayName = "A", numberConsent = true })).Is(HttpStatusCode.Accepted);
            (await host.Post(path, new { contact = "+821012345678", displayName = "A", numberConsent = true })).Is(HttpStatusCode.Accepted);
        }
        Assert.Equal(6, host.Messages.All.Count);
    }

    [Theory]
    [InlineData("FAIRGROUND_SMS_COUNTRIES", "Kazakhstan")]
    [InlineData("FAIRGROUND_SMS_BUDGET", "much")]
    [InlineData("FAIRGROUND_SMS_PRICE", "KZ:-1")]
    public void A_setting_that_cannot_be_read_is_named(string name, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(name, (string?)value)]).Build();
        Assert.Contains(name, Assert.Throws<SettingException>(() => SmsSettings.From(configuration)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", "203.0.113.*")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.*")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64", "2001:db8:1::")]
    public void A_household_is_one_client(string address, string network, string place) =>
        Assert.Equal((network, place), (ClientAddress.Network(System.Net.IPAddress.Parse(address)), ClientAddress.Place(System.Net.IPAddress.Parse(address))));

    private static async Task<Refusal?> Take(IdentityHost host, string number)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        await using var transaction = await context.BeginWriteAsync(CancellationToken.None);
        var refusal = await host.Services.GetRequiredService<SendingLimits>().Take(context, new Contact(number, ContactChannel.Sms), null, host.Clock.Now, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return refusal;
    }
}
