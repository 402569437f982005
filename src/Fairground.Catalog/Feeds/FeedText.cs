using System.Globalization;
using Fairground.Kernel;

namespace Fairground.Catalog.Feeds;

/// <summary>Codes of what can be wrong in a feed; they stand beside line and field in an import's problems.</summary>
internal static class FeedCodes
{
    public const string QuoteOpen = "row.quote_open";
    public const string KeyMissing = "product.key_missing";
    public const string KeyTwice = "product.key_twice";
    public const string NameMissing = "product.name_missing";
    public const string PriceMissing = "product.price_missing";
    public const string PriceInvalid = "product.price_invalid";
    public const string CurrencyOther = "product.currency_other";
    public const string Grouped = "product.grouped";
    public const string TypeUnknown = "product.type_unknown";
    public const string ParentMissing = "variant.parent_missing";
    public const string ProductUnknown = "product.unknown";
    public const string VariantUnknown = "variant.unknown";
    public const string VariantsTooMany = "variant.too_many";
    public const string VariantPrice = "variant.price_invalid";
    public const string StockInvalid = "variant.stock_invalid";
    public const string PictureMissing = "picture.not_found";
    public const string PictureAddress = "picture.address_invalid";
    public const string CategorySplit = "category.comma_unsure";
    public const string CategoryUnknown = "category.not_declared";
    public const string VariantTwice = "variant.key_twice";
    public const string PriceType = "price.type_missing";
    public const string PriceCurrencies = "price.several_currencies";
    public const string PriceByCity = "price.by_city";
    public const string PriceWithoutTax = "price.without_tax";
    public const string TextTooLong = "product.text_too_long";
    public const string FileBroken = "file.not_well_formed";
    public const string HeaderMissing = "table.header_missing";
    public const string FileOther = "file.other_content";
}

/// <summary>Reads the words and numbers that people put into tables.</summary>
internal static class FeedText
{
    // "12 500,00 тенге за одну упаковку" and the like; nothing that is longer is a price.
    private const int LongestPrice = 120;

    private static readonly (string Sign, string Code)[] Signs = [("€", "EUR"), ("₸", "KZT"), ("₽", "RUB"), ("₩", "KRW"), ("₴", "UAH"), ("₹", "INR"), ("₫", "VND"), ("₺", "TRY"), ("₾", "GEL"), ("₪", "ILS")];

    // Signs and words that several countries write: they tell what a price is not in.
    private static readonly (string Word, string Codes)[] Shared =
    [
        ("$", "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU BRL JMD TTD BBD BSD FJD NAD BND"), ("£", "GBP EGP GIP FKP SHP LBP SSP SYP"), ("¥", "JPY CNY"), ("￥", "JPY CNY"), ("฿", "THB"), ("₦", "NGN"), ("₱", "PHP"), ("₼", "AZN"), ("₮", "MNT"), ("֏", "AMD"),
        ("руб", "RUB BYN"), ("рублей", "RUB BYN"), ("рубль", "RUB BYN"), ("р", "RUB BYN"), ("тг", "KZT"), ("тнг", "KZT"), ("тенге", "KZT"), ("теңге", "KZT"), ("грн", "UAH"), ("гривен", "UAH"), ("сом", "KGS UZS TJS"), ("сум", "UZS"), ("долл", "USD"), ("евро", "EUR"),
        ("kr", "SEK NOK DKK ISK"), ("kč", "CZK"), ("zł", "PLN"), ("zl", "PLN"), ("lei", "RON MDL"), ("лв", "BGN"), ("元", "CNY TWD"), ("円", "JPY"), ("원", "KRW"), ("rs", "INR PKR LKR NPR MUR SCR"), ("tl", "TRY"),
    ];

    // Columns for the shop's own eyes: what it pays, whom, and what it earns; and sums, which are no property of goods.
    private static readonly string[] Inner =
    [
        "закуп", "себестоим", "оптов", "мелкий опт", "крупный опт", "цена опт", "наценк", "маржа", "маржин", "поставщик", "дилер", "входная цена", "прибыль", "закупів", "собіварт", "постачальник", "өзіндік құн", "сатып алу баға",
        "wholesale", "cost price", "unit cost", "cost per", "purchase price", "purchasing price", "buying price", "margin", "markup", "profit", "supplier", "dealer price", "trade price", "einkauf", "原价成本", "进价", "成本", "供应商", "원가", "매입가", "공급가", "공급사",
    ];

    private static readonly HashSet<string> InnerNames = ["опт", "сумма", "сума", "cost", "costs", "sum", "total", "ek", "合计", "金额", "합계", "금액"];

    /// <summary>True for what a table tells of goods that is the shop's own business and nothing for buyers to read.</summary>
    public static bool IsInner(string name)
    {
        var plain = name.Trim().ToLowerInvariant().Replace('_', ' ');
        // "Сумма, тг"
        var first = plain.Split([',', '(', ':'], 2)[0].Trim();
        return InnerNames.Contains(first) || Array.Exists(Inner, word => plain.Contains(word, StringComparison.Ordinal));
    }

    /// <summary>The text without zero characters, which mean nothing and which PostgreSQL cannot keep.</summary>
    public static string WithoutZeros(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;

    /// <summary>True for the usual ways to say no; empty is not no.</summary>
    public static bool IsNo(string text) => text.ToLowerInvariant() is "0" or "-1" or "false" or "no" or "n" or "нет" or "ложь" or "ні" or "жоқ";

    /// <summary>A currency's code as ISO 4217 has it, from the old codes and words that feeds use; as it stands where it is neither.</summary>
    public static string CurrencyCode(string text) => text.Trim().TrimEnd('.').ToLowerInvariant() switch
    {
        "" => "",
        "rur" or "руб" or "р" or "рубль" or "рублей" => "RUB",
        "тг" or "тнг" or "тенге" or "теңге" => "KZT",
        "грн" or "гривна" or "гривня" => "UAH",
        "byr" or "бел. руб" or "br" => "BYN",
        "сом" => "KGS",
        "сум" => "UZS",
        "долл" or "доллар" or "у.е" or "$" => "USD",
        "евро" or "€" => "EUR",
        _ => text.Trim().ToUpperInvariant(),
    };

    /// <summary>A category's name as one level of a path: the sign that parts levels cannot stand in it.</summary>
    public static string Level(string name) => name.Trim().Replace('>', '›');

    /// <summary>Stock in the words of availability: "0" for none, else empty, as nobody counts; a number stays itself.</summary>
    public static string StockInWords(string text)
    {
        var word = text.Trim().ToLowerInvariant().Replace('_', ' ');
        if (Stock(word) is not null) return word;
        return IsNo(word) || word is "out of stock" or "outofstock" or "out" or "unavailable" or "sold out" or "discontinued" or "нет в наличии" or "отсутствует" or "закончился" or "жоқ" ? "0" : "";
    }

    /// <summary>
    /// A price in minor units: "29.99", "1 770,50", "1,234.56", "1.234,56", "630000", "25 000 ₸", "549,-", "12,50 €/pc". Null where it is none or
    /// has digits that the currency does not.
    /// </summary>
    public static long? Price(string text, Currency currency)
    {
        // A cell may be as long as a record: where a quote is closed far behind, it is the rest of the table.
        if (text.Length > LongestPrice || Number(text) is not { } number || HasTwoReadings(number, currency)) return null;
        number = WithPoint(number, currency.MinorDigits);
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return null;
        if (Math.Abs(value) > 90_000_000_000_000m) return null;
        var minor = value * currency.MinorPerUnit;
        return minor == decimal.Truncate(minor) ? (long)minor : null;
    }

    /// <summary>True for "12.990" in a currency with two digits of small change: almost thirteen, or almost thirteen thousand.</summary>
    public static bool IsUnsure(string text, Currency currency) => text.Length <= LongestPrice && Number(text) is { } number && HasTwoReadings(number, currency);

    private static bool HasTwoReadings(string number, Currency currency)
    {
        var point = number.IndexOf('.', StringComparison.Ordinal);
        if (currency.MinorDigits != 2 || point < 1 || number.Length - point != 4) return false;
        var whole = number.AsSpan(0, point).TrimStart('-');
        return whole.Length is >= 1 and <= 3 && whole[0] != '0' && !whole.Contains(',') && number.IndexOfAny(['.', ','], point + 1) < 0;
    }

    // The digits and marks of a price, or null where there is more than a price.
    private static string? Number(string text)
    {
        Span<char> digits = stackalloc char[text.Length];
        var count = 0;
        var (digitSeen, wordSeen) = (false, false);
        foreach (var c in text)
        {
            // "12 rub 50" and "1e3": what stands between numbers is not for us to guess.
            if (wordSeen && char.IsAsciiDigit(c)) return null;
            digitSeen |= char.IsAsciiDigit(c);
            wordSeen |= digitSeen && char.IsLetter(c);
            // "12 €/pc": what it is the price of.
            if (c == '/' && digitSeen)
            {
                wordSeen = true;
                continue;
            }
            if (c is >= '0' and <= '9' or '.' or ',' or '-') digits[count++] = c;
            else if (c is '–' or '—') digits[count++] = '-';
            else if (char.IsLetter(c) || char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol || c is '\'' or '’') continue;
            else return null;
        }
        var number = Round(digits[..count]).ToString().Trim('.', ',');
        return number.Length > 0 ? number : null;
    }

    // "549,-" and "1'299.--" have no small change.
    private static ReadOnlySpan<char> Round(ReadOnlySpan<char> digits) =>
        digits.TrimEnd('-') is { Length: > 0 } round && round.Length < digits.Length && round[^1] is '.' or ',' ? round : digits;

    /// <summary>The currency that a price names itself, by its code or by a sign that is one currency's only; empty where it names none.</summary>
    public static string CurrencyIn(string text)
    {
        if (text.Length > LongestPrice) return "";
        foreach (var (sign, code) in Signs)
        {
            if (text.Contains(sign, StringComparison.Ordinal)) return code;
        }
        for (var i = 0; i + 3 <= text.Length; i++)
        {
            var alone = (i == 0 || !char.IsLetter(text[i - 1])) && (i + 3 == text.Length || !char.IsLetter(text[i + 3]));
            if (alone && char.IsAsciiLetter(text[i]) && Currency.TryParse(text.Substring(i, 3), out var currency)) return currency.Code;
        }
        return "";
    }

    /// <summary>
    /// What a sign or word says that several currencies share: the shop's own code where it may be that, the sign itself where it cannot, empty where there is none.
    /// "$12" is no price in tenge, whichever dollars are meant.
    /// </summary>
    public static string CurrencyBySign(string text, Currency shop)
    {
        if (text.Length > LongestPrice) return "";
        foreach (var (word, codes) in Shared)
        {
            if (Stands(text, word)) return codes.Contains(shop.Code, StringComparison.Ordinal) ? shop.Code : word;
        }
        return "";
    }

    // A word by itself, of letters on neither side; a sign anywhere.
    private static bool Stands(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + word.Length;
            if (!char.IsLetter(word[0]) || ((at == 0 || !char.IsLetter(text[at - 1])) && (end == text.Length || !char.IsLetter(text[end])))) return true;
        }
        return false;
    }

    /// <summary>Whole pieces, negative ones too; "5.0" is 5, "1 250" is 1250. Null where it is no such number.</summary>
    public static long? Stock(string text) =>
        decimal.TryParse(string.Concat(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && Math.Abs(value) < 1_000_000_000_000m
            ? (long)Math.Floor(value)
            : null;

    // Both marks: the last is the decimal one. One mark once: decimal, unless exactly three digits follow a comma and the currency has not three.
    private static string WithPoint(string number, int minorDigits)
    {
        var (comma, point) = (number.LastIndexOf(','), number.LastIndexOf('.'));
        if (comma >= 0 && point >= 0)
        {
            var (grouping, mark) = comma > point ? ('.', ',') : (',', '.');
            var (whole, rest) = (number[..number.LastIndexOf(mark)], number[(number.LastIndexOf(mark) + 1)..]);
            return $"{Ungrouped(whole, grouping)}.{rest}";
        }
        if (comma >= 0)
        {
            var groups = number.IndexOf(',', StringComparison.Ordinal) != comma || (number.Length - comma - 1 == 3 && minorDigits != 3);
            return groups ? Ungrouped(number, ',') : number.Replace(',', '.');
        }
        // A currency without small change has nothing behind a point: 250.000 is a quarter of a million.
        if (point >= 0 && minorDigits == 0 && number.Length - point - 1 == 3 && number.TrimStart('-').IndexOf('.', StringComparison.Ordinal) is >= 1 and <= 3 && !number.TrimStart('-').StartsWith('0')) return number.Replace(".", "", StringComparison.Ordinal);
        return point >= 0 && number.IndexOf('.', StringComparison.Ordinal) != point ? Ungrouped(number, '.') : number;
    }

    // Groups are of three digits (in India all but the last of two); "01.05.2026" has none, and stays what no number is.
    private static string Ungrouped(string number, char mark)
    {
        var groups = number.TrimStart('-').Split(mark);
        var right = groups[0].Length is >= 1 and <= 3 && (groups.Length == 1 || groups[^1].Length == 3) && Array.TrueForAll(groups[1..], g => g.Length is 2 or 3);
        return right || groups.Length == 1 ? number.Replace(mark.ToString(), "", StringComparison.Ordinal) : number;
    }
}
