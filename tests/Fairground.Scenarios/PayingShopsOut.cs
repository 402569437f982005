using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>What a shop sold reaches its bank, and what people send by bank reaches their wallet.</summary>
public sealed class PayingShopsOut
{
    private const string Iban = "KZ86125KZT5004100100";

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("S-33"), Requirement("C-24"), Requirement("C-14")]
    public async Task What_a_lot_brought_in_is_paid_out_to_the_shop_and_the_statement_of_the_bank_ends_it(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, settings: ["FAIRGROUND_BANK_DETAILS_HOURS=0", "FAIRGROUND_BANK_HOLDER=Fair Market LLP", $"FAIRGROUND_BANK_ACCOUNTS=KZT={Iban}/HSBKKZKX"]);
        var shop = await fair.Shop("Kettles and Co");
        var staff = await shop.Staff("timur");
        var buyer = await fair.Buyer("aigerim", 0);
        var transfer = await buyer.Get("me/wallet/bank-transfer");
        Assert.Equal(1, (int)(await Takes(fair, Entry("CRDT", "10000.00", "T1", (string)transfer["reference"]!)))["matched"]!);
        Assert.Equal(10_000, await buyer.Wallet());

        var lot = await shop.Opens("Kettle", price: 10_000, nominal: 1_000);
        await buyer.Buys(10, lot);
        await lot.Becomes("drawn", "settled");
        var win = Assert.Single(await buyer.Wins());
        await staff.Post("claims", new { token = (string)(await buyer.Get($"me/wins/{win["winId"]}/claim-code"))["token"]! }, 200);
        await lot.Becomes("settled");

        Assert.Equal("access.forbidden", (string)(await staff.Get($"organisations/{shop.Id}/payable", 403))["code"]!);
        Assert.Equal("payout.not_checked", (string)(await shop.Owner.Get($"organisations/{shop.Id}/payable"))["balances"]![0]!["blocked"]!);
        await shop.Owner.Post($"organisations/{shop.Id}/bank-details", new { currency = "KZT", holder = "Kettles and Co LLP", account = "DE89 3704 0044 0532 0130 00" }, 201);
        using (var check = await fair.Operator.Send($"payees/{shop.Id}/check", new { state = "checked" }, method: HttpMethod.Put)) Assert.Equal(HttpStatusCode.NoContent, check.StatusCode);
        Assert.Equal("1000000", (string)(await shop.Owner.Get($"organisations/{shop.Id}/payable"))["balances"]![0]!["next"]!["amount"]!);

        await fair.Operator.Post("payout-runs", new { }, 202);
        await Eventually.Holds(async () => (await fair.Operator.Get("payout-files"))["items"]!.AsArray().Count == 1, TimeSpan.FromSeconds(20), "the run makes its file");
        var file = XDocument.Parse(Encoding.UTF8.GetString(await fair.Operator.Bytes($"payout-files/{(string)(await fair.Operator.Get("payout-files"))["items"]![0]!["fileId"]!}/content")));
        XNamespace ns = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
        Assert.Equal(("10000.00", "DE89370400440532013000"), ((string)file.Descendants(ns + "InstdAmt").Single(), (string)file.Descendants(ns + "CdtrAcct").Descendants(ns + "IBAN").Single()));

        await Takes(fair, Entry("DBIT", "10000.00", "P1", (string)file.Descendants(ns + "EndToEndId").Single()));
        Assert.Equal("paid", (string)(await shop.Owner.Get($"organisations/{shop.Id}/payouts"))["items"]![0]!["state"]!);
        var lines = (await shop.Owner.Get($"organisations/{shop.Id}/statement"))["items"]!.AsArray().Select(l => $"{l!["kind"]} {l["amount"]!["amount"]} {l["balance"]!["amount"]}");
        Assert.Equal(["payments.payout -1000000 0", "draws.settle 1000000 1000000"], lines);
    }

    private static async Task<JsonNode> Takes(Fair fair, string entry)
    {
        using var http = fair.Http();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", fair.Operator.Token);
        using var content = new StringContent($"""
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id><Acct><Id><IBAN>{Iban}</IBAN></Id></Acct>{entry}</Stmt></BkToCstmrStmt></Document>
            """, Encoding.UTF8, "application/xml");
        return await Call.Read(await http.PostAsync("api/v1/bank-statements", content, Ct), 200);
    }

    private static string Entry(string direction, string amount, string id, string reference) => $"""
        <Ntry><Amt Ccy="KZT">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-26</Dt></BookgDt><AcctSvcrRef>{id}</AcctSvcrRef>
        <NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
        """;
}
