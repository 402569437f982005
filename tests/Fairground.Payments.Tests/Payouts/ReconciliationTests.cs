using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Payments.CloseDay;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>What is not settled stands on a page, and each day is closed with sums that anybody can check (D-08), on both engines.</summary>
[Requirement("D-08")]
public sealed class ReconciliationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_clearing_account_names_the_payments_that_are_not_settled_the_oldest_settled_first(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, ("FAIRGROUND_DEMO_GATEWAY", "1"));
        Assert.Empty(await Open(market));
        using var buyer = new Buyer(market.Host);
        foreach (var minor in new[] { 1_000, 2_000, 4_000 }) await buyer.HasToppedUp(minor);
        var shop = await market.Shop("Kettles");
        await shop.Sells(600);
        await market.Runs();

        var open = await Open(market);
        Assert.Equal(["demo -7000: 4000 2000 1000", "Kettles 600: 600"], open);
        var page = await market.Office.GetStringAsync(new Uri("/office/reconciliation", UriKind.Relative), Ct);
        Assert.Contains("Kettles", page, StringComparison.Ordinal);

        // The gateway pays the first one and half of the second; the payout arrives.
        var payout = Assert.Single(await market.Payouts());
        await market.Office.PostAsync(new Uri("/api/v1/bank-statements", UriKind.Relative), new ByteArrayContent(BankStatementTests.Camt(
            BankStatementTests.Entry("CRDT", "20.00", "G1", "settlement"), BankStatementTests.Entry("DBIT", "6.00", "G2", "", endToEnd: payout.GetProperty("reference").GetString()))), Ct);
        var line = (await Market.Send(market.Office, HttpMethod.Get, "bank-lines", null)).Body.GetProperty("items").EnumerateArray().Single().GetProperty("lineId").GetGuid();
        Assert.Equal(HttpStatusCode.NoContent, (await Market.Send(market.Office, HttpMethod.Post, $"bank-lines/{line}/settlement", new { gateway = "demo" })).Status);
        Assert.Equal(["demo -5000: 4000 1000"], await Open(market));
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_day_is_closed_once_and_its_sums_are_signed_and_chained(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, ("FAIRGROUND_DEMO_GATEWAY", "1"));
        using var buyer = new Buyer(market.Host);
        await buyer.HasToppedUp(1_000);
        // It is the 22nd at nine: the day before is closed first, then nothing until the 22nd is over by a quarter of an hour.
        Assert.Equal(["2026-11-21"], await Close(market));
        market.Host.Clock.Advance(TimeSpan.FromHours(15) + TimeSpan.FromMinutes(14));
        await buyer.HasToppedUp(50);
        Assert.Empty(await Close(market));
        market.Host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["2026-11-22"], await Close(market));
        market.Host.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(["2026-11-23", "2026-11-24"], await Close(market));

        Assert.Equal("""[{"purpose":"payments.gateway_clearing","asset":"KZT","opening":"0","debits":"1000","credits":"0","closing":"-1000"},{"purpose":"payments.wallet","asset":"KZT","opening":"0","debits":"0","credits":"1000","closing":"1000"}]""",
            (await Document(market, "2026-11-22"))["rows"]!.ToJsonString());
        Assert.Equal("""[{"purpose":"payments.gateway_clearing","asset":"KZT","opening":"-1000","debits":"50","credits":"0","closing":"-1050"},{"purpose":"payments.wallet","asset":"KZT","opening":"1000","debits":"0","credits":"50","closing":"1050"}]""",
            (await Document(market, "2026-11-23"))["rows"]!.ToJsonString());
        Assert.Equal("""[{"asset":"KZT","debits":"50","credits":"50","closing":"0"}]""", (await Document(market, "2026-11-23"))["sums"]!.ToJsonString());

        // Anybody with the public key can check it.
        var signed = await market.Office.GetStringAsync(new Uri("/api/v1/daily-closes/2026-11-23/signed", UriKind.Relative), Ct);
        var parts = signed.Split('.');
        Assert.Equal(await market.Office.GetStringAsync(new Uri("/api/v1/daily-closes/2026-11-23", UriKind.Relative), Ct), Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])));
        var key = market.Host.Services.GetRequiredService<SigningKeys>().PublicJwk;
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Base64Url.DecodeFromChars((string)key["x"]!), Y = Base64Url.DecodeFromChars((string)key["y"]!) } });
        Assert.True(ecdsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        var next = await Document(market, "2026-11-24");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(signed))), (string?)next["previous"]);
        Assert.Equal("close.not_found", (await Market.Send(market.Office, HttpMethod.Get, "daily-closes/2026-11-25", null)).Code);
        Assert.Equal("close.not_found", (await Market.Send(market.Office, HttpMethod.Get, "daily-closes/2026-11-25/signed", null)).Code);
        Assert.Contains("Signed", await market.Office.GetStringAsync(new Uri("/office/closes/2026-11-23", UriKind.Relative), Ct), StringComparison.Ordinal);
        using var missing = await market.Office.GetAsync(new Uri("/office/closes/2026-11-25", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        await market.AuditHolds();

        // The database keeps it; where somebody with the file in hand rewrites it, the audit says so.
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Forge(market, "update payments_daily_close set document = '{}'"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Forge(market, "delete from payments_daily_close"));
        await Forge(market, kind == DatabaseKind.Sqlite ? "drop trigger payments_daily_close_no_update" : "drop trigger payments_daily_close_no_update on payments_daily_close");
        await Forge(market, "update payments_daily_close set document = replace(document, '-1000', '-999') where day = '2026-11-22'");
        var audit = market.Host.Services.GetServices<IAuditCheck>().OfType<ClosesAudit>().Single();
        Assert.Equal(["closed days"], (await audit.Run(Ct)).Where(f => !f.Holds).Select(f => f.Check));
    }

    private static async Task<List<string>> Close(Market market)
    {
        var before = (await Days(market)).ToHashSet();
        await using var scope = market.Host.Services.CreateAsyncScope();
        while (await scope.ServiceProvider.GetRequiredService<DayCloser>().CloseNext(Ct))
        {
        }
        return [.. (await Days(market)).Where(d => !before.Contains(d)).Order(StringComparer.Ordinal)];
    }

    private static async Task<List<string>> Days(Market market) => [.. (await Market.Send(market.Office, HttpMethod.Get, "daily-closes", null)).Body.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("day").GetString()!)];

    private static async Task<JsonNode> Document(Market market, string day) => JsonNode.Parse(await market.Office.GetStringAsync(new Uri($"/api/v1/daily-closes/{day}", UriKind.Relative), Ct))!;

    private static async Task<List<string>> Open(Market market) => [.. (await Market.Send(market.Office, HttpMethod.Get, "reconciliation", null)).Body.GetProperty("items").EnumerateArray().Select(a =>
        $"{a.GetProperty("whose").GetString()} {a.GetProperty("balance").GetProperty("amount").GetString()}: {string.Join(' ', a.GetProperty("behind").EnumerateArray().Select(b => b.GetProperty("open").GetProperty("amount").GetString()))}")];

    private static async Task Forge(Market market, string sql)
    {
        await using var connection = await market.Host.Database.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts of the test.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Ct);
    }
}
