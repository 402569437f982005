using System.Globalization;
using Fairground.Kernel;
using Fairground.Payments.ChangeBankDetails;
using Microsoft.Extensions.Configuration;

namespace Fairground.Payments;

/// <summary>An account of the operator's own at a bank: payouts leave from it and transfers arrive on it.</summary>
internal sealed record OperatorAccount(string Currency, string Holder, AccountNumber Account);

/// <summary>Settings of payouts and of the bank.</summary>
/// <param name="ChangeDelay"><c>FAIRGROUND_BANK_DETAILS_HOURS</c>: how long new bank details wait until they hold; 48 where it is not set.</param>
/// <param name="Hour"><c>FAIRGROUND_PAYOUT_HOUR</c>: the hour, UTC, at which schedules pay; 6 where it is not set.</param>
/// <param name="Accounts">By currency: <c>FAIRGROUND_BANK_HOLDER</c> and <c>FAIRGROUND_BANK_ACCOUNTS</c>, such as <c>KZT=KZ86125KZT5004100100/HSBKKZKX EUR=DE89370400440532013000/COBADEFF</c>.</param>
internal sealed record PayoutOptions(TimeSpan ChangeDelay, int Hour, IReadOnlyDictionary<string, OperatorAccount> Accounts)
{
    public static PayoutOptions From(IConfiguration configuration) => new(
        TimeSpan.FromHours(Number(configuration, "FAIRGROUND_BANK_DETAILS_HOURS", 48, 0, 24 * 30)),
        Number(configuration, "FAIRGROUND_PAYOUT_HOUR", 6, 0, 23),
        Read(configuration["FAIRGROUND_BANK_HOLDER"], configuration["FAIRGROUND_BANK_ACCOUNTS"]));

    private static int Number(IConfiguration configuration, string name, int otherwise, int least, int most)
    {
        var text = configuration[name];
        if (string.IsNullOrWhiteSpace(text)) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingException($"{name} says '{text}'; it is a whole number from {least} to {most}.");
    }

    private static Dictionary<string, OperatorAccount> Read(string? holder, string? accounts)
    {
        var found = new Dictionary<string, OperatorAccount>(StringComparer.Ordinal);
        foreach (var entry in (accounts ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (code, rest) = entry.Split('=', 2) is [var c, var r] ? (c, r) : throw Wrong(entry, "write CURRENCY=ACCOUNT/BANK");
            if (!Currency.TryParse(code, out var currency)) throw Wrong(entry, "the currency is not an ISO 4217 code");
            if (string.IsNullOrWhiteSpace(holder)) throw new SettingException("FAIRGROUND_BANK_ACCOUNTS is set; say in FAIRGROUND_BANK_HOLDER whose accounts they are.");
            var (number, bank) = rest.Split('/', 2) is [var n, var b] ? (n, b) : (rest, "");
            var read = AccountNumber.Read(number, bank);
            if (read.Refusal is { } no) throw Wrong(entry, no.Kind.Sentence);
            found[currency.Code] = new OperatorAccount(currency.Code, holder.Trim(), read.Value);
        }
        return found;
    }

    private static SettingException Wrong(string entry, string why) => new($"FAIRGROUND_BANK_ACCOUNTS says '{entry}': {why}.");
}
