using System.Text.RegularExpressions;
using Fairground.Kernel;
using PhoneNumbers;

namespace Fairground.Delivery;

/// <summary>Where something is sent, and to whom. Personal: kept sealed, never logged.</summary>
/// <param name="Name">Who receives it.</param>
/// <param name="Phone">E.164.</param>
/// <param name="Country">ISO 3166-1, two capital letters.</param>
/// <param name="Street">Street, house, flat.</param>
/// <param name="Region">Region, province or state; needed in some countries.</param>
/// <param name="Postcode">In the country's own form; needed where the country has them.</param>
/// <param name="Note">For the courier: the entrance, the code of the door.</param>
public sealed record PostalAddress(string Name, string Phone, string Country, string Street, string City, string? Region, string? Postcode, string? Note)
{
    /// <summary>As it stands on a label, without name and number.</summary>
    public IReadOnlyList<string> Lines => [.. new[] { Street, string.Join(", ", new[] { City, Region }.Where(p => !string.IsNullOrEmpty(p))), $"{Postcode} {Country}".Trim() }];
}

/// <summary>What countries demand of an address. Pure.</summary>
internal static partial class AddressRules
{
    /// <summary>Every ISO 3166-1 code, in order.</summary>
    public static IReadOnlyList<string> Countries { get; } =
    [
        .. ("AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET "
            + "FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD "
            + "ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS "
            + "ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW").Split(' '),
    ];

    // Where a letter does not arrive without its region.
    private static readonly HashSet<string> WithRegion = ["US", "CA", "AU", "BR", "CN", "IN", "MX", "MY"];

    // Postcodes of where most of our people live; elsewhere one is taken as it is written.
    private static readonly Dictionary<string, Regex> Postcodes = new()
    {
        ["KZ"] = Kazakhstan(), ["RU"] = SixDigits(), ["UZ"] = SixDigits(), ["KG"] = SixDigits(), ["BY"] = SixDigits(), ["CN"] = SixDigits(), ["SG"] = SixDigits(), ["TJ"] = SixDigits(), ["IN"] = SixDigits(),
        ["KR"] = FiveDigits(), ["DE"] = FiveDigits(), ["FR"] = FiveDigits(), ["IT"] = FiveDigits(), ["ES"] = FiveDigits(), ["UA"] = FiveDigits(), ["TR"] = FiveDigits(), ["MX"] = FiveDigits(), ["MY"] = FiveDigits(), ["TH"] = FiveDigits(),
        ["AU"] = FourDigits(), ["AT"] = FourDigits(), ["CH"] = FourDigits(), ["BE"] = FourDigits(), ["DK"] = FourDigits(), ["NO"] = FourDigits(), ["GE"] = FourDigits(), ["AM"] = FourDigits(),
        ["US"] = UnitedStates(), ["GB"] = UnitedKingdom(), ["CA"] = Canada(), ["JP"] = Japan(), ["BR"] = Brazil(), ["NL"] = Netherlands(), ["PL"] = Poland(),
    };

    /// <summary>True where an address of this country needs its region.</summary>
    public static bool NeedsRegion(string country) => WithRegion.Contains(country);

    /// <summary>The address in one spelling. Refusals in this order: <c>address.name_invalid</c>, <c>country_unknown</c>, <c>phone_invalid</c>, <c>street_invalid</c>, <c>city_invalid</c>, <c>region_missing</c>, <c>postcode_invalid</c>, <c>too_long</c>.</summary>
    public static Result<PostalAddress> Check(AddressBody given)
    {
        var (name, country, street, city) = (Clean(given.Name), Clean(given.Country).ToUpperInvariant(), Clean(given.Street), Clean(given.City));
        var (region, postcode, note) = (Clean(given.Region), Clean(given.Postcode).ToUpperInvariant(), Clean(given.Note));
        if (name.Length is < 2 or > 100) return At(AddressRefusals.NameInvalid, "name");
        if (!Countries.Contains(country)) return At(AddressRefusals.CountryUnknown, "country");
        if (Phone(given.Phone, country) is not { } phone) return At(AddressRefusals.PhoneInvalid, "phone");
        if (street.Length is < 3 or > 120) return At(AddressRefusals.StreetInvalid, "street");
        if (city.Length is < 1 or > 80) return At(AddressRefusals.CityInvalid, "city");
        if (region.Length == 0 && NeedsRegion(country)) return At(AddressRefusals.RegionMissing, "region");
        if (Postcodes.TryGetValue(country, out var form) ? !form.IsMatch(postcode) : postcode.Length > 12) return At(AddressRefusals.PostcodeInvalid, "postcode");
        if (region.Length > 80) return At(AddressRefusals.TooLong, "region");
        if (note.Length > 200) return At(AddressRefusals.TooLong, "note");
        return new PostalAddress(name, phone, country, street, city, Some(region), Some(postcode), Some(note));
    }

    private static Refusal At(RefusalKind kind, string field) => kind.With(("field", field));

    private static string? Some(string text) => text.Length == 0 ? null : text;

    // One line without anything that a printer would take for an order.
    private static string Clean(string? text) => Spaces().Replace(string.Concat((text ?? "").Select(c => char.IsControl(c) ? ' ' : c)), " ").Trim();

    private static string? Phone(string? text, string country)
    {
        try
        {
            var plans = PhoneNumberUtil.GetInstance();
            var number = plans.Parse(text ?? "", country);
            return plans.IsValidNumber(number) ? plans.Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex("^(?:[0-9]{6}|[A-Z][0-9]{2}[A-Z][0-9][A-Z][0-9])$")]
    private static partial Regex Kazakhstan();

    [GeneratedRegex("^[0-9]{6}$")]
    private static partial Regex SixDigits();

    [GeneratedRegex("^[0-9]{5}$")]
    private static partial Regex FiveDigits();

    [GeneratedRegex("^[0-9]{4}$")]
    private static partial Regex FourDigits();

    [GeneratedRegex("^[0-9]{5}(?:-[0-9]{4})?$")]
    private static partial Regex UnitedStates();

    [GeneratedRegex("^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$")]
    private static partial Regex UnitedKingdom();

    [GeneratedRegex("^[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$")]
    private static partial Regex Canada();

    [GeneratedRegex("^[0-9]{3}-?[0-9]{4}$")]
    private static partial Regex Japan();

    [GeneratedRegex("^[0-9]{5}-?[0-9]{3}$")]
    private static partial Regex Brazil();

    [GeneratedRegex("^[0-9]{4} ?[A-Z]{2}$")]
    private static partial Regex Netherlands();

    [GeneratedRegex("^[0-9]{2}-[0-9]{3}$")]
    private static partial Regex Poland();
}
