using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Kernel.Http;

/// <summary>
/// Where people reach this market, for links that are read elsewhere: in mails and in published files. <c>FAIRGROUND_PUBLIC_URL</c> says it. Without
/// it the address of the request is taken where there is one, else the address that the server listens on.
/// </summary>
public sealed partial class PublicAddress
{
    public const string Setting = "FAIRGROUND_PUBLIC_URL";

    private const string LastResort = "http://localhost";

    private readonly Uri? given;
    private readonly IConfiguration configuration;
    private readonly IServiceProvider services;

    /// <summary>Throws <see cref="SettingException"/> where the setting is no address.</summary>
    public PublicAddress(IConfiguration configuration, IServiceProvider services) =>
        (given, this.configuration, this.services) = (Parse(configuration[Setting]), configuration, services);

    /// <summary>True where the operator has said the address.</summary>
    public bool IsSet => given is not null;

    /// <summary>The market's address, without a slash at its end.</summary>
    /// <param name="http">The request that is being answered, or null.</param>
    public string Of(HttpContext? http = null)
    {
        if (given is not null) return Bare(given.AbsoluteUri);
        if (http is { Request.Host.HasValue: true }) return $"{http.Request.Scheme}://{http.Request.Host.ToUriComponent()}{http.Request.PathBase.ToUriComponent()}";
        var listening = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return Bare(Reachable(listening ?? LastResort));
    }

    /// <summary>The text with every address of this server, which begins with a slash, made one that can be followed from anywhere.</summary>
    public string InText(string text, HttpContext? http = null)
    {
        var market = Of(http);
        return OwnAddress().Replace(text, own => market + own.Value);
    }

    /// <summary>An address that can be typed, from one that a server listens on ("any address").</summary>
    public static string Reachable(string listening) => AnyHost().Replace(listening, "$1localhost$2");

    /// <summary>Reads the setting; null where it is not set. Throws <see cref="SettingException"/>.</summary>
    public static Uri? Parse(string? setting)
    {
        if (string.IsNullOrWhiteSpace(setting)) return null;
        var fits = Uri.TryCreate(setting.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
        return fits ? uri : throw new SettingException($"{Setting} cannot be used: it is the address at which people reach this market, such as https://market.example.com.");
    }

    private static string Bare(string address) => address.TrimEnd('/');

    [GeneratedRegex(@"(?<=^|[\s(])/[A-Za-z0-9]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnAddress();

    [GeneratedRegex(@"^([a-z]+://)(?:\[::\]|0\.0\.0\.0|\*|\+)(:|/|$)", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AnyHost();
}
