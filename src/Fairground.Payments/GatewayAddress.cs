using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Payments;

/// <summary>Reads settings that say where a gateway is.</summary>
internal static class GatewayAddress
{
    /// <summary>An https address, or plain http on this very machine (a sandbox); ends with a slash. Throws <see cref="SettingException"/>.</summary>
    public static Uri Read(IConfiguration configuration, string setting, string otherwise)
    {
        var text = configuration[setting] is { Length: > 0 } given ? given : otherwise;
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            throw new SettingException($"{setting} cannot be used: it is an https address, or http on this machine for a sandbox.");
        return address;
    }
}
