using System.Net;
using System.Net.Sockets;

namespace Fairground.Testing;

/// <summary>
/// Ports for servers that must know theirs before they start. They are below those that the system gives to whoever asks for any: such a one could be given
/// to another server of the same test run between looking and starting, and then two scenarios would speak to one server.
/// </summary>
public static class FreePort
{
    private const int First = 24_000;
    private const int Count = 8_000;

    private static int last = Random.Shared.Next(Count);

    /// <summary>A port on loopback that nobody listens on, and that is given once in this process.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref last) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
