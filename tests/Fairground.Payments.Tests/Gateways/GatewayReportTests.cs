using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Ledger.Statements;
using Fairground.Payments.Tests.Payouts;
using Fairground.Sandbox;
using Fairground.Sandbox.WriteReports;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>What companies report is compared with what is in the ledger, to the last unit, and brings their clearing accounts back to zero (D-08), on both engines.</summary>
[Requirement("D-08")]
public sealed class GatewayReportTests
{
    private const string Head = "id,kind,reference,gross,fee,currency,at,payout\n";

    private static readonly (string, string)[] Accounts = [("FAIRGROUND_BANK_HOLDER", "Fair Market LLP"), ("FAIRGROUND_BANK_ACCOUNTS", $"KZT={Market.Iban}/HSBKKZKX")];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind, string> Companies
    {
        get
        {
            var all = new TheoryData<DatabaseKind, string>();
            foreach (var kind in TestDatabase.Engines)
                foreach (var gateway in new[] { "stripe", "epay" }) all.Add(kind.Data, gateway);
            return all;
        }
    }

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Companies))]
    public async Task A_report_and_the_bank_s_line_bring_the_clearing_account_back_to_zero(DatabaseKind kind, string gateway)
    {
        await using var till = await TillHost.Start(kind, gateway, Accounts);
        using var office = new Buyer(till.Host, isOperator: true);
        using var buyer = new Buyer(till.Host);
        var (first, _) = await till.Pays(buyer, 10_000);
        await till.Pays(buyer, 25_050);
        Assert.Equal(HttpStatusCode.Created, (await buyer.Posts($"payments/{first}/refunds", $$$"""{"amount":{"amount":"4000","currency":"KZT"}}""", Guid.CreateVersion7().ToString())).Status);
        await till.WorkerRuns();
        await till.Sandbox.Notices.Quiet();
        Assert.Equal([-31_050], await Open(office));

        // The bank shows the money before the company's report does: it waits.
        Assert.Equal(0, (await Bank(office, "303.50", "B1", gateway == "epay" ? "АО Народный Банк Казахстана" : "STRIPE")).GetProperty("matched").GetInt32());
        var report = gateway == "epay" ? Reports.Epay(till.Sandbox.Till) : Reports.Stripe(till.Sandbox.Till);
        var taken = await Take(office, report, gateway);
        Assert.Equal((HttpStatusCode.OK, gateway, gateway == "epay" ? 4 : 3, gateway == "epay" ? 4 : 3, 3), Counts(taken));
        // 35,050 taken, 4,000 given back, 701 kept, 30,349 at the bank. The line above says 303.50: a unit too much, and no payout of anybody.
        Assert.Equal([-30_349], await Open(office));
        Assert.Equal(701, await Fees(till));
        Assert.Equal(["payout -30349"], await Lines(office, "waiting"));

        Assert.Equal(1, (await Bank(office, "303.49", "B2", gateway == "epay" ? "АО Народный Банк Казахстана" : "STRIPE")).GetProperty("matched").GetInt32());
        Assert.Empty(await Open(office));
        Assert.Equal((4, 0), ((await Lines(office, "matched")).Count, (await Lines(office, "waiting")).Count));

        // The same file again, and one that has more beside the same lines.
        Assert.Equal((HttpStatusCode.OK, gateway, gateway == "epay" ? 4 : 3, 0, 0), Counts(await Take(office, report, gateway)));
        await till.Pays(buyer, 1_000);
        report = gateway == "epay" ? Reports.Epay(till.Sandbox.Till).Replace("R1;payout", "R2;payout", StringComparison.Ordinal) : Reports.Stripe(till.Sandbox.Till);
        Assert.Equal((gateway == "epay" ? 2 : 1, 1), (Counts(await Take(office, report, gateway)).Fresh, 1));
        Assert.Equal([-980], await Open(office));
        Assert.Equal(721, await Fees(till));

        // What a report has said is not said once more by hand.
        var line = (await office.Gets("bank-lines")).Body.GetProperty("items").EnumerateArray().Single().GetProperty("lineId").GetGuid();
        Assert.Equal("bank.fee_reported", (await office.Posts($"bank-lines/{line}/settlement", $$"""{"gateway":"{{gateway}}","fee":"1"}""", null)).Code);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task PayPal_s_settlement_report_is_read_by_its_sections(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "paypal", [("FAIRGROUND_BANK_HOLDER", "Fair Market LLP"), ("FAIRGROUND_BANK_ACCOUNTS", $"USD={Market.Iban}/HSBKKZKX")]);
        using var office = new Buyer(till.Host, isOperator: true);
        using var buyer = new Buyer(till.Host);
        var (first, _) = await till.Pays(buyer, 10_000);
        await till.Pays(buyer, 5_000);
        Assert.Equal(HttpStatusCode.Created, (await buyer.Posts($"payments/{first}/refunds", """{"amount":{"amount":"2500","currency":"USD"}}""", Guid.CreateVersion7().ToString())).Status);
        await till.WorkerRuns();
        await till.Sandbox.Notices.Quiet();
        var report = Reports.PayPal(till.Sandbox.Till);
        Assert.Equal((HttpStatusCode.OK, "paypal", 4, 4, 3), Counts(await Take(office, report, null)));
        Assert.Equal(["payment 10000 200 payment", "payment 5000 100 payment", "refund -2500 0 refund"], (await Detail(office, "matched")).Order(StringComparer.Ordinal));
        Assert.Equal([-12_200], await Open(office));
        Assert.Equal(1, (await Bank(office, "122.00", "B1", "PayPal Europe", "USD")).GetProperty("matched").GetInt32());
        Assert.Empty(await Open(office));

        // A section that says of itself that lines are missing is not whole, and nothing of it is kept.
        var cut = await Take(office, report.Replace("\"SC\",4", "\"SC\",5", StringComparison.Ordinal), null);
        Assert.Equal("gateway_report.unreadable", cut.Code);
        Assert.Equal("gateway_report.unreadable", (await Take(office, report[..report.IndexOf("\"SC\"", StringComparison.Ordinal)], null)).Code);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_does_not_fit_waits_and_says_why(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "epay", Accounts);
        using var office = new Buyer(till.Host, isOperator: true);
        using var buyer = new Buyer(till.Host);
        var (paid, play) = await till.Pays(buyer, 10_000);
        var (begun, open) = await till.Begins(buyer, 2_000);
        till.Host.Clock.Advance(TimeSpan.FromHours(1));
        var (late, _) = await till.Pays(buyer, 500);
        var at = "2026-11-22T09:00:00Z";
        var taken = await Take(office, Head + $"""
            a,payment,{play.ChargeId},99.00,2.00,KZT,{at},
            b,payment,{play.ChargeId},100.00,2.00,EUR,{at},
            c,payment,nobody,100.00,2.00,KZT,{at},
            d,payment,{open.Id},20.00,0.40,KZT,{at},
            e,payment,{paid},100.00,2.00,KZT,{at},
            f,payment,{play.ChargeId},100.00,2.00,KZT,{at},
            g,refund,{play.ChargeId},-10.00,,KZT,{at},
            h,dispute,{play.ChargeId},-100.00,15.00,KZT,{at},
            i,fee,,-7.50,,KZT,{at},
            j,other,,-3.00,,KZT,{at},
            k,other,,1.25,,KZT,2026-11-25T00:00:00Z,
            l,payment,nobody-2,1.00,,KZT,2026-11-25T00:00:00Z,
            """, "epay");
        // Fee, and one of two lines for the payment. A payment that was only begun is asked about, and not believed.
        Assert.Equal((HttpStatusCode.OK, "epay", 12, 12, 2), Counts(taken));
        Assert.Equal(["a amount", "b currency", "c unknown", "d not_taken", "g not_returned", "h not_returned", "j other", "k other", "l unknown"], (await Notes(office)).Where(n => !n.EndsWith("twice", StringComparison.Ordinal)));
        Assert.Equal(1, (await Notes(office)).Count(n => n is "e twice" or "f twice"));
        Assert.Equal(950, await Fees(till));
        Assert.Equal(("pending", "pending"), await TillHost.Stands(buyer, begun));

        // It is paid after all, and the market has not heard of it: looking again asks.
        till.Sandbox.Faults.HoldNotices = true;
        await till.OnPage(open, "pay", TillHost.GoodCard);
        Assert.Equal(HttpStatusCode.OK, (await Take(office, Head + $"m,fee,,-1.00,,KZT,{at},\n", "epay")).Status);
        Assert.Equal("succeeded", (await TillHost.Stands(buyer, begun)).State);
        Assert.DoesNotContain("d not_taken", await Notes(office));
        Assert.Equal(950 + 40 + 100, await Fees(till));

        // The third payment is of the reports' time, and in none of them.
        var missing = Assert.Single((await office.Gets("gateway-reports/missing")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal((late, "500"), (missing.GetProperty("paymentId").GetGuid(), missing.GetProperty("amount").GetProperty("amount").GetString()));

        // The office decides what is left.
        var lines = (await office.Gets("gateway-lines")).Body.GetProperty("items").EnumerateArray().ToDictionary(l => l.GetProperty("lineRef").GetString()!, l => l.GetProperty("lineId").GetGuid());
        Assert.Equal("gateway_report.no_cost", (await Market.Send(office.Http, HttpMethod.Post, $"gateway-lines/{lines["a"]}/cost", null)).Code);
        Assert.Equal("gateway_report.line_not_found", (await Market.Send(office.Http, HttpMethod.Post, $"gateway-lines/{Guid.CreateVersion7()}/cost", null)).Code);
        foreach (var other in new[] { "j", "k" }) Assert.Equal(HttpStatusCode.NoContent, (await Market.Send(office.Http, HttpMethod.Post, $"gateway-lines/{lines[other]}/cost", null)).Status);
        Assert.Equal("gateway_report.line_settled", (await Market.Send(office.Http, HttpMethod.Post, $"gateway-lines/{lines["j"]}/cost", null)).Code);
        Assert.Equal("payout.reason_missing", (await Market.Send(office.Http, HttpMethod.Post, $"gateway-lines/{lines["a"]}/setting-aside", new { reason = " " })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await Market.Send(office.Http, HttpMethod.Post, $"gateway-lines/{lines["a"]}/setting-aside", new { reason = "They corrected it in b" })).Status);
        Assert.Equal(950 + 40 + 100 + 300 - 125, await Fees(till));
        Assert.Equal(["a They corrected it in b"], await Notes(office, "set_aside"));
        var page = await office.Http.GetStringAsync(new Uri("/office/gateways", UriKind.Relative), Ct);
        Assert.Contains("No payment of this market has this name.", page, StringComparison.Ordinal);
        Assert.Contains("In no report", page, StringComparison.Ordinal);
        await till.Host.AuditHolds();
    }

    [Fact]
    public async Task What_is_no_report_is_refused_and_nothing_of_it_is_kept()
    {
        await using var till = await TillHost.Start(DatabaseKind.Sqlite, "stripe", Accounts);
        using var office = new Buyer(till.Host, isOperator: true);
        var good = $"x,fee,,-7.50,,KZT,2026-11-22T09:00:00Z,\n";
        foreach (var (text, gateway, code, line) in new (string, string?, string, int?)[]
        {
            ("", "stripe", "gateway_report.unreadable", 1),
            ("hello\nworld\n", "stripe", "gateway_report.unreadable", 1),
            (Head + good + "y,fee,,seven,,KZT,2026-11-22T09:00:00Z,\n", "stripe", "gateway_report.unreadable", 3),
            (Head + good + "y,fee,,-7.501,,KZT,2026-11-22T09:00:00Z,\n", "stripe", "gateway_report.unreadable", 3),
            (Head + "y,fee,,-7.50,,KZZ,2026-11-22T09:00:00Z,\n", "stripe", "gateway_report.unreadable", 2),
            (Head + "y,tip,,-7.50,,KZT,2026-11-22T09:00:00Z,\n", "stripe", "gateway_report.unreadable", 2),
            (Head + "y,fee,,-7.50,,KZT,yesterday,\n", "stripe", "gateway_report.unreadable", 2),
            (Head + good + "y,fee,,-7.50\n", "stripe", "gateway_report.unreadable", 3),
            (Head + good, "nobody", "gateway_report.gateway_unknown", null),
            (Head + good, null, "gateway_report.gateway_unknown", null),
            (Reports.Stripe(till.Sandbox.Till), "paypal", "gateway_report.gateway_unknown", null),
            (Head + string.Concat(Enumerable.Range(0, 100_001).Select(i => $"{i},fee,,-1,,KZT,2026-11-22T09:00:00Z,\n")), "stripe", "gateway_report.too_large", null),
        })
        {
            var answer = await Take(office, text, gateway);
            Assert.Equal((code, line), (answer.Code, answer.Body.TryGetProperty("line", out var at) ? at.GetInt32() : (int?)null));
        }
        Assert.Empty((await office.Gets("gateway-lines")).Body.GetProperty("items").EnumerateArray());
        using var buyer = new Buyer(till.Host);
        Assert.Equal("access.forbidden", (await Take(buyer, Head + good, "stripe")).Code);
        Assert.Equal("access.forbidden", (await buyer.Gets("gateway-lines")).Code);
        Assert.Equal("access.forbidden", (await buyer.Gets("gateway-reports/missing")).Code);
    }

    private static async Task<Answer> Take(Buyer who, string report, string? gateway)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(report)) { Headers = { ContentType = new("text/csv") } };
        return await Answer.Of(await who.Http.PostAsync(new Uri($"/api/v1/gateway-reports{(gateway is null ? "" : $"?gateway={gateway}")}", UriKind.Relative), content, Ct));
    }

    private static (HttpStatusCode Status, string Gateway, int Lines, int Fresh, int Matched) Counts(Answer taken) =>
        (taken.Status, taken.Body.GetProperty("gateway").GetString()!, taken.Body.GetProperty("lines").GetInt32(), taken.Body.GetProperty("fresh").GetInt32(), taken.Body.GetProperty("matched").GetInt32());

    private static async Task<JsonElement> Bank(Buyer office, string amount, string reference, string payer, string currency = "KZT")
    {
        using var content = new ByteArrayContent(BankStatementTests.Camt(BankStatementTests.Entry("CRDT", amount, reference, $"{payer} settlement", currency))) { Headers = { ContentType = new("application/xml") } };
        var answer = await Answer.Of(await office.Http.PostAsync(new Uri("/api/v1/bank-statements", UriKind.Relative), content, Ct));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body;
    }

    private static async Task<List<long>> Open(Buyer office) =>
        [.. (await office.Gets("reconciliation")).Body.GetProperty("items").EnumerateArray().Select(a => long.Parse(a.GetProperty("balance").GetProperty("amount").GetString()!, CultureInfo.InvariantCulture))];

    private static async Task<long> Fees(TillHost till) => -(await till.Host.Services.GetRequiredService<LedgerReader>().BalanceOf(PayoutPostings.FeesIn("KZT"), Ct)).Balance;

    private static async Task<List<string>> Lines(Buyer office, string state) => [.. (await Items(office, state)).Select(l => $"{l.GetProperty("kind").GetString()} {l.GetProperty("gross").GetProperty("amount").GetString()}")];

    private static async Task<List<string>> Detail(Buyer office, string state) =>
        [.. (await Items(office, state)).Select(l => $"{l.GetProperty("kind").GetString()} {l.GetProperty("gross").GetProperty("amount").GetString()} {l.GetProperty("fee").GetProperty("amount").GetString()} {l.GetProperty("matchedKind").GetString()}")];

    private static async Task<List<string>> Notes(Buyer office, string state = "waiting") => [.. (await Items(office, state)).Select(l => $"{l.GetProperty("lineRef").GetString()} {l.GetProperty("note").GetString()}").Order(StringComparer.Ordinal)];

    private static async Task<List<JsonElement>> Items(Buyer office, string state) => [.. (await office.Gets($"gateway-lines?state={state}")).Body.GetProperty("items").EnumerateArray()];
}
