using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fairground.Notifications.Tests;

/// <summary>A mail that arrived over the wire.</summary>
/// <param name="Sealed">It came under TLS.</param>
internal sealed record ArrivedMail(string From, string To, string Data, bool Sealed = false)
{
    public string Header(string name) => Head.Split("\r\n").First(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();

    public string Head => Data[..Data.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal);

    /// <summary>The mail, read by a library.</summary>
    public MimeKit.MimeMessage Mime => MimeKit.MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(Data)));

    /// <summary>The plain text, whichever way it was encoded for the journey.</summary>
    public string Body => Mime.TextBody!.Trim();
}

/// <summary>A small mail server on loopback that speaks SMTP (RFC 5321), keeps what arrives, and refuses where a test says so.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<ArrivedMail> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task accepting;

    private readonly X509Certificate2? certificate;
    private readonly bool sealedFromTheStart;

    /// <param name="certificate">With which it offers STARTTLS, or speaks TLS from the start; null for none.</param>
    /// <param name="sealedFromTheStart">TLS from the first byte.</param>
    public SmtpSink(X509Certificate2? certificate = null, bool sealedFromTheStart = false)
    {
        (this.certificate, this.sealedFromTheStart) = (certificate, sealedFromTheStart);
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Setting => $"smtp://127.0.0.1:{Port}?from=market@example.com&tls=none";

    /// <summary>The verbs that came in the clear.</summary>
    public ConcurrentQueue<string> InTheClear { get; } = new();

    public ConcurrentQueue<ArrivedMail> Mails { get; } = new();

    /// <summary>The first mail, as soon as it has arrived; throws where none does in time.</summary>
    public Task<ArrivedMail> Next(TimeSpan patience) => first.Task.WaitAsync(patience);

    /// <summary>What RCPT is answered with, by recipient; 250 where null.</summary>
    public Func<string, string?> Recipient { get; set; } = _ => null;

    /// <summary>What the mail itself is answered with, by recipient; taken where null.</summary>
    public Func<string, string?> Content { get; set; } = _ => null;

    /// <summary>As an answer: the connection is cut.</summary>
    public const string HangsUp = "hangs up";

    /// <summary>User and password that were given with AUTH.</summary>
    public string? SignedInAs { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = Task.Run(() => Converse(client));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Converse(TcpClient client)
    {
        using (client)
        {
            try
            {
                if (!sealedFromTheStart && !await Talk(client.GetStream(), isSealed: false)) return;
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(certificate!);
                await Talk(tls, isSealed: true);
            }
            catch (Exception error) when (error is IOException or AuthenticationException)
            {
                // The other side hung up, or does not believe the certificate.
            }
        }
    }

    // True where the talk goes on under TLS.
    private async Task<bool> Talk(Stream stream, bool isSealed)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        await using var writer = new StreamWriter(stream, Encoding.Latin1, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        var (from, to) = ("", "");
        if (!isSealed || sealedFromTheStart) await writer.WriteLineAsync("220 sink ready");
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            if (!isSealed) InTheClear.Enqueue(verb);
            switch (verb)
            {
                case "EHLO":
                    await writer.WriteLineAsync($"250-sink\r\n{(certificate is null || isSealed ? "" : "250-STARTTLS\r\n")}250 AUTH LOGIN");
                    break;
                case "STARTTLS":
                    await writer.WriteLineAsync("220 go on");
                    return true;
                case "AUTH":
                    SignedInAs = await SignIn(line, reader, writer);
                    break;
                case "MAIL":
                    from = Address(line);
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "RCPT":
                    to = Address(line);
                    var heard = Recipient(to);
                    // Cut off in the middle of a word.
                    if (heard == HangsUp) throw new IOException();
                    await writer.WriteLineAsync(heard ?? "250 ok");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var mail = new ArrivedMail(from, to, await Data(reader), isSealed);
                    if (Content(to) is { } refused)
                    {
                        await writer.WriteLineAsync(refused);
                        break;
                    }
                    Mails.Enqueue(mail);
                    first.TrySetResult(mail);
                    await writer.WriteLineAsync("250 taken");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return false;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
        return false;
    }

    private static async Task<string> SignIn(string line, StreamReader reader, StreamWriter writer)
    {
        static string Plain(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        var parts = line.Split(' ');
        string user;
        if (parts.Length > 2)
        {
            user = Plain(parts[2]);
        }
        else
        {
            await writer.WriteLineAsync("334 VXNlcm5hbWU6");
            user = Plain((await reader.ReadLineAsync())!);
        }
        await writer.WriteLineAsync("334 UGFzc3dvcmQ6");
        var password = Plain((await reader.ReadLineAsync())!);
        await writer.WriteLineAsync("235 welcome");
        return $"{user}/{password}";
    }

    private async Task<string> Data(StreamReader reader)
    {
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(stop.Token) is { } line && line != ".")
            data.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return data.ToString();
    }

    private static string Address(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
}
