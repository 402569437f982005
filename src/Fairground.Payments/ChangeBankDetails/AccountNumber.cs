using System.Collections.Frozen;
using System.Globalization;
using Fairground.Kernel;

namespace Fairground.Payments.ChangeBankDetails;

/// <summary>An account number whose form and check digits are right, and the bank that it is at.</summary>
internal sealed record AccountNumber(AccountKind Kind, string Number, string BankId)
{
    // ISO 13616: how long an IBAN of each country is.
    private static readonly FrozenDictionary<string, int> Lengths = Load();

    /// <summary>Reads what somebody wrote, blanks and dashes left aside. Refusals: <c>bank.account_invalid</c>, <c>bank.account_checksum</c>, <c>bank.bank_invalid</c>.</summary>
    public static Result<AccountNumber> Read(string? number, string? bank)
    {
        var (account, bankId) = (Compact(number), Compact(bank));
        if (account.Length is < 4 or > 34 || !account.All(char.IsAsciiLetterOrDigit)) return PayoutRefusals.AccountInvalid;
        if (bankId.Length == 9 && bankId.All(char.IsAsciiDigit) && account.Length == 20 && account.All(char.IsAsciiDigit))
            return KeyHolds(account, bankId) ? new AccountNumber(AccountKind.Bik, account, bankId) : PayoutRefusals.AccountChecksum;
        var iban = LooksLikeIban(account);
        if (iban && (!Lengths.TryGetValue(account[..2], out var length) || length != account.Length)) return PayoutRefusals.AccountInvalid;
        if (iban && BankReference.Mod97($"{account[4..]}{account[..4]}") != 1) return PayoutRefusals.AccountChecksum;
        // The bank follows from an IBAN; another account names nothing without it.
        if (bankId.Length == 0 && iban) return new AccountNumber(AccountKind.Iban, account, "");
        if (!IsBic(bankId)) return PayoutRefusals.BankInvalid;
        return new AccountNumber(iban ? AccountKind.Iban : AccountKind.Other, account, bankId);
    }

    /// <summary>ISO 9362: four letters or digits of the institution, the country, two of the place, and three of a branch or none.</summary>
    public static bool IsBic(string text) => text.Length is 8 or 11 && text[..4].All(char.IsAsciiLetterOrDigit) && text[4..6].All(char.IsAsciiLetterUpper) && text[6..].All(char.IsAsciiLetterOrDigit);

    private static bool LooksLikeIban(string account) => char.IsAsciiLetterUpper(account[0]) && char.IsAsciiLetterUpper(account[1]) && char.IsAsciiDigit(account[2]) && char.IsAsciiDigit(account[3]);

    // The key of a Russian account: the last three digits of the BIK before it, weights 7, 1, 3 over the last digit of each product, a multiple of ten.
    private static bool KeyHolds(string account, string bik)
    {
        // Accounts at an office of the central bank itself are computed with 0 and the two digits of its place.
        var prefix = bik[6] == '0' && bik[7] == '0' ? $"0{bik[4..6]}" : bik[6..];
        var sum = 0;
        var digits = prefix + account;
        for (var i = 0; i < digits.Length; i++) sum += (digits[i] - '0') * ((i % 3) switch { 0 => 7, 1 => 1, _ => 3 });
        return sum % 10 == 0;
    }

    private static string Compact(string? text) => new([.. (text ?? "").Where(c => !char.IsWhiteSpace(c) && c != '-').Select(char.ToUpperInvariant)]);

    private static FrozenDictionary<string, int> Load()
    {
        const string All =
            "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 " +
            "IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 " +
            "SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";
        return All.Split(' ').ToFrozenDictionary(e => e[..2], e => int.Parse(e.AsSpan(2), CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }
}
