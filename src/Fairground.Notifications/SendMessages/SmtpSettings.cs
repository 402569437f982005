using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairground.Kernel;

namespace Fairground.Notifications.SendMessages;

/// <summary><c>FAIRGROUND_SMTP=smtp://user:password@host:port?from=market@example.com&amp;tls=starttls</c>; <c>smtps://</c> speaks TLS from the first byte.</summary>
/// <param name="Implicit">TLS from the first byte.</param>
/// <param name="Authorities">Whose certificates are believed beside those that the machine believes: <c>ca=/etc/relay-ca.pem</c>, for a relay with a certificate of one's own; else null. Certificates are always checked.</param>
/// <param name="Tls">STARTTLS is demanded (<c>tls=starttls</c>, the default) or not used (<c>tls=none</c>, for a relay on the same machine).</param>
internal sealed record SmtpSettings(string Host, int Port, string? User, string? Password, MailAddress From, bool Tls, bool Implicit = false, X509Certificate2Collection? Authorities = null)
{
    /// <summary>Throws, without repeating the password, where the setting cannot be used.</summary>
    public static SmtpSettings Parse(string setting)
    {
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var uri) || uri.Scheme is not ("smtp" or "smtps") || uri.Host.Length == 0) throw Wrong("it is not smtp://host:port?from=address");
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            query[parts[0]] = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
        }
        var userInfo = uri.UserInfo.Split(':', 2);
        var user = userInfo[0].Length == 0 ? null : Uri.UnescapeDataString(userInfo[0]);
        var from = query.GetValueOrDefault("from") ?? user;
        if (from is null || !MailAddress.TryCreate(from, out var address)) throw Wrong("from= must be an e-mail address");
        var tls = query.GetValueOrDefault("tls", "starttls") switch
        {
            "starttls" or "1" or "true" => true,
            "none" or "0" or "false" => false,
            _ => throw Wrong("tls= is starttls or none"),
        };
        return new SmtpSettings(uri.Host, uri.Port > 0 ? uri.Port : uri.Scheme == "smtps" ? 465 : 587, user, userInfo.Length == 2 ? Uri.UnescapeDataString(userInfo[1]) : null, address, tls, uri.Scheme == "smtps", AuthoritiesIn(query.GetValueOrDefault("ca")));
    }

    // A record's own text would have the password in it.
    public override string ToString() => $"{Host}:{Port}";

    private static X509Certificate2Collection? AuthoritiesIn(string? file)
    {
        if (file is null) return null;
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Wrong("the file that ca= names cannot be read");
        }
        return found.Count > 0 ? found : throw Wrong("the file that ca= names has no certificate in it");
    }

    private static SettingException Wrong(string why) => new($"FAIRGROUND_SMTP cannot be used: {why}.");
}
