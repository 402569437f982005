using System.Collections.Frozen;

namespace Fairground.Kernel;

/// <summary>An ISO 4217 currency: its three-letter code and the number of decimal digits of its smallest unit.</summary>
public readonly record struct Currency
{
    private static readonly FrozenDictionary<string, int> Known = Load();

    private Currency(string code, int minorDigits) => (Code, MinorDigits) = (code, minorDigits);

    /// <summary>The three-letter code, upper case.</summary>
    public string Code { get; }

    /// <summary>Digits after the decimal point: 2 for KZT, 0 for KRW, 3 for OMR.</summary>
    public int MinorDigits { get; }

    /// <summary>Minor units in one whole unit: 100 for KZT.</summary>
    public long MinorPerUnit => Pow10(MinorDigits);

    /// <summary>The currency with this code; throws where ISO 4217 has none.</summary>
    public static Currency Of(string code) =>
        TryParse(code, out var currency) ? currency : throw new ArgumentException($"'{code}' is not an active ISO 4217 currency.", nameof(code));

    /// <summary>True where the code, in any case, names an active currency.</summary>
    public static bool TryParse(string? code, out Currency currency)
    {
        var upper = code?.Trim().ToUpperInvariant() ?? "";
        // RUR left ISO 4217 in 1998 and lives on in feeds.
        if (upper == "RUR") upper = "RUB";
        if (Known.TryGetValue(upper, out var digits))
        {
            currency = new Currency(upper, digits);
            return true;
        }
        currency = default;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Code;

    private static long Pow10(int digits)
    {
        long value = 1;
        for (var i = 0; i < digits; i++) value *= 10;
        return value;
    }

    // ISO 4217 list one, active codes that have a minor unit.
    private static FrozenDictionary<string, int> Load()
    {
        var all = new Dictionary<string, int>(StringComparer.Ordinal);
        void Add(int digits, string codes)
        {
            foreach (var code in codes.Split(' ')) all[code] = digits;
        }
        Add(0,
            "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF");
        Add(2,
            "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE " +
            "CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD " +
            "HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU " +
            "MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG " +
            "SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST " +
            "XCD YER ZAR ZMW ZWG");
        Add(3,
            "BHD IQD JOD KWD LYD OMR TND");
        Add(4,
            "CLF UYW");
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
