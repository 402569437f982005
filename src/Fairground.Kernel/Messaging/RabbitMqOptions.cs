using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Fairground.Kernel.Messaging;

/// <summary>
/// Where the broker is: <c>FAIRGROUND_RABBITMQ=amqp://user:password@host:port/vhost</c>. Markets that share a broker each add
/// <c>?exchange=NAME</c>, under which all that belongs to them is declared.
/// </summary>
/// <param name="Address">The broker, without what is said behind the question mark.</param>
/// <param name="Exchange"><c>fairground</c> unless said otherwise.</param>
/// <param name="DeliveryLimit">Deliveries without an acknowledgement before the broker sets a message aside: a message that kills its node must not kill all of them. Every lost connection counts one.</param>
internal sealed record RabbitMqOptions(Uri Address, string Exchange, int DeliveryLimit)
{
    private const int UsualLimit = 20;

    /// <summary>Throws <see cref="SettingException"/>, without repeating the password.</summary>
    public static RabbitMqOptions Parse(string setting)
    {
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0) throw Wrong("it is not amqp://user:password@host:port/vhost");
        var query = QueryHelpers.ParseQuery(uri.Query);
        var exchange = query.TryGetValue("exchange", out var named) ? named.ToString() : "fairground";
        if (exchange.Length is 0 or > 60 || !exchange.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) throw Wrong("exchange= is 1 to 60 letters, digits, - and _");
        var limit = UsualLimit;
        if (query.TryGetValue("deliveries", out var most) && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > 1000)) throw Wrong("deliveries= is a number from 1 to 1000");
        return new RabbitMqOptions(new UriBuilder(uri) { Query = "" }.Uri, exchange, limit);
    }

    // A record's own text would have the password in it.
    public override string ToString() => $"{Address.Host}:{Address.Port}";

    private static SettingException Wrong(string why) => new($"FAIRGROUND_RABBITMQ cannot be used: {why}.");
}
