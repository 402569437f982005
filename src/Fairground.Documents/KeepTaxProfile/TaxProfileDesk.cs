using Fairground.Documents.KnowTaxes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Documents.KeepTaxProfile;

/// <summary>How an organisation is named and taxed on its documents.</summary>
/// <param name="LegalName">At most 200 characters.</param>
/// <param name="Street">At most 120, as is the city.</param>
/// <param name="Country">ISO 3166; one that the market has rules for.</param>
/// <param name="Region">ISO 3166-2, where the tax differs by region.</param>
/// <param name="TaxId">Needed where it is registered.</param>
/// <param name="RegistrationId">In the trade register.</param>
/// <param name="Registered">Whether it is registered for the tax.</param>
/// <param name="Rate">The code of the rate of goods that have none of their own; null for the usual one.</param>
public sealed record TaxProfileBody(string? LegalName, string? Street, string? City, string? Postcode, string? Country, string? Region, string? TaxId, string? RegistrationId, bool Registered, string? Rate);

/// <summary>A profile as it holds.</summary>
/// <param name="Version">Counts each change.</param>
public sealed record TaxProfileView(
    Guid OrganisationId, int Version, string LegalName, string Street, string City, string? Postcode, string Country, string? Region, string? TaxId, string? RegistrationId, bool Registered, string? Rate, DateTimeOffset ChangedAt);

/// <summary>Goods with a rate of their own, and its code.</summary>
public sealed record GoodsRateView(Guid ProductId, string Name, string Rate);

/// <summary>The rate of goods; null to have the usual one again.</summary>
public sealed record GoodsRateBody(string? Rate);

/// <summary>Keeps tax profiles, every version with who changed it.</summary>
internal sealed class TaxProfileDesk(DocumentsContext context, IOrganisations organisations, IGoods goods, TimeProvider time)
{
    /// <summary>The version that holds, or null.</summary>
    public Task<TaxProfile?> Find(Guid organisationId, CancellationToken ct) =>
        context.Profiles.AsNoTracking().Where(p => p.OrganisationId == organisationId).OrderByDescending(p => p.Version).FirstOrDefaultAsync(ct);

    /// <summary>Every version, the newest first.</summary>
    public Task<List<TaxProfile>> History(Guid organisationId, CancellationToken ct) =>
        context.Profiles.AsNoTracking().Where(p => p.OrganisationId == organisationId).OrderByDescending(p => p.Version).ToListAsync(ct);

    /// <summary>Refusals in this order: <c>request.not_found</c>, <c>tax.name_invalid</c>, <c>tax.address_invalid</c>, <c>tax.country_unknown</c>, <c>tax.region_unknown</c>, <c>tax.number_missing</c>, <c>tax.number_invalid</c>, <c>tax.rate_unknown</c>. The same again changes nothing.</summary>
    public async Task<Result<TaxProfile>> Change(Guid organisationId, TaxProfileBody body, Guid by, CancellationToken ct)
    {
        if (await organisations.Find(organisationId, ct) is null) return CommonRefusals.NotFound;
        await using var transaction = await context.BeginWriteAsync(ct);
        var last = await Find(organisationId, ct);
        var decided = Decide(organisationId, body, (last?.Version ?? 0) + 1, by, time.GetUtcNow());
        if (decided.Refused || (last is not null && IsSame(last, decided.Value))) return decided.Refused ? decided : last!;
        context.Profiles.Add(decided.Value);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return decided;
    }

    /// <summary>The next version of a profile. Pure; refusals as <see cref="Change"/>.</summary>
    public static Result<TaxProfile> Decide(Guid organisationId, TaxProfileBody body, int version, Guid by, DateTimeOffset now)
    {
        var country = body.Country?.Trim().ToUpperInvariant();
        var rules = TaxFiles.Of(country);
        var (taxId, region) = (TaxIds.Clean(body.TaxId), Text(body.Region)?.ToUpperInvariant());
        if (!Fits(body.LegalName, 200)) return TaxRefusals.NameInvalid.With(("field", "legalName"));
        if (!Fits(body.Street, 120) || !Fits(body.City, 120) || (Text(body.Postcode) is not null && !Fits(body.Postcode, 20))) return TaxRefusals.AddressInvalid.With(("field", "street"));
        if (rules is null) return TaxRefusals.CountryUnknown.With(("field", "country"), ("known", string.Join(", ", TaxFiles.All.Select(r => r.Country))));
        if (rules.IsRegional ? rules.Rates.All(r => r.Region != region || region is null) : region is not null) return TaxRefusals.RegionUnknown.With(("field", "region"), ("known", string.Join(", ", rules.Rates.Select(r => r.Region).OfType<string>().Distinct())));
        if (body.Registered && taxId.Length == 0) return TaxRefusals.NumberMissing.With(("field", "taxId"));
        if (taxId.Length > 0 && !TaxIds.Fits(rules.TaxId.Pattern, taxId)) return TaxRefusals.NumberInvalid.With(("field", "taxId"), ("example", rules.TaxId.Example));
        if (Text(body.RegistrationId) is not null && !Fits(body.RegistrationId, 40)) return TaxRefusals.NumberInvalid.With(("field", "registrationId"));
        if (Text(body.Rate) is { } rate && !IsForGoods(rules, rate, region)) return TaxRefusals.RateUnknown.With(("field", "rate"));
        return new TaxProfile
        {
            OrganisationId = organisationId, Version = version, LegalName = Text(body.LegalName)!, Street = Text(body.Street)!, City = Text(body.City)!, Postcode = Text(body.Postcode), Country = rules.Country,
            Region = region, TaxId = taxId.Length == 0 ? null : taxId, RegistrationId = Text(body.RegistrationId), Registered = body.Registered, Category = Text(body.Rate), ChangedBy = by, ChangedAt = now,
        };
    }

    /// <summary>The rates that goods of this country may have.</summary>
    public static IReadOnlyList<TaxRate> ForGoods(TaxRules rules, string? region) => [.. rules.Rates.Where(r => r.Category is "S" or "Z" or "E" && (r.Region is null || r.Region == region))];

    /// <summary>Goods with a rate of their own.</summary>
    public async Task<IReadOnlyList<GoodsRateView>> Goods(Guid shopId, CancellationToken ct)
    {
        var rates = await context.GoodsRates.AsNoTracking().Where(r => r.ShopId == shopId).OrderBy(r => r.ProductId).ToListAsync(ct);
        var known = await goods.FindProducts([.. rates.Select(r => r.ProductId)], ct);
        return [.. rates.Select(r => new GoodsRateView(r.ProductId, known.GetValueOrDefault(r.ProductId)?.Name ?? "", r.Rate))];
    }

    /// <summary>Gives goods a rate of their own, or takes it away. Refusals: <c>tax.goods_unknown</c>, <c>tax.rate_unknown</c>.</summary>
    public async Task<Refusal?> ChangeGoods(Guid shopId, Guid productId, string? rate, Guid by, CancellationToken ct)
    {
        if (await goods.FindProduct(productId, ct) is not { } product || product.ShopId != shopId) return TaxRefusals.GoodsUnknown;
        await using var transaction = await context.BeginWriteAsync(ct);
        var code = Text(rate);
        var profile = await Find(shopId, ct);
        if (code is not null && (TaxFiles.Of(profile?.Country) is not { } rules || !IsForGoods(rules, code, profile!.Region))) return TaxRefusals.RateUnknown.With(("field", "rate"));
        var row = await context.GoodsRates.FirstOrDefaultAsync(r => r.ProductId == productId, ct);
        if (code is null && row is not null) context.GoodsRates.Remove(row);
        else if (code is not null && row is not null) (row.Rate, row.ChangedBy, row.ChangedAt) = (code, by, time.GetUtcNow());
        else if (code is not null) context.GoodsRates.Add(new GoodsRate { ProductId = productId, ShopId = shopId, Rate = code, ChangedBy = by, ChangedAt = time.GetUtcNow() });
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    public static TaxProfileView View(TaxProfile p) => new(p.OrganisationId, p.Version, p.LegalName, p.Street, p.City, p.Postcode, p.Country, p.Region, p.TaxId, p.RegistrationId, p.Registered, p.Category, p.ChangedAt);

    private static bool IsForGoods(TaxRules rules, string code, string? region) => ForGoods(rules, region).Any(r => r.Code == code);

    private static bool IsSame(TaxProfile a, TaxProfile b) =>
        (a.LegalName, a.Street, a.City, a.Postcode, a.Country, a.Region, a.TaxId) == (b.LegalName, b.Street, b.City, b.Postcode, b.Country, b.Region, b.TaxId)
        && (a.RegistrationId, a.Registered, a.Category) == (b.RegistrationId, b.Registered, b.Category);

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static bool Fits(string? text, int longest) => Text(text) is { } some && some.Length <= longest && !some.Any(char.IsControl);
}
