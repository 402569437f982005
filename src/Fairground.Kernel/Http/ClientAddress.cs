using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Fairground.Kernel.Http;

/// <summary>Where a caller is, as limits count it: an IPv4 address, or the /64 of an IPv6 address, since one household has all of that.</summary>
public static class ClientAddress
{
    /// <summary>What limits count this caller by.</summary>
    public static string Of(HttpContext http) => Network(http.Connection.RemoteIpAddress);

    /// <summary>What limits count this address by; <c>unknown</c> where there is none.</summary>
    public static string Network(IPAddress? address) => Plain(address) switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6 } six => $"{Cut(six, 8)}/64",
        var four => four.ToString(),
    };

    /// <summary>What a person is shown of where a session is: enough to know one's own, not a whole address.</summary>
    public static string Place(IPAddress? address) => Plain(address) switch
    {
        null => "",
        { AddressFamily: AddressFamily.InterNetworkV6 } six => $"{Cut(six, 6)}",
        var four => string.Join('.', four.ToString().Split('.')[..3]) + ".*",
    };

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static IPAddress Cut(IPAddress address, int bytes)
    {
        var all = address.GetAddressBytes();
        Array.Clear(all, bytes, all.Length - bytes);
        return new IPAddress(all);
    }
}
