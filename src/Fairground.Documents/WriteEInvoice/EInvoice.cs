using System.Globalization;
using System.Xml.Linq;
using Fairground.Documents.KnowTaxes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Documents.WriteEInvoice;

/// <summary>Writes invoices and credit notes as EN 16931 in UBL 2.1.</summary>
internal static class EInvoice
{
    public static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    public static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
    public static readonly XNamespace Invoice = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
    public static readonly XNamespace CreditNote = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2";

    private const string Norm = "urn:cen.eu:en16931:2017";

    /// <summary>The document in XML. Refusal <c>documents.no_einvoice</c>, which says why: a receipt, a currency of three decimal places, a tax that is no VAT, an issuer without an address.</summary>
    public static Result<XDocument> Write(DocumentContent content)
    {
        if (content.Kind == PaperKind.Receipt) return No(T["A receipt is no invoice. Take the page or the PDF."]);
        if (Currency.Of(content.Currency).MinorDigits > 2) return No(T["The European norm has two decimal places, and the currency of this document has more. Take the page or the PDF."]);
        if (content.Scheme is not (null or TaxRules.Vat)) return No(T["The European norm knows VAT alone, and this document has another tax. Take the page or the PDF."]);
        if (content.Seller.Country is null or "ZZ") return No(T["An electronic invoice needs the issuer's address. It is written on the issuer's tax page, for later documents."]);
        var invoice = Body(content);
        var broken = EInvoiceRules.Broken(invoice);
        return broken.Count == 0 ? invoice : No(T["This document does not meet the European norm: {0}.", string.Join(", ", broken)]);
    }

    private static Refusal No(string why) => DocumentsRefusals.NoEInvoice.Saying(why);

    private static XDocument Body(DocumentContent c)
    {
        var credit = c.Kind == PaperKind.CreditNote;
        var root = credit ? CreditNote + "CreditNote" : Invoice + "Invoice";
        return new XDocument(new XDeclaration("1.0", "UTF-8", null), new XElement(
            root,
            new XAttribute("xmlns", root.NamespaceName), new XAttribute(XNamespace.Xmlns + "cac", Cac.NamespaceName), new XAttribute(XNamespace.Xmlns + "cbc", Cbc.NamespaceName),
            B("CustomizationID", Norm), B("ID", c.Code), B("IssueDate", Day(c.IssuedOn)), B(credit ? "CreditNoteTypeCode" : "InvoiceTypeCode", credit ? "381" : "380"), B("DocumentCurrencyCode", c.Currency),
            c.TakesBack.Select(o => A("BillingReference", A("InvoiceDocumentReference", B("ID", o.Code), B("IssueDate", Day(o.IssuedOn))))),
            A("AccountingSupplierParty", Party(c, c.Seller, c.Seller.Country!)),
            A("AccountingCustomerParty", Party(c, c.Buyer, c.Buyer.Country ?? c.Seller.Country!)),
            A("Delivery", B("ActualDeliveryDate", Day(c.SuppliedOn))),
            c.Due > 0 ? A("PaymentTerms", B("Note", "Paid from the organisation's later sales in the market.")) : null,
            A("TaxTotal", Amount(c, "TaxAmount", c.Tax), c.Taxes.Select(t => A("TaxSubtotal", Amount(c, "TaxableAmount", t.Base), Amount(c, "TaxAmount", t.Tax), Category("TaxCategory", t.TaxCode, t.Category, t.Rate, c.Rules, reason: true)))),
            A("LegalMonetaryTotal", Amount(c, "LineExtensionAmount", c.Net), Amount(c, "TaxExclusiveAmount", c.Net), Amount(c, "TaxInclusiveAmount", c.Gross), c.Gross > c.Due ? Amount(c, "PrepaidAmount", c.Gross - c.Due) : null, Amount(c, "PayableAmount", c.Due)),
            c.Lines.Select((line, i) => Line(c, line, i + 1, credit))));
    }

    private static XElement Party(DocumentContent c, DocumentParty party, string country)
    {
        var outside = c.Taxes.Any(t => t.Category == "O");
        return A("Party",
            party.TaxId is null && party.RegistrationId is null && party.Id is { } id ? A("PartyIdentification", B("ID", id.ToString("N"))) : null,
            A("PostalAddress", Optional("StreetName", party.Street), Optional("CityName", party.City), Optional("PostalZone", party.Postcode), A("Country", B("IdentificationCode", country))),
            // What stands outside the scope of the tax names no tax number (BR-O-02).
            party.TaxId is { } number && !outside ? A("PartyTaxScheme", B("CompanyID", Prefixed(number, country)), A("TaxScheme", B("ID", TaxRules.Vat))) : null,
            A("PartyLegalEntity", B("RegistrationName", party.Name ?? "Private person"), Optional("CompanyID", party.RegistrationId ?? (outside ? party.TaxId : null))));
    }

    private static XElement Line(DocumentContent c, DocumentLine line, int number, bool credit) => A(
        credit ? "CreditNoteLine" : "InvoiceLine",
        B("ID", number.ToString(CultureInfo.InvariantCulture)), Quantity(credit ? "CreditedQuantity" : "InvoicedQuantity", line.Quantity), Amount(c, "LineExtensionAmount", line.Net),
        A("Item", B("Name", line.Name.Length > 0 ? line.Name : c.Supply), Category("ClassifiedTaxCategory", line.TaxCode, line.Category, line.Rate, c.Rules, reason: false)),
        // The price of the whole quantity, for that of a piece need not be a number of minor units.
        A("Price", Amount(c, "PriceAmount", line.Net), Quantity("BaseQuantity", line.Quantity)));

    private static XElement Category(string name, string code, string category, int rate, string? rules, bool reason) => A(
        name, B("ID", category), category == "O" ? null : B("Percent", Percent(rate)),
        reason && (category is "E" or "AE" or "O") ? B("TaxExemptionReason", Reason(code, rules)) : null, A("TaxScheme", B("ID", TaxRules.Vat)));

    private static string Reason(string code, string? rules) => TaxFiles.All.FirstOrDefault(r => r.Id == rules?.Split('/')[0])?.Rates.FirstOrDefault(r => r.Code == code)?.Names["en"] ?? "The seller is not registered for the tax.";

    // EN 16931 wants the country before a number of VAT; many countries write theirs without (BR-CO-09).
    private static string Prefixed(string number, string country) => number.Length > 2 && char.IsAsciiLetterUpper(number[0]) && char.IsAsciiLetterUpper(number[1]) ? number : country + number;

    /// <summary>Thousandths of a per cent as a decimal: 7250 is <c>7.25</c>.</summary>
    public static string Percent(int rate) => (rate / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static XElement Amount(DocumentContent c, string name, long minor) => new(Cbc + name, new XAttribute("currencyID", c.Currency), new Money(minor, Currency.Of(c.Currency)).ToDecimalString());

    private static XElement Quantity(string name, int quantity) => new(Cbc + name, new XAttribute("unitCode", "C62"), quantity.ToString(CultureInfo.InvariantCulture));

    private static XElement? Optional(string name, string? text) => text is null ? null : B(name, text);

    private static XElement A(string name, params object?[] content) => new(Cac + name, content);

    private static XElement B(string name, string text) => new(Cbc + name, text);
}
