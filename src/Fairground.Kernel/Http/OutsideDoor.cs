using System.Net;
using System.Net.Sockets;

namespace Fairground.Kernel.Http;

/// <summary>How far we reach out to addresses that other people gave us.</summary>
public class OutsideReach
{
    /// <summary>Lets addresses lead into private networks, and to any port: for tests, demos, and an operator's own machines.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>How names become addresses.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = Dns.GetHostAddressesAsync;

    /// <summary>Which addresses a connection may be made to.</summary>
    public Func<IPAddress, bool> MayReach { get; set; } = PublicNetwork.IsPublic;
}

/// <summary>An address leads to where a stranger's link must not.</summary>
public sealed class AddressRefusedException : IOException
{
    public AddressRefusedException()
        : base("The address leads into a private network.")
    {
    }

    public AddressRefusedException(string message)
        : base(message)
    {
    }

    public AddressRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>True where this is what went wrong, however deep it was wrapped.</summary>
    public static bool IsIn(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is AddressRefusedException) return true;
        }
        return false;
    }
}

/// <summary>
/// The one door through which addresses that other people gave us are reached. The name is resolved here and the connection goes to the very
/// address that was checked, also after a redirect, so that no name can lead into the private network.
/// </summary>
public sealed class OutsideDoor(OutsideReach reach)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>True where such an address may be taken: of one of the schemes, without credentials, at a port that anyone may listen on, with a name that does not lead inside now.
    /// A name that does not resolve now may do so later; where it then leads is checked at every connection.</summary>
    public async Task<bool> MayTake(Uri address, IReadOnlyCollection<string> schemes, CancellationToken ct)
    {
        if (!schemes.Contains(address.Scheme) || address.UserInfo.Length > 0 || address.Host.Length == 0 || !MayKnock(address.Port) || address.OriginalString.Length > 2000) return false;
        try
        {
            return Array.TrueForAll(await Resolve(address.DnsSafeHost, ct), MayReach);
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>True where a connection may be made to it.</summary>
    public bool MayReach(IPAddress address) => reach.AllowPrivate || reach.MayReach(address);

    /// <summary>A client that goes through the door. The caller disposes it.</summary>
    /// <param name="follow">Go where a redirect leads, three times at most.</param>
    public HttpClient Client(bool follow, int connectionsPerServer = 4)
    {
#pragma warning disable CA2000 // The client owns and disposes its handler.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = follow,
            MaxAutomaticRedirections = 3,
            UseCookies = false,
            // A proxy would resolve the name for itself, past the check.
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate | DecompressionMethods.Brotli,
            ConnectTimeout = ConnectTimeout,
            MaxConnectionsPerServer = connectionsPerServer,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = Connect,
        };
#pragma warning restore CA2000
        var made = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        made.DefaultRequestHeaders.UserAgent.ParseAdd("Fairground/1.0");
        return made;
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await Resolve(context.DnsEndPoint.Host, ct);
        if (!MayKnock(context.DnsEndPoint.Port) || addresses.Length == 0 || !Array.TrueForAll(addresses, MayReach)) throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Where a name leads; a name that says "no address" leads to this very machine, as it would for a connection.</summary>
    public async Task<IPAddress[]> Resolve(string host, CancellationToken ct)
    {
        try
        {
            return await reach.Resolve(host, ct);
        }
        catch (ArgumentException)
        {
            // 0.0.0.0 and :: are "no address" to the resolver; they would lead to this very machine.
            return [IPAddress.Any];
        }
    }

    // The web's own ports and those that anyone may listen on; never those of mail and other old services.
    private bool MayKnock(int port) => reach.AllowPrivate || port is 80 or 443 or >= 1024;
}
