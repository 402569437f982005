using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>What the bank reports is matched once, whatever the file is called and however often it comes (C-14, S-33), on both engines.</summary>
[Requirement("C-14"), Requirement("S-33")]
public sealed class BankStatementTests
{
    private static readonly Encoding Windows1251 = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_transfer_with_its_reference_is_in_the_wallet_once_and_one_without_waits(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        using var buyer = new Buyer(market.Host);
        var to = (await buyer.Gets("me/wallet/bank-transfer")).Body;
        Assert.Equal(("Fair Market LLP", Market.Iban, "HSBKKZKX"), (to.GetProperty("holder").GetString(), to.GetProperty("account").GetString(), to.GetProperty("bank").GetString()));
        var reference = to.GetProperty("reference").GetString()!;
        Assert.Equal(reference, (await buyer.Gets("me/wallet/bank-transfer?currency=KZT")).Body.GetProperty("reference").GetString());
        var page = await buyer.Http.GetStringAsync(new Uri("/wallet/bank", UriKind.Relative), Ct);
        Assert.Contains(BankReference.Spaced(reference), page, StringComparison.Ordinal);

        var file = Camt(
            Entry("CRDT", "5000.00", "A1", $"Top up {BankReference.Spaced(reference)} thanks"),
            Entry("CRDT", "70.00", "A2", "Top up, sorry no reference"),
            Entry("CRDT", "30.00", "A3", "Pending", status: "PDNG"),
            Entry("CRDT", "5000.00", "A4", "", structured: reference));
        Assert.Equal((3, 3, 2), Counts(await Take(market, file)));
        Assert.Equal(1_000_000, await buyer.Balance());
        await Eventually.Holds(() => Task.FromResult(market.Outside.Told("payments.transfer_arrived").Count == 2), TimeSpan.FromSeconds(10), "the person is told");

        // The same file, the same lines in another file, and ten at once.
        Assert.Equal((3, 0, 0), Counts(await Take(market, file)));
        var later = Camt(Entry("CRDT", "5000.00", "A1", $"Top up {BankReference.Spaced(reference)} thanks"), Entry("CRDT", "1.00", "A9", $"{reference}"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Take(market, later)));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        Assert.Equal(1_000_100, await buyer.Balance());
        Assert.Equal(["payments.bank_top_up", "payments.bank_top_up", "payments.bank_top_up"], (await buyer.Transfers()).Select(t => t.GetProperty("movement").GetString()));
        var waits = Assert.Single(await Lines(market));
        Assert.Equal(("7000", "Top up, sorry no reference"), (waits.GetProperty("amount").GetProperty("amount").GetString(), waits.GetProperty("purpose").GetString()));
        Assert.Equal(-1_000_100, (await market.In(PayoutPostings.BankIn("KZT"))).Balance);
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_waits_is_decided_by_a_person_and_once(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, ("FAIRGROUND_DEMO_GATEWAY", "1"));
        using var buyer = new Buyer(market.Host);
        var reference = (await buyer.Gets("me/wallet/bank-transfer")).Body.GetProperty("reference").GetString();
        Assert.Equal("bank.no_account", (await buyer.Gets("me/wallet/bank-transfer?currency=USD")).Code);
        Assert.Equal("payment.currency_unknown", (await buyer.Gets("me/wallet/bank-transfer?currency=USX")).Code);
        await buyer.HasToppedUp(10_000);
        await Take(market, Camt(Entry("CRDT", "10.00", "B1", "Mine"), Entry("DBIT", "3.00", "B2", "Bank's fee"), Entry("CRDT", "97.00", "B3", "Settlement of the gateway"), Entry("CRDT", "5.00", "B4", $"{reference}", currency: "EUR")));
        var lines = (await Lines(market)).ToDictionary(l => l.GetProperty("bankReference").GetString()!, l => l.GetProperty("lineId").GetGuid());
        Assert.Equal(["B1", "B2", "B3", "B4"], lines.Keys.Order());
        Assert.Equal("was announced in KZT", (await Lines(market)).Single(l => l.GetProperty("bankReference").GetString() == "B4").GetProperty("note").GetString());

        Assert.Equal("bank.person_unknown", (await Say(market, lines["B1"], "credit", new { contact = "nobody@example.com" })).Code);
        Assert.Equal("bank.line_not_found", (await Say(market, Guid.CreateVersion7(), "credit", new { contact = "x" })).Code);
        Assert.Equal("bank.line_outgoing", (await Say(market, lines["B2"], "credit", new { contact = "x" })).Code);
        var someone = Guid.CreateVersion7();
        market.Outside.Contacts["aigerim@example.com"] = someone;
        Assert.Equal(HttpStatusCode.NoContent, (await Say(market, lines["B1"], "credit", new { contact = "aigerim@example.com" })).Status);
        Assert.Equal("bank.line_settled", (await Say(market, lines["B1"], "credit", new { contact = "aigerim@example.com" })).Code);
        Assert.Equal(1_000, (await market.In(Fairground.Ledger.SharedAccounts.WalletOf(someone, "KZT"))).Balance);

        Assert.Equal("payout.reason_missing", (await Say(market, lines["B2"], "setting-aside", new { reason = "" })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await Say(market, lines["B2"], "setting-aside", new { reason = "The bank's own fee" })).Status);

        Assert.Equal("bank.fee_invalid", (await Say(market, lines["B3"], "settlement", new { gateway = "demo", fee = "-1" })).Code);
        Assert.Equal("bank.gateway_unknown", (await Say(market, lines["B3"], "settlement", new { gateway = "other", fee = "3" })).Code);
        Assert.Equal("bank.gateway_unknown", (await Say(market, lines["B3"], "settlement", new { gateway = "demo", fee = "3.01" })).Code);
        Assert.Equal(-10_000, (await market.In(PaymentsPostings.ClearingOf("demo", "KZT"))).Balance);
        Assert.Equal(HttpStatusCode.NoContent, (await Say(market, lines["B3"], "settlement", new { gateway = "demo", fee = "3.00" })).Status);
        Assert.Equal((0, -300), ((await market.In(PaymentsPostings.ClearingOf("demo", "KZT"))).Balance, (await market.In(PayoutPostings.FeesIn("KZT"))).Balance));
        Assert.Equal("B4", Assert.Single(await Lines(market)).GetProperty("bankReference").GetString());
        Assert.Equal("The bank's own fee", Assert.Single(await Lines(market, "set_aside")).GetProperty("note").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_payout_is_confirmed_by_the_statement_and_comes_back_by_it(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var (kettles, lamps) = (await market.Shop("Kettles"), await market.Shop("Lamps"));
        await kettles.Sells(12_345);
        await lamps.Sells(500);
        await market.Runs();
        var payouts = (await market.Payouts()).ToDictionary(p => p.GetProperty("organisation").GetString()!, p => p.GetProperty("reference").GetString()!);
        await Take(market, Camt(
            Entry("DBIT", "123.45", "C1", "", endToEnd: payouts["Kettles"]),
            Entry("DBIT", "6.00", "C2", "", endToEnd: payouts["Lamps"])));
        Assert.Equal((0, 500), (await market.Transit(kettles), await market.Transit(lamps)));
        Assert.Equal("names a payout of 5.00 KZT", Assert.Single(await Lines(market)).GetProperty("note").GetString());
        Assert.Equal("paid", (await market.Payouts("?state=paid"))[0].GetProperty("state").GetString());

        // A second line for the same payout is no second payout: a person looks at it.
        await Take(market, Camt(Entry("DBIT", "123.45", "C3", "", endToEnd: payouts["Kettles"]), Entry("CRDT", "123.45", "C4", "", endToEnd: payouts["Kettles"], returned: "AC04")));
        Assert.Equal((12_345, 0), (await market.Payable(kettles), await market.Transit(kettles)));
        Assert.Equal("AC04", Assert.Single(await market.Payouts("?state=returned")).GetProperty("reason").GetString());
        Assert.Contains("this payout has its line already", (await Lines(market)).Select(l => l.TryGetProperty("note", out var n) ? n.GetString() : null));
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_file_of_1C_says_the_same(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        using var buyer = new Buyer(market.Host);
        var reference = (await buyer.Gets("me/wallet/bank-transfer")).Body.GetProperty("reference").GetString()!;
        var shop = await market.Shop("Kettles");
        await shop.Sells(777);
        await market.Runs();
        var payout = Assert.Single(await market.Payouts()).GetProperty("reference").GetString()!;
        var text = OneC(Market.Iban, ("17", "1500.50", "KZ999", Market.Iban, $"Пополнение кошелька {BankReference.Spaced(reference)}"), ("18", "7.77", Market.Iban, "KZ86", $"Выплата {payout}"), ("19", "1.00", "KZ1", "KZ2", "чужое"));
        Assert.Equal((2, 2, 2), Counts(await Take(market, Windows1251.GetBytes(text))));
        Assert.Equal((150_050, 0), (await buyer.Balance(), await market.Transit(shop)));
        Assert.Equal((2, 0, 0), Counts(await Take(market, Encoding.UTF8.GetBytes(text))));
        Assert.Equal("Иванов Иван", (await Lines(market, "matched")).Single(l => l.GetProperty("direction").GetString() == "in").GetProperty("counterparty").GetString());
        Assert.Equal("bank.statement_unreadable", (await Take(market, Windows1251.GetBytes(text.Replace("КонецФайла", "", StringComparison.Ordinal)))).Code);
        Assert.Equal("bank.statement_account_unknown", (await Take(market, Windows1251.GetBytes(OneC("KZ0000", ("1", "1.00", "KZ1", "KZ0000", "x"))))).Code);
        Assert.Equal("bank.statement_unreadable", (await Take(market, Windows1251.GetBytes(text.Replace("1500.50", "1500.505", StringComparison.Ordinal)))).Code);
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_transfer_that_both_kinds_of_file_report_is_credited_once_and_a_person_decides_about_the_other(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        using var buyer = new Buyer(market.Host);
        var reference = (await buyer.Gets("me/wallet/bank-transfer")).Body.GetProperty("reference").GetString()!;
        // Twice the same amount on one day are two transfers, where one kind of file says so.
        Assert.Equal((2, 2, 2), Counts(await Take(market, Camt(Entry("CRDT", "50.00", "F1", $"Top up {reference}"), Entry("CRDT", "50.00", "F2", $"Top up {reference}")))));
        var exchange = OneC(Market.Iban, ("21", "50.00", "KZ999", Market.Iban, $"Пополнение {reference}"), ("22", "51.00", "KZ999", Market.Iban, $"Пополнение {reference}"));
        Assert.Equal((2, 2, 1), Counts(await Take(market, Windows1251.GetBytes(exchange))));
        Assert.Equal(15_100, await buyer.Balance());
        var waits = Assert.Single(await Lines(market));
        Assert.Equal("may be a transfer that a file of another kind has brought already", waits.GetProperty("note").GetString());
        await market.AuditHolds();
        // It was another one after all.
        market.Outside.Contacts["buyer@example.com"] = buyer.Id;
        Assert.Equal(HttpStatusCode.NoContent, (await Say(market, waits.GetProperty("lineId").GetGuid(), "credit", new { contact = "buyer@example.com" })).Status);
        Assert.Equal(20_100, await buyer.Balance());
        await market.AuditHolds();
    }

    [Fact]
    public async Task A_hostile_or_strange_file_changes_nothing()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var good = Encoding.UTF8.GetString(Camt(Entry("CRDT", "1.00", "D1", "x")));
        foreach (var (text, code) in new[]
        {
            ("", "bank.statement_unreadable"),
            ("hello", "bank.statement_unreadable"),
            (good[..^40], "bank.statement_unreadable"),
            (good.Replace("camt.053.001.08", "camt.054.001.08", StringComparison.Ordinal), "bank.statement_unreadable"),
            (good.Replace("<Document", "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><Document", StringComparison.Ordinal), "bank.statement_unreadable"),
            (good.Replace("<Document", "<!DOCTYPE d SYSTEM \"http://127.0.0.1:1/x\"><Document", StringComparison.Ordinal), "bank.statement_unreadable"),
            (good.Replace("\"KZT\"", "\"XXZ\"", StringComparison.Ordinal), "bank.statement_unreadable"),
            (good.Replace(">1.00<", ">1.001<", StringComparison.Ordinal), "bank.statement_unreadable"),
            (good.Replace(Market.Iban, "DE02120300000000202051", StringComparison.Ordinal), "bank.statement_account_unknown"),
        }) Assert.Equal((HttpStatusCode.UnprocessableEntity, code), Said(await Take(market, Encoding.UTF8.GetBytes(text))));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Take(market, new byte[ReadBankStatement.StatementIntake.LargestBytes + 1])).Status);
        Assert.Empty(await Lines(market));
        using var buyer = new Buyer(market.Host);
        Assert.Equal("access.forbidden", (await Market.Send(buyer.Http, HttpMethod.Get, "bank-lines", null)).Code);
    }

    [Fact]
    public async Task An_entry_of_several_transfers_is_a_line_each_where_they_add_up()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var batch = Entry("CRDT", "3.00", "E1", "x").Replace("<TxDtls>", "<TxDtls><Amt Ccy=\"KZT\">1.00</Amt>", StringComparison.Ordinal);
        batch = batch.Replace("</NtryDtls>", "<TxDtls><Amt Ccy=\"KZT\">2.00</Amt><RmtInf><Ustrd>y</Ustrd></RmtInf></TxDtls></NtryDtls>", StringComparison.Ordinal);
        Assert.Equal((3, 3, 0), Counts(await Take(market, Camt(batch, batch.Replace("2.00", "2.50", StringComparison.Ordinal).Replace("E1", "E2", StringComparison.Ordinal)))));
        Assert.Equal(["100", "200", "300"], (await Lines(market)).Select(l => l.GetProperty("amount").GetProperty("amount").GetString()).Order());
        // Two lines that are alike in one file are two; the same file with one more of them brings one.
        Assert.Equal((2, 2, 0), Counts(await Take(market, Camt(Entry("CRDT", "9.00", "", "same"), Entry("CRDT", "9.00", "", "same")))));
        Assert.Equal((3, 1, 0), Counts(await Take(market, Camt(Entry("CRDT", "9.00", "", "same"), Entry("CRDT", "9.00", "", "same"), Entry("CRDT", "9.00", "", "same")))));
    }

    internal static byte[] Camt(params string[] entries) => Encoding.UTF8.GetBytes($"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-27T08:00:00Z</CreDtTm></GrpHdr>
        <Stmt><Id>S1</Id><Acct><Id><IBAN>{Market.Iban}</IBAN></Id><Ccy>KZT</Ccy></Acct>{string.Concat(entries)}</Stmt></BkToCstmrStmt></Document>
        """);

    internal static string Entry(string direction, string amount, string bankReference, string purpose, string currency = "KZT", string status = "BOOK", string? endToEnd = null, string? structured = null, string? returned = null) => $"""
        <Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>2026-11-26</Dt></BookgDt><AcctSvcrRef>{bankReference}</AcctSvcrRef>
        <NtryDtls><TxDtls><Refs><EndToEndId>{endToEnd ?? "NOTPROVIDED"}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Aigerim</Nm></Pty></Dbtr></RltdPties>
        <RmtInf><Ustrd>{purpose}</Ustrd>{(structured is null ? "" : $"<Strd><CdtrRefInf><Ref>{structured}</Ref></CdtrRefInf></Strd>")}</RmtInf>{(returned is null ? "" : $"<RtrInf><Rsn><Cd>{returned}</Cd></Rsn></RtrInf>")}</TxDtls></NtryDtls></Ntry>
        """;

    private static string OneC(string account, params (string Number, string Amount, string Payer, string Payee, string Purpose)[] documents)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"1CClientBankExchange\r\nВерсияФормата=1.03\r\nКодировка=Windows\r\nДатаНачала=01.11.2026\r\nДатаКонца=27.11.2026\r\nРасчСчет={account}\r\nСекцияРасчСчет\r\nРасчСчет={account}\r\nКонецРасчСчет\r\n");
        foreach (var (number, amount, payer, payee, purpose) in documents)
        {
            text.Append(CultureInfo.InvariantCulture, $"СекцияДокумент=Платежное поручение\r\nНомер={number}\r\nДата=26.11.2026\r\nСумма={amount}\r\nПлательщикСчет={payer}\r\nПлательщик1=Иванов Иван\r\nПолучательСчет={payee}\r\n");
            text.Append(CultureInfo.InvariantCulture, $"ДатаПоступило=26.11.2026\r\nНазначениеПлатежа={purpose}\r\nКонецДокумента\r\n");
        }
        return text.Append("КонецФайла\r\n").ToString();
    }

    private static async Task<Answer> Take(Market market, byte[] file)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new("application/octet-stream");
        using var response = await market.Office.PostAsync(new Uri("/api/v1/bank-statements", UriKind.Relative), content, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.True((int)response.StatusCode < 500, string.Join('\n', market.Host.Log.Kept));
        return new Answer(response.StatusCode, text.Length > 0 && text[0] == '{' ? JsonDocument.Parse(text).RootElement.Clone() : default, false);
    }

    private static (int, int, int) Counts(Answer answer) => (answer.Body.GetProperty("lines").GetInt32(), answer.Body.GetProperty("fresh").GetInt32(), answer.Body.GetProperty("matched").GetInt32());

    private static (HttpStatusCode, string?) Said(Answer answer) => (answer.Status, answer.Code);

    private static async Task<List<JsonElement>> Lines(Market market, string state = "waiting") => [.. (await Market.Send(market.Office, HttpMethod.Get, $"bank-lines?state={state}", null)).Body.GetProperty("items").EnumerateArray()];

    private static Task<Answer> Say(Market market, Guid line, string what, object body) => Market.Send(market.Office, HttpMethod.Post, $"bank-lines/{line}/{what}", body);
}
