using System.Globalization;
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

/// <summary>What is bought, won, given back and charged is documented by numbered papers with the right taxes, for those whom they concern.</summary>
public sealed class IssuingPapers
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-10"), Requirement("S-40"), Requirement("S-33"), Requirement("C-24")]
    public async Task A_buyer_gets_receipts_the_winner_an_invoice_with_tax_and_the_shop_its_register(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, settings: ["FAIRGROUND_DOCUMENTS_AFTER_SECONDS=1"]);
        var shop = await fair.Shop("Kettles and Co");
        var staff = await shop.Staff("timur");
        await Registers(shop.Owner, shop.Id, "Kettles and Co LLP", "190540001234");
        await Registers(fair.Operator, Kernel.Contracts.OrganisationInfo.OperatorId.ToString(), "Fair Market LLP", "201140002345");
        var (buyer, other) = (await fair.Buyer("aigerim", 11_600), await fair.Buyer("bolat", 1_000));
        var lot = await shop.Opens("Kettle", price: 11_600, nominal: 1_160);
        var purchase = await buyer.Buys(10, lot);
        await lot.Becomes("drawn", "settled");
        var win = Assert.Single(await buyer.Wins());
        await staff.Post("claims", new { token = (string)(await buyer.Get($"me/wins/{win["winId"]}/claim-code"))["token"]! }, 200);
        await lot.Becomes("settled");

        var mine = await Until(buyer, "me/documents", 3);
        Assert.Equal(["invoice goods 1160000 160000", "receipt entries 1160000 0", "receipt top-up 1160000 0"], mine.Select(Line));
        var invoice = (string)mine[0]["documentId"]!;
        var read = await buyer.Get($"documents/{invoice}");
        Assert.Equal(("aigerim", "Kettles and Co LLP", "standard", 16_000), ((string)read["content"]!["buyer"]!["name"]!, (string)read["content"]!["seller"]!["name"]!, (string)read["content"]!["taxes"]![0]!["taxCode"]!, (int)read["content"]!["taxes"]![0]!["rate"]!));
        Assert.Equal(purchase.Entries.Count, (int)(await buyer.Get($"documents/{mine[1]["documentId"]}"))["content"]!["lines"]![0]!["quantity"]!);
        var body = $"fairground/document/v1\n{read["previousHash"]}\n{read["written"]}";
        Assert.Equal((string)read["hash"]!, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body))));

        // Whoever is concerned sees it; to everybody else there is no such document.
        foreach (var (who, status) in new[] { (shop.Owner, 200), (fair.Operator, 200), (staff, 404), (other, 404) }) Assert.Equal(status == 200 ? null : "documents.not_found", (string?)(await who.Get($"documents/{invoice}", status))["code"]);
        Assert.Equal("documents.not_found", (string)(await shop.Owner.Get($"documents/{mine[1]["documentId"]}", 404))["code"]!);
        Assert.Equal("access.forbidden", (string)(await other.Get($"organisations/{shop.Id}/documents", 403))["code"]!);
        Assert.Equal("access.forbidden", (string)(await staff.Get($"organisations/{shop.Id}/tax-register/2026-11", 403))["code"]!);
        Assert.Equal("access.forbidden", (string)(await buyer.Get("documents", 403))["code"]!);
        Assert.Equal(4, (await fair.Operator.Get("documents"))["items"]!.AsArray().Count);

        using (var xml = await Fetch(fair, buyer, $"api/v1/documents/{invoice}", "application/xml"))
        {
            Assert.Equal("application/xml", xml.Content.Headers.ContentType!.MediaType);
            XNamespace cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
            Assert.Equal("11600.00", XDocument.Parse(await xml.Content.ReadAsStringAsync(Ct)).Descendants(cbc + "TaxInclusiveAmount").Single().Value);
        }
        using (var none = await Fetch(fair, buyer, $"api/v1/documents/{mine[1]["documentId"]}", "application/xml")) Assert.Equal((HttpStatusCode.UnprocessableEntity, "documents.no_einvoice"), (none.StatusCode, await Code(none)));
        using (var pdf = await Fetch(fair, buyer, $"api/v1/documents/{invoice}", "application/pdf")) Assert.Equal((HttpStatusCode.NotFound, "documents.no_renderer"), (pdf.StatusCode, await Code(pdf)));

        var month = DateTime.Parse((string)mine[0]["issuedOn"]!, CultureInfo.InvariantCulture).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var register = Encoding.UTF8.GetString(await shop.Owner.Bytes($"organisations/{shop.Id}/tax-register/{month}")).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, register.Length);
        Assert.EndsWith(",\"\",\"\",goods,KZT,standard,S,16,10000.00,1600.00,11600.00,\"\"", register[1], StringComparison.Ordinal);
        Assert.Equal("documents.period_invalid", (string)(await shop.Owner.Get($"organisations/{shop.Id}/tax-register/november", 422))["code"]!);

        // What the market charges the shop.
        await fair.Operator.Post("me/confirmations", new { password = Fair.OperatorPassword }, 204);
        await fair.Operator.Post($"organisations/{shop.Id}/charges", new { amount = new { amount = "116000", currency = "KZT" }, reason = "Fee of November" }, 200);
        var received = await Until(shop.Owner, $"organisations/{shop.Id}/documents?side=received", 1);
        Assert.Equal("invoice commission 116000 16000", Line(received[0]));

        var page = await WhatPagesSay.Page(fair, buyer, $"documents/{invoice}");
        foreach (var said in new[] { "Kettles and Co LLP", "190540001234", "Kettle", (string)mine[0]["code"]!, "aigerim" }) Assert.Contains(said, page, StringComparison.Ordinal);
        foreach (var path in new[] { "account/documents", $"documents/{mine[1]["documentId"]}" }) Assert.Contains((string)mine[1]["code"]!, await WhatPagesSay.Page(fair, buyer, path), StringComparison.Ordinal);
        Assert.Contains((string)mine[0]["code"]!, await WhatPagesSay.Page(fair, shop.Owner, $"account/organisations/{shop.Id}/documents"), StringComparison.Ordinal);
        Assert.Contains("Kettles and Co LLP", await WhatPagesSay.Page(fair, shop.Owner, $"account/organisations/{shop.Id}/taxes"), StringComparison.Ordinal);
        Assert.Contains((string)mine[0]["code"]!, await WhatPagesSay.Page(fair, fair.Operator, "office/documents"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-22"), Requirement("C-13")]
    public async Task What_goes_back_is_taken_back_by_a_credit_note_that_names_the_receipt(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, settings: ["FAIRGROUND_DOCUMENTS_AFTER_SECONDS=1"]);
        var shop = await fair.Shop();
        var buyer = await fair.Buyer("aigerim", 5_000);
        var lot = await shop.Opens();
        await buyer.Buys(2, lot);
        await buyer.Buys(1, lot);
        await fair.Operator.Post($"lots/{lot.Id}/cancellation", new { reason = "The maker has called these kettles back" }, 200);
        await lot.Becomes("refunded");
        var papers = await Until(buyer, "me/documents", 4);
        Assert.Equal(["credit-note entries 300000 0", "receipt entries 100000 0", "receipt entries 200000 0", "receipt top-up 500000 0"], papers.Select(Line));
        var note = (await buyer.Get($"documents/{papers[0]["documentId"]}"))["content"]!;
        Assert.Equal(papers[1..3].Select(p => (string)p["code"]!).Order(), note["takesBack"]!.AsArray().Select(o => (string)o!["code"]!).Order());
        Assert.Equal("documents.kind_unknown", (string)(await buyer.Get("me/documents?kind=letter", 422))["code"]!);
        Assert.Single((await buyer.Get("me/documents?kind=credit-note"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_document_is_a_pdf_where_a_renderer_is_named()
    {
        var chromium = Environment.GetEnvironmentVariable("FAIRGROUND_TEST_CHROMIUM");
        Assert.SkipWhen(string.IsNullOrEmpty(chromium), "FAIRGROUND_TEST_CHROMIUM names no browser.");
        await using var fair = await Fair.Open(DatabaseKind.Sqlite, settings: ["FAIRGROUND_DOCUMENTS_AFTER_SECONDS=1", "FAIRGROUND_PDF=chromium", $"FAIRGROUND_PDF_PATH={chromium}"]);
        var buyer = await fair.Buyer("aigerim", 5_000);
        var paper = (await Until(buyer, "me/documents", 1))[0];
        using var pdf = await Fetch(fair, buyer, $"documents/{paper["documentId"]}/file/pdf", "*/*");
        Assert.Equal((HttpStatusCode.OK, "application/pdf"), (pdf.StatusCode, pdf.Content.Headers.ContentType?.MediaType));
        var bytes = await pdf.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal("%PDF-"u8.ToArray(), bytes[..5]);
        Assert.True(bytes.Length > 5_000);
        if (Environment.GetEnvironmentVariable("FAIRGROUND_TEST_PAPERS") is { Length: > 0 } folder) await File.WriteAllBytesAsync(Path.Combine(folder, "receipt.pdf"), bytes, Ct);
    }

    [Fact]
    public async Task A_renderer_that_fails_is_said_to_have_failed()
    {
        await using var fair = await Fair.Open(DatabaseKind.Sqlite, settings: ["FAIRGROUND_DOCUMENTS_AFTER_SECONDS=1", "FAIRGROUND_PDF=/bin/false"]);
        var buyer = await fair.Buyer("aigerim", 5_000);
        var paper = (await Until(buyer, "me/documents", 1))[0];
        using var pdf = await Fetch(fair, buyer, $"api/v1/documents/{paper["documentId"]}", "application/pdf");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "documents.renderer_failed"), (pdf.StatusCode, await Code(pdf)));
    }

    private static async Task Registers(Person owner, string organisationId, string name, string number)
    {
        using var changed = await owner.Send($"organisations/{organisationId}/tax-profile", new { legalName = name, street = "Abay 10", city = "Almaty", postcode = "050000", country = "KZ", taxId = number, registered = true }, method: HttpMethod.Put);
        Assert.True(changed.StatusCode == HttpStatusCode.OK, await changed.Content.ReadAsStringAsync(Ct));
    }

    private static Task<List<JsonNode>> Until(Person who, string path, int count) =>
        Call.Until(async () => (await who.Get(path))["items"]!.AsArray().Select(i => i!).ToList(), items => items.Count >= count, 60);

    private static string Line(JsonNode d) => $"{d["kind"]} {d["supply"]} {d["gross"]!["amount"]} {d["tax"]!["amount"]}";

    private static async Task<HttpResponseMessage> Fetch(Fair fair, Person who, string path, string accept)
    {
        using var http = fair.Http();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", who.Token);
        http.DefaultRequestHeaders.Accept.ParseAdd(accept);
        return await http.GetAsync(new Uri(path, UriKind.Relative), Ct);
    }

    private static async Task<string?> Code(HttpResponseMessage answer) => (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["code"];
}
