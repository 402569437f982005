using Fairground.Documents.KeepTaxProfile;
using Fairground.Documents.KnowTaxes;
using Fairground.Kernel.Contracts;

namespace Fairground.Documents.IssueDocuments;

/// <summary>All that a document is made of, gathered before it is numbered.</summary>
/// <param name="Seller">The issuer's profile; null where it has none.</param>
/// <param name="SellerName">What the issuer is called where it has no profile.</param>
/// <param name="BuyerProfile">Of an organisation.</param>
/// <param name="BuyerName">A person's sealed, an organisation's plain; null where not known.</param>
/// <param name="GoodsRates">By goods, the code of their own rate.</param>
/// <param name="SuppliedOn">The issuer's day of the transfer.</param>
/// <param name="Originals">Of a credit note: what it takes back, the first one first.</param>
internal sealed record Draft(
    PaperDue Paper, string Currency, TaxProfile? Seller, string SellerName, TaxProfile? BuyerProfile, string? BuyerName, IReadOnlyDictionary<Guid, string> GoodsRates, DateOnly SuppliedOn, IReadOnlyList<Document> Originals);

/// <summary>Makes the content of documents. Pure.</summary>
internal static class Drafting
{
    /// <summary>The content with its number. Money has moved already, so amounts have the tax in them, wherever prices are shown without it.</summary>
    public static DocumentContent Write(Draft draft, string code, DateOnly issuedOn)
    {
        var (paper, rules) = (draft.Paper, draft.Seller is { Registered: true } seller ? TaxFiles.Of(seller.Country) : null);
        var original = draft.Originals.Count > 0 ? draft.Originals[0].Content : null;
        var lines = paper.Lines.Select(l => new TaxableLine(l.Gross, Share(draft, l, original))).ToList();
        var sums = TaxSum.Of(lines, PriceStyle.Inclusive, rules?.Rounding ?? RoundingUnit.Document);
        return new DocumentContent(
            code, paper.Kind, issuedOn, draft.SuppliedOn, draft.Currency, original is null ? rules is null ? null : $"{rules.Id}/{rules.Version}" : original.Rules, original is null ? rules?.Scheme : original.Scheme, paper.Supply,
            original?.Seller ?? Party(paper.Issuer, PaperBuyer.Organisation, draft.SellerName, draft.Seller), Party(paper.Buyer, paper.BuyerKind, draft.BuyerName, draft.BuyerProfile),
            [.. paper.Lines.Select((l, i) => new DocumentLine(l.Name, l.Quantity, sums.Lines[i].Net, sums.Lines[i].Tax, sums.Lines[i].Gross, lines[i].Tax.Code, lines[i].Tax.Category, lines[i].Tax.Rate))],
            [.. sums.Groups.Select(g => new DocumentTax(g.Share.Code, g.Share.Category, g.Share.Rate, g.Base, g.Tax))],
            sums.Net, sums.Tax, sums.Gross, paper.Due, [.. draft.Originals.Select(o => new DocumentOrigin(o.Id, o.Code, o.Content.IssuedOn))]);
    }

    // What is taken back is taxed as it was when it was given.
    private static TaxShare Share(Draft draft, PaperLine line, DocumentContent? original)
    {
        if (original is not null) return new TaxShare(original.Lines[0].TaxCode, original.Lines[0].Category, original.Lines[0].Rate);
        var buyer = draft is { Paper.BuyerKind: PaperBuyer.Organisation, BuyerProfile: { Registered: true } profile } ? new TaxBuyer(profile.Country, profile.TaxId) : TaxBuyer.Private;
        return TaxChoice.Of(draft.Seller, buyer, draft.Paper.Supply, line.ProductId is { } id ? draft.GoodsRates.GetValueOrDefault(id) : null, draft.SuppliedOn);
    }

    private static DocumentParty Party(Guid? id, PaperBuyer kind, string? name, TaxProfile? profile) => profile is null
        ? new DocumentParty(id, kind, name)
        : new DocumentParty(id, kind, profile.LegalName, profile.Street, profile.City, profile.Postcode, profile.Country, profile.Registered ? profile.TaxId : null, profile.RegistrationId ?? (profile.Registered ? null : profile.TaxId));
}
