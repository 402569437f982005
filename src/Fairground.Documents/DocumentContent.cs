using Fairground.Kernel.Contracts;

namespace Fairground.Documents;

/// <summary>What a document says. Amounts are minor units of its currency; days are the issuer's.</summary>
/// <param name="Code">The number as it is printed.</param>
/// <param name="IssuedOn">The day of issue.</param>
/// <param name="SuppliedOn">The day on which money or goods moved; its tax rates count.</param>
/// <param name="Rules">The tax rules with their version: <c>kz/1</c>; null where the seller is not registered.</param>
/// <param name="Scheme"><c>VAT</c>, <c>sales-tax</c>, or null.</param>
/// <param name="Supply">One of <see cref="Supplies"/>.</param>
/// <param name="Due">What is still to be paid.</param>
/// <param name="TakesBack">Of a credit note: the documents that it takes back.</param>
public sealed record DocumentContent(
    string Code, PaperKind Kind, DateOnly IssuedOn, DateOnly SuppliedOn, string Currency, string? Rules, string? Scheme, string Supply, DocumentParty Seller, DocumentParty Buyer,
    IReadOnlyList<DocumentLine> Lines, IReadOnlyList<DocumentTax> Taxes, long Net, long Tax, long Gross, long Due, IReadOnlyList<DocumentOrigin> TakesBack);

/// <summary>The seller or the buyer as the law wants them named.</summary>
/// <param name="Id">Of the organisation or the person; null for many.</param>
/// <param name="Kind">Who it is.</param>
/// <param name="Name">A person's is sealed under the person's key (decision 0015); null where it was erased, or where many bought.</param>
/// <param name="Country">ISO 3166.</param>
public sealed record DocumentParty(Guid? Id, PaperBuyer Kind, string? Name, string? Street = null, string? City = null, string? Postcode = null, string? Country = null, string? TaxId = null, string? RegistrationId = null);

/// <summary>A line.</summary>
/// <param name="Name">Empty where the kind of supply says it all.</param>
/// <param name="TaxCode">The rate's code in the rules.</param>
/// <param name="Category">S, Z, E, AE or O.</param>
/// <param name="Rate">Thousandths of a per cent.</param>
public sealed record DocumentLine(string Name, int Quantity, long Net, long Tax, long Gross, string TaxCode, string Category, int Rate);

/// <summary>The tax of one kind.</summary>
public sealed record DocumentTax(string TaxCode, string Category, int Rate, long Base, long Tax);

/// <summary>A document that another takes back.</summary>
public sealed record DocumentOrigin(Guid Id, string Code, DateOnly IssuedOn);
