using System.Globalization;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Payments.TakeCash;

/// <summary>Whether shops take cash for wallets, and how much. A shop that does acts as the operator's agent: whether it may is a matter of the place's law.</summary>
/// <param name="IsOn">Off unless <c>FAIRGROUND_TILL_CASH=1</c>.</param>
/// <param name="MostAtOnce">Whole units of the market's currency (<c>FAIRGROUND_TILL_MOST</c>).</param>
/// <param name="MostInDay">What one shop may take in a day (<c>FAIRGROUND_TILL_DAY</c>).</param>
internal sealed record TillOptions(bool IsOn, long MostAtOnce, long MostInDay)
{
    public static TillOptions From(IConfiguration configuration) => new(
        configuration["FAIRGROUND_TILL_CASH"] is "1" or "true", Whole(configuration, "FAIRGROUND_TILL_MOST", 100_000), Whole(configuration, "FAIRGROUND_TILL_DAY", 1_000_000));

    private static long Whole(IConfiguration configuration, string name, long otherwise)
    {
        if (configuration[name] is not { Length: > 0 } text) return otherwise;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1_000_000_000_000 ? value : throw new SettingException($"{name} is a whole amount above 0 in the market's currency.");
    }
}

/// <summary>Why cash is not taken or handed out.</summary>
internal static class TillRefusals
{
    public static readonly RefusalKind Off = new("till.off", 404, "Shops of this market take no cash for wallets.");
    public static readonly RefusalKind CodeInvalid = new("till.code_invalid", 422, "This code is not good, or not any more. Ask for a new one: it lasts ten minutes and is used once.");
    public static readonly RefusalKind OwnCode = new("till.own_code", 403, "Nobody takes cash for their own wallet.");
    public static readonly RefusalKind AmountInvalid = new("till.amount_invalid", 422, "An amount is above 0 and at most what a till may take at once.");
    public static readonly RefusalKind AmountDiffers = new("till.amount_differs", 409, "The code says another amount.");
    public static readonly RefusalKind DayFull = new("till.day_full", 409, "This till has taken as much today as it may.");
    public static readonly RefusalKind WalletShort = new("till.wallet_short", 409, "So much is not in the wallet.");
    public static readonly RefusalKind NoCash = new("till.no_cash", 409, "This till does not have so much cash of the market that it could hand it out.");
    public static readonly RefusalKind TooManyTries = new("till.too_many_tries", 429, "Too many codes were wrong. Wait ten minutes.");
    public static readonly RefusalKind CodeTaken = new("till.code_taken", 503, "No code could be made just now. Try again.", IsTransient: true);
    public static readonly RefusalKind DayInvalid = new("till.day_invalid", 422, "A day is written as 2026-11-27.");
}
