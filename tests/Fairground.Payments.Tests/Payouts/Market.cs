using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Statements;
using Fairground.Payments.MakePayouts;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>A market that pays its shops, over HTTP.</summary>
internal sealed class Market : IAsyncDisposable
{
    public const string Iban = "KZ86125KZT5004100100";
    public const string OtherIban = "DE89370400440532013000";

    private Market(PaymentsHost host)
    {
        Host = host;
        Office = host.As(Guid.CreateVersion7(), isOperator: true);
    }

    public PaymentsHost Host { get; }

    public Outside Outside => Host.Services.GetRequiredService<Outside>();

    public HttpClient Office { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<Market> Open(DatabaseKind kind, params (string, string)[] more) => new(await PaymentsHost.Start(
        kind, [("FAIRGROUND_BANK_HOLDER", "Fair Market LLP"), ("FAIRGROUND_BANK_ACCOUNTS", $"KZT={Iban}/HSBKKZKX JPY=GB82WEST12345698765432/BARCGB22 KWD=NO9386011117947 EUR=FR1420041010050500013M02606"), .. more]));

    /// <summary>A shop with an owner; checked and with bank details that hold, unless told otherwise.</summary>
    public async Task<Shop> Shop(string name, bool isChecked = true, string? iban = Iban, string currency = "KZT")
    {
        var shop = new Shop(this, Guid.CreateVersion7(), Guid.CreateVersion7());
        Outside.Known[shop.Id] = new OrganisationInfo(shop.Id, OrganisationKind.Shop, name);
        Outside.Roles[(shop.Id, shop.OwnerId)] = ShopRole.Owner;
        if (isChecked) await Check(shop, "checked");
        if (iban is not null)
        {
            Assert.Equal(HttpStatusCode.Created, (await shop.WritesBankDetails(iban, currency)).Status);
            Host.Clock.Advance(TimeSpan.FromHours(48));
        }
        return shop;
    }

    public async Task<Answer> Check(Shop shop, string? state, string? reason = null) => await Send(Office, HttpMethod.Put, $"payees/{shop.Id}/check", new { state, reason });

    /// <summary>An operator's run, carried out.</summary>
    public async Task Runs()
    {
        Assert.Equal(HttpStatusCode.Accepted, (await Send(Office, HttpMethod.Post, "payout-runs", null)).Status);
        Assert.True(await RunDue());
    }

    /// <summary>What the worker does at its turn.</summary>
    public async Task<bool> RunDue()
    {
        await using var scope = Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<PayoutRunner>().RunDue(Ct);
    }

    public async Task<List<JsonElement>> Payouts(string query = "") => [.. (await Send(Office, HttpMethod.Get, $"payouts{query}", null)).Body.GetProperty("items").EnumerateArray()];

    public async Task<List<JsonElement>> Files() => [.. (await Send(Office, HttpMethod.Get, "payout-files", null)).Body.GetProperty("items").EnumerateArray()];

    public async Task<byte[]> Takes(Guid file) => await Office.GetByteArrayAsync(new Uri($"/api/v1/payout-files/{file}/content", UriKind.Relative), Ct);

    public async Task<(long Balance, long Held)> In(AccountRef account) => await Host.Services.GetRequiredService<LedgerReader>().BalanceOf(account, Ct);

    public async Task<long> Payable(Shop shop, string currency = "KZT") => (await In(SharedAccounts.PayableTo(shop.Id, currency))).Balance;

    public async Task<long> Transit(Shop shop, string currency = "KZT") => (await In(PayoutPostings.TransitOf(shop.Id, currency))).Balance;

    public async Task<long> Debt(Shop shop, string currency = "KZT") => -(await In(PayoutPostings.DebtOf(shop.Id, currency))).Balance;

    /// <summary>Every self-audit holds.</summary>
    public Task AuditHolds() => Host.AuditHolds();

    public async Task Submit(IHotCommand command) => Assert.Null((await Host.Services.GetRequiredService<GroupCommitter>().Submit<Moved>(command)).Refusal);

    public static async Task<Answer> Send(HttpClient client, HttpMethod method, string path, object? body, string? key = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}");
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await client.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        var json = text.Length > 0 && text[0] == '{' ? JsonDocument.Parse(text).RootElement.Clone() : default;
        return new Answer(response.StatusCode, json, response.Headers.Contains("Idempotency-Replayed"));
    }

    public async ValueTask DisposeAsync()
    {
        Office.Dispose();
        await Host.DisposeAsync();
    }
}

/// <summary>A shop and its owner.</summary>
internal sealed class Shop(Market market, Guid id, Guid owner)
{
    public Guid Id => id;

    public Guid OwnerId => owner;

    public HttpClient Owner { get; } = market.Host.As(owner);

    public Task<Answer> WritesBankDetails(string account, string currency = "KZT", string holder = "Kettles and Co", string? bank = "HSBKKZKX", HttpClient? by = null) =>
        Market.Send(by ?? Owner, HttpMethod.Post, $"organisations/{id}/bank-details", new { currency, holder, account, bank });

    public Task<Answer> Look(HttpClient? by = null) => Market.Send(by ?? Owner, HttpMethod.Get, $"organisations/{id}/payable", null);

    public Task<Answer> Terms(string schedule, long minimum, string currency = "KZT") =>
        Market.Send(Owner, HttpMethod.Put, $"organisations/{id}/payout-terms", new { schedule, minimum = new { amount = minimum.ToString(CultureInfo.InvariantCulture), currency } });

    public Task<Answer> AsksPayout(string currency = "KZT", string? key = null) => Market.Send(Owner, HttpMethod.Post, $"organisations/{id}/payouts", new { currency }, key ?? Guid.CreateVersion7().ToString());

    public Task Sells(long minor, string currency = "KZT") => market.Submit(new Sell(CommandKey.System("tests.sold", Guid.CreateVersion7().ToString()), id, new Money(minor, Currency.Of(currency))));

    public Task SetsAside(long minor, string currency = "KZT") => market.Submit(new SetAside(CommandKey.System("tests.aside", Guid.CreateVersion7().ToString()), Guid.CreateVersion7(), id, new Money(minor, Currency.Of(currency))));
}
