using PhoneNumbers;

namespace Fairground.Identity;

/// <summary>Telephone numbers by the numbering plans of libphonenumber: one number, one spelling.</summary>
internal static class PhoneNumbers
{
    // Where a text message finds a person; what costs the caller extra, or rings at a company, does not.
    private static readonly HashSet<PhoneNumberType> Reachable =
        [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.VOIP];

    private static PhoneNumberUtil Plans => PhoneNumberUtil.GetInstance();

    /// <summary>E.164, or null where no country has given out such a number or no message reaches it.</summary>
    public static string? Normalise(string international)
    {
        try
        {
            var number = Plans.Parse(international, null);
            return Plans.IsValidNumber(number) && Reachable.Contains(Plans.GetNumberType(number)) ? Plans.Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    /// <summary>The country of an E.164 number as ISO 3166, or <c>001</c> for none; and its dial code.</summary>
    public static (string Region, int DialCode) Country(string e164)
    {
        var number = Plans.Parse(e164, null);
        return (Plans.GetRegionCodeForNumber(number) ?? "001", number.CountryCode);
    }
}
