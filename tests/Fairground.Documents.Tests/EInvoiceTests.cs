using System.Xml.Linq;
using Fairground.Documents.WriteEInvoice;
using Fairground.Kernel.Contracts;
using Fairground.Testing;
using Xunit;

namespace Fairground.Documents.Tests;

/// <summary>Invoices and credit notes as EN 16931 in UBL 2.1, held against the norm's rules and, where the folder is there, against the published examples.</summary>
[Requirement("S-40")]
public sealed class EInvoiceTests
{
    private static readonly XNamespace Cac = EInvoice.Cac;
    private static readonly XNamespace Cbc = EInvoice.Cbc;

    public static TheoryData<string> Made => new(Documents().Keys);

    [Theory, MemberData(nameof(Made))]
    public void What_is_written_meets_every_rule(string name)
    {
        var written = EInvoice.Write(Documents()[name]);
        Assert.Null(written.Refusal);
        Assert.Empty(EInvoiceRules.Broken(written.Value));
        // For whoever validates it with the norm's own schematron.
        if (Environment.GetEnvironmentVariable("FAIRGROUND_TEST_EINVOICES") is { Length: > 0 } folder) written.Value.Save(Path.Combine(folder, $"{name}.xml"));
    }

    [Fact]
    public void An_invoice_says_what_the_document_says()
    {
        var xml = EInvoice.Write(Documents()["standard"]).Value.Root!;
        Assert.Equal((EInvoice.Invoice + "Invoice", "urn:cen.eu:en16931:2017", "I-2026-000001", "2026-11-27", "380", "KZT"), (xml.Name, B(xml, "CustomizationID"), B(xml, "ID"), B(xml, "IssueDate"), B(xml, "InvoiceTypeCode"), B(xml, "DocumentCurrencyCode")));
        var seller = xml.Element(Cac + "AccountingSupplierParty")!.Element(Cac + "Party")!;
        Assert.Equal(("Kettles LLP", "KZ190540001234", "KZ"), (B(seller.Element(Cac + "PartyLegalEntity")!, "RegistrationName"), B(seller.Element(Cac + "PartyTaxScheme")!, "CompanyID"), seller.Descendants(Cbc + "IdentificationCode").Single().Value));
        var total = xml.Element(Cac + "LegalMonetaryTotal")!;
        Assert.Equal(["1000.00", "1000.00", "1160.00", "1160.00", "0.00"], total.Elements().Select(e => e.Value));
        var line = xml.Element(Cac + "InvoiceLine")!;
        Assert.Equal(("3", "1000.00", "Kettle", "S", "16", "1000.00", "3"), (B(line, "InvoicedQuantity"), B(line, "LineExtensionAmount"), B(line.Element(Cac + "Item")!, "Name"), line.Descendants(Cac + "ClassifiedTaxCategory").Single().Element(Cbc + "ID")!.Value,
            line.Descendants(Cbc + "Percent").Single().Value, B(line.Element(Cac + "Price")!, "PriceAmount"), B(line.Element(Cac + "Price")!, "BaseQuantity")));
    }

    [Fact]
    public void A_credit_note_names_what_it_takes_back()
    {
        var xml = EInvoice.Write(Documents()["credit"]).Value.Root!;
        Assert.Equal((EInvoice.CreditNote + "CreditNote", "381"), (xml.Name, B(xml, "CreditNoteTypeCode")));
        var reference = xml.Element(Cac + "BillingReference")!.Element(Cac + "InvoiceDocumentReference")!;
        Assert.Equal(("I-2026-000001", "2026-11-27"), (B(reference, "ID"), B(reference, "IssueDate")));
        Assert.Equal("1", xml.Element(Cac + "CreditNoteLine")!.Element(Cbc + "CreditedQuantity")!.Value);
    }

    [Fact]
    public void What_cannot_be_one_is_refused_and_says_why()
    {
        var standard = Documents()["standard"];
        foreach (var (content, says) in new[]
        {
            (standard with { Kind = PaperKind.Receipt }, "receipt"), (standard with { Currency = "OMR" }, "decimal"), (standard with { Scheme = "sales-tax" }, "VAT alone"),
            (standard with { Seller = standard.Seller with { Country = null } }, "address"), (standard with { Seller = standard.Seller with { Country = "ZZ" } }, "address"), (standard with { Gross = 116_001 }, "BR-CO-15"),
        })
        {
            var refused = EInvoice.Write(content).Refusal!;
            Assert.Equal("documents.no_einvoice", refused.Code);
            Assert.Contains(says, refused.Sentence, StringComparison.Ordinal);
        }
    }

    // A change of one thing in a valid invoice, and the rules that it breaks.
    [Theory]
    [InlineData("Invoice/ID", null, "BR-02")]
    [InlineData("Invoice/IssueDate", null, "BR-03")]
    [InlineData("Invoice/DocumentCurrencyCode", null, "BR-05")]
    [InlineData("AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName", "", "BR-07")]
    [InlineData("AccountingCustomerParty/Party/PostalAddress", null, "BR-10")]
    [InlineData("AccountingSupplierParty/Party/PostalAddress/Country/IdentificationCode", null, "BR-09")]
    [InlineData("LegalMonetaryTotal/LineExtensionAmount", "999.99", "BR-CO-10 BR-CO-13")]
    [InlineData("LegalMonetaryTotal/TaxInclusiveAmount", "1160.01", "BR-CO-15 BR-CO-16")]
    [InlineData("LegalMonetaryTotal/PayableAmount", "0.01", "BR-CO-16 BR-CO-25")]
    [InlineData("LegalMonetaryTotal/PrepaidAmount", "1160.000", "BR-DEC-16")]
    [InlineData("TaxTotal/TaxAmount", "160.01", "BR-CO-14 BR-CO-15")]
    [InlineData("TaxTotal/TaxSubtotal/TaxableAmount", "1002.00", "BR-S-08")]
    [InlineData("TaxTotal/TaxSubtotal/TaxAmount", "162.00", "BR-CO-14 BR-CO-17 BR-S-09")]
    [InlineData("TaxTotal/TaxSubtotal/TaxCategory/Percent", "0", "BR-CO-17 BR-S-08 BR-S-09")]
    [InlineData("AccountingSupplierParty/Party/PartyTaxScheme", null, "BR-CO-26 BR-S-02")]
    [InlineData("AccountingSupplierParty/Party/PartyTaxScheme/CompanyID", "190540001234", "BR-CO-09")]
    [InlineData("InvoiceLine/Item/ClassifiedTaxCategory/Percent", null, "BR-S-05 BR-S-08")]
    [InlineData("InvoiceLine/Item/Name", null, "BR-25")]
    [InlineData("InvoiceLine/Price/PriceAmount", "-1.00", "BR-27")]
    [InlineData("InvoiceLine", null, "BR-16 BR-CO-10 BR-S-01 BR-S-08")]
    public void Each_fault_is_named_by_its_rule(string path, string? value, string rules)
    {
        var xml = EInvoice.Write(Documents()["standard"]).Value;
        XElement? at = path.StartsWith("Invoice/", StringComparison.Ordinal) ? xml.Root!.Element(Cbc + path["Invoice/".Length..]) : path.Split('/').Aggregate(xml.Root, (parent, name) => parent!.Element(Cac + name) ?? parent.Element(Cbc + name));
        Assert.NotNull(at);
        if (value is null) at.Remove();
        else at.Value = value;
        Assert.Equal(rules.Split(' '), EInvoiceRules.Broken(xml));
    }

    [Fact]
    public void The_published_examples_meet_the_rules()
    {
        var folder = Published();
        var (read, wrong) = (0, new List<string>());
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "en16931"), "*.xml").Concat(Directory.GetFiles(Path.Combine(folder, "peppol"), "*.xml")).Order(StringComparer.Ordinal))
        {
            var xml = XDocument.Load(file);
            if (xml.Root!.Name.LocalName is not ("Invoice" or "CreditNote")) continue;
            read++;
            var broken = EInvoiceRules.Broken(xml);
            if (broken.Count > 0) wrong.Add($"{Path.GetFileName(file)}: {string.Join(' ', broken)}");
        }
        Assert.Empty(wrong);
        Assert.True(read >= 20, $"only {read} were read");
    }

    [Fact]
    public void The_published_tests_of_the_rules_agree_with_ours()
    {
        var folder = Published();
        var (read, wrong) = (0, new List<string>());
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "en16931-rule-tests"), "*.xml").Order(StringComparer.Ordinal))
        {
            XNamespace ns = "http://difi.no/xsd/vefa/validator/1.0";
            foreach (var (test, number) in XDocument.Load(file).Root!.Elements(ns + "test").Select((t, i) => (t, i + 1)))
            {
                var expected = test.Element(ns + "assert")!;
                var invoice = test.Elements().First(e => e.Name.LocalName is "Invoice" or "CreditNote");
                var broken = EInvoiceRules.Broken(new XDocument(new XElement(invoice)));
                foreach (var rule in expected.Elements().Where(e => e.Name.LocalName is "success" or "error"))
                {
                    var (id, holds) = (rule.Value.Trim(), rule.Name.LocalName == "success");
                    if (id is "BR-CO-19" or "BR-CO-20") continue;
                    read++;
                    if (broken.Contains(id) == holds) wrong.Add($"{Path.GetFileName(file)} {number}: {id} should {(holds ? "hold" : "be broken")}");
                }
            }
        }
        Assert.Empty(wrong);
        Assert.True(read >= 250, $"only {read} were read");
    }

    internal static Dictionary<string, DocumentContent> Documents()
    {
        var seller = new DocumentParty(new Guid("00112233-4455-6677-8899-aabbccddeeff"), PaperBuyer.Organisation, "Kettles LLP", "Abay 10", "Almaty", "050000", "KZ", "190540001234");
        var german = seller with { Name = "Kessel GmbH", City = "Berlin", Country = "DE", TaxId = "DE123456789" };
        var french = new DocumentParty(new Guid("10112233-4455-6677-8899-aabbccddeeff"), PaperBuyer.Organisation, "Bouilloires SARL", "1 rue de Rivoli", "Paris", "75001", "FR", "FR40303265045");
        var person = new DocumentParty(new Guid("20112233-4455-6677-8899-aabbccddeeff"), PaperBuyer.Person, "Aigerim B.");
        var standard = Content(seller, person, "kz/1", [new DocumentLine("Kettle", 3, 100_000, 16_000, 116_000, "standard", "S", 16_000)]);
        return new Dictionary<string, DocumentContent>
        {
            ["standard"] = standard,
            ["mixed"] = Content(seller, person, "kz/1", [new DocumentLine("Kettle", 2, 17_241, 2_759, 20_000, "standard", "S", 16_000), new DocumentLine("Book", 1, 10_000, 0, 10_000, "exempt", "E", 0), new DocumentLine("Lid", 1, 5_000, 0, 5_000, "zero", "Z", 0)]),
            ["erased"] = standard with { Buyer = person with { Name = null } },
            ["unregistered"] = Content(seller with { TaxId = null, RegistrationId = "190540001234" }, person, null, [new DocumentLine("Kettle", 1, 116_000, 0, 116_000, "not-registered", "O", 0)]),
            ["nameless"] = Content(seller with { TaxId = null }, person, null, [new DocumentLine("Kettle", 1, 116_000, 0, 116_000, "not-registered", "O", 0)]),
            ["reverse"] = Content(german, french, "de/1", [new DocumentLine("", 1, 10_000, 0, 10_000, "reverse", "AE", 0)], 10_000) with { Currency = "EUR", Supply = Supplies.Commission },
            ["won"] = standard with { Currency = "KRW" },
            ["credit"] = Content(seller, person, "kz/1", [new DocumentLine("Kettle", 1, 50_000, 8_000, 58_000, "standard", "S", 16_000)]) with
            {
                Code = "C-2026-000001", Kind = PaperKind.CreditNote, TakesBack = [new DocumentOrigin(new Guid("30112233-4455-6677-8899-aabbccddeeff"), "I-2026-000001", new DateOnly(2026, 11, 27))],
            },
        };
    }

    private static DocumentContent Content(DocumentParty seller, DocumentParty buyer, string? rules, DocumentLine[] lines, long due = 0) => new(
        "I-2026-000001", PaperKind.Invoice, new DateOnly(2026, 11, 27), new DateOnly(2026, 11, 26), "KZT", rules, rules is null ? null : "VAT", Supplies.Goods, seller, buyer, lines,
        [.. lines.GroupBy(l => (l.TaxCode, l.Category, l.Rate)).Select(g => new DocumentTax(g.Key.TaxCode, g.Key.Category, g.Key.Rate, g.Sum(l => l.Net), g.Sum(l => l.Tax)))], lines.Sum(l => l.Net), lines.Sum(l => l.Tax), lines.Sum(l => l.Gross), due, []);

    private static string B(XElement parent, string name) => parent.Element(Cbc + name)!.Value;

    // Files of the norm that do not travel with the program.
    private static string Published()
    {
        var folder = Environment.GetEnvironmentVariable("FAIRGROUND_EINVOICES");
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); folder is null && at is not null; at = at.Parent)
            if (Directory.Exists(Path.Combine(at.FullName, "shared", "data", "einvoice"))) folder = Path.Combine(at.FullName, "shared", "data", "einvoice");
        Assert.SkipUnless(Directory.Exists(folder), "There are no published examples of EN 16931: neither FAIRGROUND_EINVOICES nor shared/data/einvoice above the repository names a folder.");
        return folder!;
    }
}
