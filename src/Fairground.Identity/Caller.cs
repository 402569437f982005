using Fairground.Identity.RememberDevices;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Microsoft.AspNetCore.Http;

namespace Fairground.Identity;

/// <summary>Who is at the other end of a request that signs in.</summary>
/// <param name="Agent">What the device calls itself.</param>
/// <param name="Client">What limits count it by.</param>
/// <param name="Place">What the person is shown of where it is.</param>
/// <param name="DeviceToken">What a remembered device presents.</param>
internal sealed record Caller(string Agent, string Client, string Place, string? DeviceToken)
{
    /// <summary>The language that the request asks for.</summary>
    public Language? Reads { get; init; }

    public static readonly Caller Nobody = new("", "unknown", "", null);

    public static Caller Of(HttpContext http, string? deviceToken = null) => new(
        http.Request.Headers.UserAgent.ToString(),
        ClientAddress.Of(http),
        ClientAddress.Place(http.Connection.RemoteIpAddress),
        deviceToken ?? (http.Request.Cookies.TryGetValue(DeviceCookie.Name, out var cookie) ? cookie : null)) { Reads = AskedLanguage.Of(http.Request) };
}
