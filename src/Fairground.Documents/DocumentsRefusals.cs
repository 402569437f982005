using Fairground.Kernel;

namespace Fairground.Documents;

/// <summary>Why a document is not given, or a tax profile not taken. Codes are stable.</summary>
internal static class DocumentsRefusals
{
    public static readonly RefusalKind NotFound = new("documents.not_found", 404, "There is no such document, or it is not yours to see.");
    public static readonly RefusalKind NoRenderer = new("documents.no_renderer", 404, "This server makes no PDF. Print the page instead.");
    public static readonly RefusalKind RendererFailed = new("documents.renderer_failed", 503, "The PDF could not be made just now. Print the page instead.", IsTransient: true);
    public static readonly RefusalKind NoEInvoice = new("documents.no_einvoice", 422, "This document cannot be an electronic invoice.");
    public static readonly RefusalKind PeriodInvalid = new("documents.period_invalid", 422, "A period is two days written as 2026-11-30, the first not after the last; a month is written as 2026-11.");
    public static readonly RefusalKind KindUnknown = new("documents.kind_unknown", 422, "Documents are receipts, invoices and credit notes.");
}

/// <summary>Why a tax profile is not taken.</summary>
internal static class TaxRefusals
{
    public static readonly RefusalKind NameInvalid = new("tax.name_invalid", 422, "Write the organisation's legal name in at most 200 characters.");
    public static readonly RefusalKind AddressInvalid = new("tax.address_invalid", 422, "Write street and city, each in at most 120 characters, and the postcode in at most 20.");
    public static readonly RefusalKind CountryUnknown = new("tax.country_unknown", 422, "Choose a country of the list by its two letters: the market has tax rules for these.");
    public static readonly RefusalKind RegionUnknown = new("tax.region_unknown", 422, "In this country the tax differs by region. Choose one of the list.");
    public static readonly RefusalKind NumberInvalid = new("tax.number_invalid", 422, "The tax number does not have the form that this country gives its numbers.");
    public static readonly RefusalKind NumberMissing = new("tax.number_missing", 422, "Whoever is registered for the tax has a tax number. Write it, or say that the organisation is not registered.");
    public static readonly RefusalKind RateUnknown = new("tax.rate_unknown", 422, "There is no such rate in the rules of the country.");
    public static readonly RefusalKind GoodsUnknown = new("tax.goods_unknown", 404, "These goods are not the organisation's.");
}
