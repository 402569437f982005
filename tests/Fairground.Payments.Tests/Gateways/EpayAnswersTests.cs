using Fairground.Kernel;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Storage;
using Fairground.Payments.PayByEpay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>What a bank may answer about kept cards, good and bad, and what each is taken for. Nothing that is not plain is charged again, or taken for a card.</summary>
public sealed class EpayAnswersTests(EpayAnswersTests.Server server) : IClassFixture<EpayAnswersTests.Server>
{
    private const string Account = "0123456789abcdef0123456789abcdef";

    private static readonly SavingOrder Order = new(Guid.ParseExact(Account, "N"), Currency.Of("KZT"), "http://market.test/back?saved=1", "100000001", "http://market.test/notices");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, "{}", "payment.gateway_refused")]
    [InlineData(200, "not json", "payment.gateway_unavailable")]
    [InlineData(401, """{"code":401,"message":"token is not valid"}""", "payment.gateway_refused")]
    [InlineData(503, "", "payment.gateway_unavailable")]
    [InlineData(404, """{"code":404}""", null)]
    [InlineData(200, "", null)]
    [InlineData(200, "[]", null)]
    [InlineData(200, """[{"ID":"c1","CardMask":"4405...2283","AccountID":"another"}]""", null)]
    [InlineData(200, """[{"CardMask":"4405...2283","AccountID":"0123456789abcdef0123456789abcdef"}]""", null)]
    public async Task A_list_of_cards_that_says_of_none_that_it_is_this_one_keeps_none(int status, string body, string? code)
    {
        await using var bank = await Opens(("/cards", status, body));
        var read = await bank.Gateway.ReadSaving(Order, Ct);
        Assert.Equal(code, read.Refusal?.Code);
        if (code is null) Assert.Equal(new SavedReport(null, null), read.Value);
    }

    [Fact]
    public async Task Of_two_cards_under_an_account_the_later_is_meant_and_its_last_digits_are_all_that_is_kept_of_it()
    {
        await using var bank = await Opens(("/cards", 200, $$"""
            [{"ID":"late","CardMask":"440564...2283","AccountID":"{{Account}}","CreatedDate":"2026-01-14T10:28:22.418199123+06:00"},
             {"ID":"early","CardMask":"4405...3681","AccountID":"{{Account}}","CreatedDate":"2026-01-14T09:28:22.4+06:00"}]
            """));
        Assert.Equal(new SavedReport($"{Account} late", "•••• 2283"), (await bank.Gateway.ReadSaving(Order, Ct)).Value);
    }

    [Theory]
    [InlineData(200, """{"resultCode":"103"}""", "payment.gateway_unavailable")]
    [InlineData(200, """{"resultCode":"107"}""", "payment.gateway_unavailable")]
    [InlineData(200, """{"resultCode":"104"}""", "payment.gateway_refused")]
    [InlineData(200, """{"resultCode":"100","transaction":{"invoiceID":"100000009","statusName":"CHARGE"}}""", "payment.gateway_refused")]
    [InlineData(200, "{}", "payment.gateway_refused")]
    [InlineData(401, """{"code":401}""", "payment.gateway_refused")]
    [InlineData(502, "", "payment.gateway_unavailable")]
    public async Task Where_the_bank_does_not_say_what_it_holds_nothing_is_charged(int status, string body, string code)
    {
        await using var bank = await Opens(("/check-status", status, body), ("/payments/cards/auth", 200, """{"status":"AUTH","code":0}"""));
        var (charged, asked) = await Charge(bank);
        Assert.Equal((code, 0, 0), (charged.Refusal?.Code, asked, bank.Charges));
    }

    [Theory]
    [InlineData("NEW", "100", null)]
    [InlineData("AUTH", "100", null)]
    [InlineData("CHARGE", "100", null)]
    [InlineData("REFUND", "100", null)]
    [InlineData("3D", "100", "3d_secure")]
    [InlineData("REJECT", "101", "Limit exceeded")]
    [InlineData("FAILED", "100", "Limit exceeded")]
    [InlineData("CANCEL", "100", "Limit exceeded")]
    [InlineData("", "101", "Limit exceeded")]
    public async Task What_stands_under_the_number_already_is_the_answer_and_nothing_is_charged(string state, string result, string? reason)
    {
        await using var bank = await Opens(
            ("/check-status", 200, $$$"""{"resultCode":"{{{result}}}","transaction":{"invoiceID":"100000002","statusName":"{{{state}}}","reason":"Limit exceeded","reasonCode":"61"}}"""),
            ("/payments/cards/auth", 200, """{"status":"AUTH","code":0}"""));
        var (charged, asked) = await Charge(bank);
        Assert.Equal((new ChargeAnswer("100000002", reason), 0, 0), (charged.Value, asked, bank.Charges));
    }

    [Theory]
    [InlineData(200, """{"status":"AUTH","code":0,"secure3D":null}""", null, null)]
    [InlineData(200, """{"status":"CHARGE"}""", null, null)]
    [InlineData(200, """{"status":"3D","code":0,"secure3D":{"action":"https://acs.test"}}""", null, "3d_secure")]
    [InlineData(400, """{"code":484,"message":"Insufficient funds"}""", null, "Insufficient funds")]
    [InlineData(200, """{"code":455}""", null, "455")]
    [InlineData(400, """{"code":1267,"message":"Ошибка связи с карточной системой"}""", "payment.gateway_unavailable", null)]
    [InlineData(200, "{}", "payment.gateway_unavailable", null)]
    [InlineData(200, "", "payment.gateway_unavailable", null)]
    [InlineData(200, "not json", "payment.gateway_unavailable", null)]
    [InlineData(401, """{"code":401,"message":"token is not valid"}""", "payment.gateway_unavailable", null)]
    [InlineData(500, """{"code":500}""", "payment.gateway_unavailable", null)]
    public async Task An_answer_to_a_charge_is_taken_for_what_it_plainly_says(int status, string body, string? code, string? reason)
    {
        await using var bank = await Opens(("/check-status", 200, """{"resultCode":"102"}"""), ("/payments/cards/auth", status, body));
        var (charged, asked) = await Charge(bank);
        Assert.Equal((code, 1, 1), (charged.Refusal?.Code, asked, bank.Charges));
        if (code is null) Assert.Equal(new ChargeAnswer("100000002", reason), charged.Value);
    }

    [Fact]
    public async Task A_bank_that_does_not_know_the_card_any_more_has_not_forgotten_it_now()
    {
        await using var bank = await Opens(("/cards", 200, "[]"), ("/card/deactivate", 404, """{"code":404}"""));
        Assert.False((await bank.Gateway.Forget($"{Account} c1", Ct)).Value);
        await using var away = await Opens(("/cards", 200, "[]"), ("/card/deactivate", 503, ""));
        Assert.Equal("payment.gateway_unavailable", (await away.Gateway.Forget($"{Account} c1", Ct)).Refusal?.Code);
        Assert.False((await bank.Gateway.Forget("pm_of_another_company", Ct)).Value);
    }

    [Fact]
    public async Task Where_the_bank_does_not_say_which_cards_it_holds_the_known_one_is_forgotten_all_the_same_and_the_rest_is_not_called_done()
    {
        await using var bank = await Opens(("/cards", 503, ""), ("/card/deactivate/c1", 200, ""));
        Assert.Equal("payment.gateway_unavailable", (await bank.Gateway.Forget($"{Account} c1", Ct)).Refusal?.Code);
        Assert.Equal(["/card/deactivate/c1"], bank.Deactivated);
        await using var two = await Opens(("/cards", 200, $$"""[{"ID":"c2","AccountID":"{{Account}}"},{"ID":"c1","AccountID":"{{Account}}"},{"ID":"c9","AccountID":"another"}]"""), ("/card/deactivate", 200, ""));
        Assert.True((await two.Gateway.Forget($"{Account} c1", Ct)).Value);
        Assert.Equal(["/card/deactivate/c2", "/card/deactivate/c1"], two.Deactivated);
    }

    private Task<Bank> Opens(params (string Path, int Status, string Body)[] answers) => Bank.Opens(server.Secrets, answers);

    private static async Task<(Result<ChargeAnswer> Answer, int Asked)> Charge(Bank bank)
    {
        var asked = 0;
        var payment = new GatewayPayment(Guid.CreateVersion7(), new Money(1_000, Currency.Of("KZT")), DateTimeOffset.UnixEpoch, NoticeUrl: "http://market.test/notices", Reference: "100000002");
        var answer = await bank.Gateway.Charge(
            payment, $"{Account} c1",
            () =>
            {
                asked++;
                return Task.FromResult<Result<bool>>(true);
            },
            Ct);
        return (answer, asked);
    }

    /// <summary>A market's server, for its secrets.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private PaymentsHost? host;

        internal ServerSecrets Secrets => host!.Services.GetRequiredService<ServerSecrets>();

        public async ValueTask InitializeAsync() => host = await PaymentsHost.Start(DatabaseKind.Sqlite);

        public async ValueTask DisposeAsync()
        {
            if (host is not null) await host.DisposeAsync();
        }
    }

    /// <summary>A bank that says what it is told to, over HTTP.</summary>
    private sealed class Bank : IAsyncDisposable
    {
        private readonly WebApplication app;
        private int charges;

        private Bank(WebApplication app) => this.app = app;

        public EpayGateway Gateway { get; private set; } = null!;

        public int Charges => charges;

        public List<string> Deactivated { get; } = [];

        public static async Task<Bank> Opens(ServerSecrets secrets, params (string Path, int Status, string Body)[] answers)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var bank = new Bank(builder.Build());
            bank.app.Run(async http =>
            {
                var path = http.Request.Path.Value!;
                if (path == "/payments/cards/auth") Interlocked.Increment(ref bank.charges);
                if (path.StartsWith("/card/deactivate", StringComparison.Ordinal)) bank.Deactivated.Add(path);
                var (_, status, body) = path == "/oauth2/token" ? ("", 200, """{"access_token":"t"}""") : answers.First(a => path.StartsWith(a.Path, StringComparison.Ordinal));
                http.Response.StatusCode = status;
                await http.Response.WriteAsync(body);
            });
            await bank.app.StartAsync(Ct);
            var at = new Uri($"{bank.app.Urls.First()}/");
            bank.Gateway = new EpayGateway(new EpaySettings(at, at, at, "client", "secret", "terminal"), secrets, NullLogger<EpayGateway>.Instance);
            return bank;
        }

        public async ValueTask DisposeAsync()
        {
            Gateway.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
