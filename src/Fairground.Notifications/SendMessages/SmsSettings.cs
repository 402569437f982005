using System.Text.Encodings.Web;
using System.Text.Json;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Notifications.SendMessages;

/// <summary>
/// A gateway for SMS over HTTP. <c>FAIRGROUND_SMS=twilio://SID:TOKEN@api.twilio.com?from=%2B15005550006</c>, or any other: <c>FAIRGROUND_SMS=https://gateway/send</c>
/// with <c>FAIRGROUND_SMS_BODY</c> (a JSON or form template with <c>{to}</c>, <c>{text}</c> and <c>{id}</c>) and <c>FAIRGROUND_SMS_AUTHORIZATION</c> (that header).
/// </summary>
/// <param name="Body">With its marks still in it.</param>
internal sealed record SmsSettings(Uri Address, string Body, string? Authorization)
{
    private bool IsJson => Body.TrimStart().StartsWith('{');

    /// <summary>Null where it is not set; throws <see cref="SettingException"/>, without repeating a secret.</summary>
    public static SmsSettings? Read(IConfiguration configuration)
    {
        if (configuration["FAIRGROUND_SMS"] is not { Length: > 0 } setting) return null;
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var uri) || uri.Host.Length == 0) throw Wrong("it is no address");
        if (uri.Scheme is "twilio" or "twilio+http") return Twilio(uri);
        if (uri.Scheme is not ("https" or "http")) throw Wrong("it begins with https:// or twilio://");
        if (configuration["FAIRGROUND_SMS_BODY"] is not { Length: > 0 } body || !body.Contains("{to}", StringComparison.Ordinal) || !body.Contains("{text}", StringComparison.Ordinal))
            throw Wrong("FAIRGROUND_SMS_BODY must have {to} and {text} in it");
        return new SmsSettings(uri, body, configuration["FAIRGROUND_SMS_AUTHORIZATION"]);
    }

    /// <summary>The request's content for one message.</summary>
    public HttpContent Content(OutgoingMessage message)
    {
        string Written(string value) => IsJson ? JsonSerializer.Serialize(value, Plain)[1..^1] : Uri.EscapeDataString(value);
        var written = Body.Replace("{to}", Written(message.To), StringComparison.Ordinal).Replace("{id}", Written(message.Id.ToString("N")), StringComparison.Ordinal).Replace("{text}", Written(message.Text), StringComparison.Ordinal);
        return new StringContent(written, System.Text.Encoding.UTF8, IsJson ? "application/json" : "application/x-www-form-urlencoded");
    }

    // A record's own text would have the secret in it.
    public override string ToString() => Address.Host;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static SmsSettings Twilio(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2);
        var from = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(uri.Query).TryGetValue("from", out var given) ? given.ToString() : "";
        if (user.Length != 2 || user[0].Length == 0 || from.Length == 0) throw Wrong("twilio://SID:TOKEN@host?from=NUMBER is needed");
        var scheme = uri.Scheme == "twilio" ? "https" : "http";
        var address = new Uri($"{scheme}://{uri.Authority[(uri.Authority.IndexOf('@', StringComparison.Ordinal) + 1)..]}/2010-04-01/Accounts/{user[0]}/Messages.json");
        var key = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{Uri.UnescapeDataString(user[0])}:{Uri.UnescapeDataString(user[1])}"));
        return new SmsSettings(address, $"To={{to}}&From={Uri.EscapeDataString(from)}&Body={{text}}", $"Basic {key}");
    }

    private static SettingException Wrong(string why) => new($"FAIRGROUND_SMS cannot be used: {why}.");
}
