using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Notifications.ReachMessengers;

/// <summary>
/// A bot of Telegram, or of a server that speaks its Bot API (D-27): <c>FAIRGROUND_TELEGRAM_TOKEN</c>, <c>FAIRGROUND_TELEGRAM_BOT</c> (its name), <c>FAIRGROUND_TELEGRAM_SECRET</c> (what its
/// webhook is set up with) and, for another server, <c>FAIRGROUND_TELEGRAM_URL</c>.
/// </summary>
internal sealed partial record TelegramSettings(Uri Server, string Token, string Bot, string Secret)
{
    private const string Telegram = "https://api.telegram.org";

    /// <summary>Null where it is not set; throws <see cref="SettingException"/>, without repeating a secret.</summary>
    public static TelegramSettings? Read(IConfiguration configuration)
    {
        var (token, bot, secret) = (Setting(configuration, "FAIRGROUND_TELEGRAM_TOKEN"), Setting(configuration, "FAIRGROUND_TELEGRAM_BOT").TrimStart('@'), Setting(configuration, "FAIRGROUND_TELEGRAM_SECRET"));
        if (token.Length + bot.Length + secret.Length == 0) return null;
        if (!TokenShape().IsMatch(token)) throw Wrong("FAIRGROUND_TELEGRAM_TOKEN", "it is the bot's token, such as 123456:ABC-DEF");
        if (!BotShape().IsMatch(bot)) throw Wrong("FAIRGROUND_TELEGRAM_BOT", "it is the bot's name, such as market_bot");
        if (!SecretShape().IsMatch(secret)) throw Wrong("FAIRGROUND_TELEGRAM_SECRET", "it has 16 to 256 letters, digits, - and _, and the webhook is set up with it");
        var server = Setting(configuration, "FAIRGROUND_TELEGRAM_URL") is { Length: > 0 } given ? given : Telegram;
        if (!Uri.TryCreate(server.TrimEnd('/'), UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length > 0) throw Wrong("FAIRGROUND_TELEGRAM_URL", "it is the address of a server of the Bot API");
        return new TelegramSettings(uri, token, bot, secret);
    }

    /// <summary>Where a method of the bot is called.</summary>
    public Uri Method(string name) => new($"{Server.AbsoluteUri.TrimEnd('/')}/bot{Token}/{name}");

    /// <summary>The link that opens the chat with the bot and sends it this code.</summary>
    public string Link(string code) => $"https://t.me/{Bot}?start={code}";

    /// <summary>Whether the webhook was called with our secret. How long that takes does not tell how much of it was right.</summary>
    public bool IsSecret(string given) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));

    // A record's own text would have the token in it.
    public override string ToString() => Bot;

    private static string Setting(IConfiguration configuration, string name) => configuration[name]?.Trim() ?? "";

    private static SettingException Wrong(string name, string why) => new($"{name} cannot be used: {why}.");

    [GeneratedRegex("^[0-9]+:[A-Za-z0-9_-]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TokenShape();

    [GeneratedRegex("^[A-Za-z0-9_]{3,64}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BotShape();

    [GeneratedRegex("^[A-Za-z0-9_-]{16,256}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretShape();
}
