using System.Globalization;
using System.Xml.Linq;

namespace Fairground.Documents.WriteEInvoice;

/// <summary>
/// The chief rules of EN 16931 for invoices in UBL, written from the norm's own list: what must be there (BR), what must add up (BR-CO, BR-DEC), and what each kind of tax asks for (BR-S, BR-Z, BR-E, BR-AE, BR-O).
/// An invoice is given out only where none is broken. Where an element that a rule speaks of is missing, the rule that asks for it is broken and no other. Pure.
/// </summary>
internal static class EInvoiceRules
{
    private static readonly XNamespace Cac = EInvoice.Cac;
    private static readonly XNamespace Cbc = EInvoice.Cbc;

    private static readonly string[] Kinds = ["S", "Z", "E", "AE", "O"];

    /// <summary>The rules that are broken, in order and each once; empty where all hold.</summary>
    public static IReadOnlyList<string> Broken(XDocument document) => [.. All(document.Root!).Where(r => !r.Holds).Select(r => r.Rule).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<(string Rule, bool Holds)> All(XElement root) =>
        [.. Presence(root), .. Lines(root), .. Sums(root), .. Taxes(root), .. Decimals(root), .. Kinds.SelectMany(kind => OfKind(root, kind))];

    private static IEnumerable<(string, bool)> Presence(XElement root)
    {
        var (seller, buyer) = (root.Element(Cac + "AccountingSupplierParty")?.Element(Cac + "Party"), root.Element(Cac + "AccountingCustomerParty")?.Element(Cac + "Party"));
        yield return ("BR-01", Says(root, "CustomizationID"));
        yield return ("BR-02", Says(root, "ID"));
        yield return ("BR-03", Says(root, "IssueDate"));
        yield return ("BR-04", Says(root, "InvoiceTypeCode") || Says(root, "CreditNoteTypeCode"));
        yield return ("BR-05", Says(root, "DocumentCurrencyCode"));
        yield return ("BR-06", Says(seller?.Element(Cac + "PartyLegalEntity"), "RegistrationName"));
        yield return ("BR-07", Says(buyer?.Element(Cac + "PartyLegalEntity"), "RegistrationName"));
        yield return ("BR-08", seller?.Element(Cac + "PostalAddress") is not null);
        if (seller?.Element(Cac + "PostalAddress") is { } from) yield return ("BR-09", Says(from.Element(Cac + "Country"), "IdentificationCode"));
        yield return ("BR-10", buyer?.Element(Cac + "PostalAddress") is not null);
        if (buyer?.Element(Cac + "PostalAddress") is { } to) yield return ("BR-11", Says(to.Element(Cac + "Country"), "IdentificationCode"));
        yield return ("BR-12", Total(root, "LineExtensionAmount") is not null);
        yield return ("BR-13", Total(root, "TaxExclusiveAmount") is not null);
        yield return ("BR-14", Total(root, "TaxInclusiveAmount") is not null);
        yield return ("BR-15", Total(root, "PayableAmount") is not null);
        yield return ("BR-16", InvoiceLines(root).Any());
        foreach (var reference in root.Elements(Cac + "BillingReference")) yield return ("BR-55", reference.Element(Cac + "InvoiceDocumentReference")?.Element(Cbc + "ID") is not null);
        if (root.Element(Cac + "AccountingSupplierParty") is not null)
            yield return ("BR-CO-26", VatNumber(seller) is not null || seller?.Element(Cac + "PartyLegalEntity")?.Element(Cbc + "CompanyID") is not null
                || seller?.Elements(Cac + "PartyIdentification").Any(p => p.Element(Cbc + "ID") is { } id && (string?)id.Attribute("schemeID") != "SEPA") == true);
        foreach (var number in root.Descendants(Cac + "PartyTaxScheme").Where(IsVat).Select(s => s.Element(Cbc + "CompanyID")?.Value).OfType<string>()) yield return ("BR-CO-09", Countries.Has(number));
        yield return ("BR-CO-03", root.Element(Cbc + "TaxPointDate") is null || root.Elements(Cac + "InvoicePeriod").All(p => p.Element(Cbc + "DescriptionCode") is null));
        if (root.Name == EInvoice.Invoice + "Invoice" && Total(root, "PayableAmount") > 0) yield return ("BR-CO-25", root.Element(Cbc + "DueDate") is not null || root.Descendants(Cbc + "PaymentDueDate").Any() || root.Elements(Cac + "PaymentTerms").Any(t => t.Element(Cbc + "Note") is not null));
    }

    private static IEnumerable<(string, bool)> Lines(XElement root)
    {
        foreach (var line in InvoiceLines(root))
        {
            var quantity = line.Element(Cbc + "InvoicedQuantity") ?? line.Element(Cbc + "CreditedQuantity");
            yield return ("BR-21", Says(line, "ID"));
            yield return ("BR-22", quantity is not null);
            yield return ("BR-23", quantity?.Attribute("unitCode") is not null);
            yield return ("BR-24", line.Element(Cbc + "LineExtensionAmount") is not null);
            yield return ("BR-25", Says(line.Element(Cac + "Item"), "Name"));
            yield return ("BR-26", line.Element(Cac + "Price")?.Element(Cbc + "PriceAmount") is not null);
            yield return ("BR-27", Number(line.Element(Cac + "Price"), "PriceAmount") is null or >= 0);
            yield return ("BR-CO-04", line.Element(Cac + "Item")?.Elements(Cac + "ClassifiedTaxCategory").Any(c => IsVat(c) && c.Element(Cbc + "ID") is not null) == true);
        }
        foreach (var allowance in root.Elements(Cac + "AllowanceCharge").Concat(InvoiceLines(root).SelectMany(l => l.Elements(Cac + "AllowanceCharge"))))
        {
            var (isLine, isCharge) = (allowance.Parent != root, IsCharge(allowance));
            yield return ((isLine, isCharge) switch { (false, false) => "BR-CO-21", (false, true) => "BR-CO-22", (true, false) => "BR-CO-23", _ => "BR-CO-24" },
                allowance.Element(Cbc + "AllowanceChargeReason") is not null || allowance.Element(Cbc + "AllowanceChargeReasonCode") is not null);
        }
    }

    private static IEnumerable<(string, bool)> Sums(XElement root)
    {
        if (root.Element(Cac + "LegalMonetaryTotal") is null) yield break;
        var (lines, without, with, pay) = (Total(root, "LineExtensionAmount"), Total(root, "TaxExclusiveAmount"), Total(root, "TaxInclusiveAmount"), Total(root, "PayableAmount"));
        var (allowances, charges) = (Total(root, "AllowanceTotalAmount"), Total(root, "ChargeTotalAmount"));
        if (lines is not null) yield return ("BR-CO-10", lines == Cents(InvoiceLines(root).Sum(l => Number(l, "LineExtensionAmount") ?? 0)));
        yield return ("BR-CO-11", Agrees(allowances, root.Elements(Cac + "AllowanceCharge").Where(a => !IsCharge(a))));
        yield return ("BR-CO-12", Agrees(charges, root.Elements(Cac + "AllowanceCharge").Where(IsCharge)));
        if (without is not null && lines is not null) yield return ("BR-CO-13", without == Cents(lines.Value + (charges ?? 0) - (allowances ?? 0)));
        if (with is not null && without is not null && root.Element(Cbc + "DocumentCurrencyCode")?.Value is { } currency)
        {
            var taxes = root.Elements(Cac + "TaxTotal").Select(t => t.Element(Cbc + "TaxAmount")).OfType<XElement>().Where(t => (string?)t.Attribute("currencyID") == currency).ToList();
            yield return ("BR-CO-15", taxes.Count == 1 && with == Cents(without.Value + Number(taxes[0])));
        }
        if (with is not null && pay is not null) yield return ("BR-CO-16", Cents(pay.Value - (Total(root, "PayableRoundingAmount") ?? 0)) == Cents(with.Value - (Total(root, "PrepaidAmount") ?? 0)));
    }

    private static IEnumerable<(string, bool)> Taxes(XElement root)
    {
        yield return ("BR-CO-18", root.Elements(Cac + "TaxTotal").Any(t => t.Element(Cac + "TaxSubtotal") is not null));
        foreach (var total in root.Elements(Cac + "TaxTotal").Where(t => t.Element(Cac + "TaxSubtotal") is not null))
            yield return ("BR-CO-14", Number(total, "TaxAmount") == Cents(total.Elements(Cac + "TaxSubtotal").Sum(s => Number(s, "TaxAmount") ?? 0)));
        foreach (var sub in root.Elements(Cac + "TaxTotal").Elements(Cac + "TaxSubtotal"))
        {
            var (category, amount, taxable) = (sub.Elements(Cac + "TaxCategory").FirstOrDefault(IsVat), Number(sub, "TaxAmount"), Number(sub, "TaxableAmount"));
            yield return ("BR-45", taxable is not null);
            yield return ("BR-46", amount is not null);
            yield return ("BR-47", category?.Element(Cbc + "ID") is not null);
            yield return ("BR-48", Number(category, "Percent") is not null || category?.Element(Cbc + "ID")?.Value.Trim() == "O");
            if (taxable is not null && amount is not null) yield return ("BR-CO-17", Near(amount.Value, taxable.Value, Number(category, "Percent") ?? 0));
        }
    }

    private static IEnumerable<(string, bool)> Decimals(XElement root)
    {
        string[] totals = ["LineExtensionAmount", "AllowanceTotalAmount", "ChargeTotalAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "PrepaidAmount", "PayableRoundingAmount", "PayableAmount"];
        string[] rules = ["BR-DEC-09", "BR-DEC-10", "BR-DEC-11", "BR-DEC-12", "BR-DEC-14", "BR-DEC-16", "BR-DEC-17", "BR-DEC-18"];
        for (var i = 0; i < totals.Length; i++)
            if (root.Element(Cac + "LegalMonetaryTotal")?.Element(Cbc + totals[i]) is { } total) yield return (rules[i], TwoPlaces(total));
        foreach (var tax in root.Elements(Cac + "TaxTotal").Elements(Cbc + "TaxAmount")) yield return ("BR-DEC-13", TwoPlaces(tax));
        foreach (var sub in root.Elements(Cac + "TaxTotal").Elements(Cac + "TaxSubtotal"))
        {
            if (sub.Element(Cbc + "TaxableAmount") is { } taxable) yield return ("BR-DEC-19", TwoPlaces(taxable));
            if (sub.Element(Cbc + "TaxAmount") is { } amount) yield return ("BR-DEC-20", TwoPlaces(amount));
        }
        foreach (var line in InvoiceLines(root).Elements(Cbc + "LineExtensionAmount")) yield return ("BR-DEC-23", TwoPlaces(line));
    }

    // The ten rules that are alike for every kind of tax; O has two more, for it stands alone.
    private static IEnumerable<(string, bool)> OfKind(XElement root, string kind)
    {
        var classified = root.Descendants(Cac + "ClassifiedTaxCategory").Where(c => IsVat(c) && Is(c, kind)).ToList();
        var allowances = root.Elements(Cac + "AllowanceCharge").Where(a => a.Elements(Cac + "TaxCategory").Any(c => IsVat(c) && Is(c, kind))).ToList();
        var subtotals = root.Elements(Cac + "TaxTotal").Elements(Cac + "TaxSubtotal").Where(s => s.Elements(Cac + "TaxCategory").Any(c => IsVat(c) && Is(c, kind))).ToList();
        if (classified.Count + allowances.Count + subtotals.Count == 0) yield break;
        yield return ($"BR-{kind}-01", kind == "S" ? subtotals.Count > 0 && classified.Count + allowances.Count > 0 : subtotals.Count == 1);
        var numbers = Numbers(root, kind);
        if (classified.Count > 0) yield return ($"BR-{kind}-02", numbers);
        if (allowances.Any(a => !IsCharge(a))) yield return ($"BR-{kind}-03", numbers);
        if (allowances.Any(IsCharge)) yield return ($"BR-{kind}-04", numbers);
        foreach (var category in classified) yield return ($"BR-{kind}-05", Rate(category, kind));
        foreach (var allowance in allowances) yield return (IsCharge(allowance) ? $"BR-{kind}-07" : $"BR-{kind}-06", Rate(allowance.Element(Cac + "TaxCategory")!, kind));
        foreach (var sub in subtotals)
        {
            var category = sub.Elements(Cac + "TaxCategory").First(IsVat);
            var (taxable, tax) = (Number(sub, "TaxableAmount"), Number(sub, "TaxAmount"));
            var rate = kind == "S" ? Number(category, "Percent") : null;
            var sum = InvoiceLines(root).Where(l => l.Element(Cac + "Item")?.Elements(Cac + "ClassifiedTaxCategory").Any(c => Is(c, kind) && (rate is null || Number(c, "Percent") == rate)) == true).Sum(l => Number(l, "LineExtensionAmount") ?? 0)
                + root.Elements(Cac + "AllowanceCharge").Where(a => a.Elements(Cac + "TaxCategory").Any(c => Is(c, kind) && (rate is null || Number(c, "Percent") == rate))).Sum(a => (IsCharge(a) ? 1 : -1) * (Number(a, "Amount") ?? 0));
            if (taxable is not null) yield return ($"BR-{kind}-08", kind == "S" ? Math.Abs(taxable.Value - sum) < 1 : taxable == sum);
            if (tax is not null) yield return ($"BR-{kind}-09", kind == "S" ? taxable is not { } due || Near(tax.Value, due, rate ?? 0) : tax == 0);
            var reasoned = category.Element(Cbc + "TaxExemptionReason") is not null || category.Element(Cbc + "TaxExemptionReasonCode") is not null;
            yield return ($"BR-{kind}-10", reasoned == (kind is "E" or "AE" or "O"));
        }
        if (kind != "O" || subtotals.Count == 0) yield break;
        yield return ("BR-O-11", root.Elements(Cac + "TaxTotal").Elements(Cac + "TaxSubtotal").Elements(Cac + "TaxCategory").Where(IsVat).All(c => Is(c, "O")));
        yield return ("BR-O-12", root.Descendants(Cac + "ClassifiedTaxCategory").Where(IsVat).All(c => Is(c, "O")));
    }

    // Whoever charges or spares a tax is named by a number; what stands outside of it names none.
    private static bool Numbers(XElement root, string kind)
    {
        var (seller, buyer) = (root.Element(Cac + "AccountingSupplierParty")?.Element(Cac + "Party"), root.Element(Cac + "AccountingCustomerParty")?.Element(Cac + "Party"));
        var agent = root.Element(Cac + "TaxRepresentativeParty");
        if (kind == "O") return VatNumber(seller) is null && VatNumber(agent) is null && VatNumber(buyer) is null;
        var sold = seller?.Elements(Cac + "PartyTaxScheme").Any(s => s.Element(Cbc + "CompanyID") is not null) == true || VatNumber(agent) is not null;
        return sold && (kind != "AE" || VatNumber(buyer) is not null || buyer?.Element(Cac + "PartyLegalEntity")?.Element(Cbc + "CompanyID") is not null);
    }

    private static bool Rate(XElement category, string kind) => kind switch { "S" => Number(category, "Percent") > 0, "O" => category.Element(Cbc + "Percent") is null, _ => Number(category, "Percent") == 0 };

    private static bool Near(decimal tax, decimal taxable, decimal percent) =>
        Math.Round(percent, 0, MidpointRounding.ToPositiveInfinity) == 0 ? Math.Round(tax, 0, MidpointRounding.ToPositiveInfinity) == 0 : Math.Abs(Math.Abs(tax) - Cents(Math.Abs(taxable) * percent / 100)) < 1;

    private static bool Agrees(decimal? total, IEnumerable<XElement> parts)
    {
        var all = parts.ToList();
        return total is null ? all.Count == 0 : total == Cents(all.Sum(a => Number(a, "Amount") ?? 0));
    }

    private static IEnumerable<XElement> InvoiceLines(XElement root) => root.Elements(Cac + "InvoiceLine").Concat(root.Elements(Cac + "CreditNoteLine"));

    private static bool IsCharge(XElement allowance) => allowance.Element(Cbc + "ChargeIndicator")?.Value.Trim() is "true" or "1";

    private static bool IsVat(XElement element) => element.Element(Cac + "TaxScheme")?.Element(Cbc + "ID")?.Value.Trim().ToUpperInvariant() == "VAT";

    private static bool Is(XElement category, string kind) => category.Element(Cbc + "ID")?.Value.Trim() == kind;

    private static string? VatNumber(XElement? party) => party?.Elements(Cac + "PartyTaxScheme").Where(IsVat).Select(s => s.Element(Cbc + "CompanyID")?.Value).FirstOrDefault();

    private static bool Says(XElement? parent, string name) => !string.IsNullOrWhiteSpace(parent?.Element(Cbc + name)?.Value);

    private static decimal? Total(XElement root, string name) => Number(root.Element(Cac + "LegalMonetaryTotal"), name);

    private static decimal? Number(XElement? parent, string name) => parent?.Element(Cbc + name) is { } element ? Number(element) : null;

    private static decimal Number(XElement element) => decimal.TryParse(element.Value.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static decimal Cents(decimal amount) => Math.Round(amount, 2, MidpointRounding.ToPositiveInfinity);

    private static bool TwoPlaces(XElement amount)
    {
        var (text, at) = (amount.Value.Trim(), amount.Value.Trim().IndexOf('.', StringComparison.Ordinal));
        return at < 0 || text.Length - at - 1 <= 2;
    }

    // The codes that may stand before a number of VAT: those of ISO 3166, Greece's EL, Northern Ireland's XI and Kosovo's 1A.
    private static class Countries
    {
        private const string Known =
            " 1A AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH EL ER ES ET " +
            "FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG " +
            "MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD " +
            "TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI YE YT ZA ZM ZW ";

        public static bool Has(string number) => number.Length >= 2 && Known.Contains($" {number[..2]} ", StringComparison.Ordinal);
    }
}
