using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;

namespace Fairground.Kernel.Http;

/// <summary>
/// Behind a proxy the caller's address and scheme come in headers, which anybody can write. They are believed from the proxies that
/// <c>FAIRGROUND_TRUSTED_PROXIES</c> names and from nobody else.
/// </summary>
public static class TrustedProxies
{
    public const string Setting = "FAIRGROUND_TRUSTED_PROXIES";

    /// <summary>First in the pipeline. Throws <see cref="SettingException"/> where the setting cannot be read.</summary>
    public static void Use(IApplicationBuilder app, IConfiguration configuration)
    {
        var names = (configuration[Setting] ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length == 0) return;
        // Through as many proxies as are trusted; the first that is not is the caller.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(name, out var network)) options.KnownIPNetworks.Add(network);
            else throw new SettingException($"{Setting} cannot be used: {name} is no address. Give addresses and networks such as 127.0.0.1,10.0.0.0/8.");
        }
        app.UseForwardedHeaders(options);
    }
}
