using System.Globalization;
using System.Net;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Payments.Tests;

/// <summary>What a wallet shows.</summary>
[Requirement("C-14")]
public sealed class StatementTests
{
    private static readonly (string, string) Demo = ("FAIRGROUND_DEMO_GATEWAY", "1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Pages_of_a_statement_have_each_line_once_newest_first(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        using var other = new Buyer(host);
        for (var i = 1; i <= 23; i++) await buyer.HasToppedUp(i);
        await other.HasToppedUp(1_000);
        await buyer.HasToppedUp(77, "EUR");

        var (seen, pages, cursor) = (new List<JsonElement>(), 0, "");
        do
        {
            var page = (await buyer.Gets($"me/wallet/transfers?limit=5&cursor={cursor}")).Body;
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            pages++;
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            // What comes in meanwhile is newer and does not shift the pages.
            if (pages == 2) await buyer.HasToppedUp(1_000_000);
        }
        while (cursor is not null);

        Assert.Equal(5, pages);
        Assert.Equal(Enumerable.Range(1, 23).Reverse().Select(i => i.ToString(CultureInfo.InvariantCulture)), seen.Select(l => l.GetProperty("amount").GetProperty("amount").GetString()));
        Assert.Equal(23, seen.Select(l => l.GetProperty("transferId").GetGuid()).Distinct().Count());
        Assert.Equal(23 * 24 / 2 + 1_000_000, await buyer.Balance());
        Assert.Equal("77", Assert.Single(await buyer.Transfers("EUR")).GetProperty("amount").GetProperty("amount").GetString());
        Assert.Equal("payment.currency_unknown", (await buyer.Gets("me/wallet/transfers?currency=XYZ")).Code);
        Assert.Equal("request.cursor_invalid", (await buyer.Gets("me/wallet/transfers?cursor=nonsense")).Code);
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_wallet_says_the_default_currency_first_and_every_other(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var empty = (await buyer.Gets("me/wallet")).Body;
        Assert.Equal(("0", "KZT", 1), (empty.GetProperty("amount").GetString(), empty.GetProperty("currency").GetString(), empty.GetProperty("balances").GetArrayLength()));
        await buyer.HasToppedUp(5, "EUR");
        await buyer.HasToppedUp(9);
        await buyer.HasStartedTopUp(1_000);
        var wallet = (await buyer.Gets("me/wallet")).Body;
        Assert.Equal(["9 KZT", "5 EUR"], wallet.GetProperty("balances").EnumerateArray().Select(b => Text(b.GetProperty("available"))));
        Assert.Equal(("9 KZT", "9 KZT", "0 KZT"), (Text(wallet.GetProperty("balance")), Text(wallet.GetProperty("available")), Text(wallet.GetProperty("held"))));
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_file_has_every_line_of_the_statement(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        for (var i = 1; i <= 3; i++) await buyer.HasToppedUp(i * 150);
        using var response = await buyer.Http.GetAsync(new Uri("/wallet/statement.csv", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(Ct)).TrimEnd().Split("\r\n");
        Assert.Equal(4, lines.Length);
        Assert.EndsWith("at,transfer_id,title,movement,amount,currency,reference,about", lines[0], StringComparison.Ordinal);
        Assert.Equal(["4.50", "3.00", "1.50"], lines[1..].Select(l => l.Split(',')[4]));
        using var nobody = host.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(new Uri("/wallet/statement.csv", UriKind.Relative), Ct)).StatusCode);
        await host.AuditHolds();
    }

    private static string Text(JsonElement money) => $"{money.GetProperty("amount").GetString()} {money.GetProperty("currency").GetString()}";
}
