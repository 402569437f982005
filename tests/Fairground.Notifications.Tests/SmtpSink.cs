using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairground.Notifications.Tests;

/// <summary>A mail that arrived over the wire.</summary>
internal sealed record ArrivedMail(string From, string To, string Data)
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

    public SmtpSink()
    {
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Setting => $"smtp://127.0.0.1:{Port}?from=market@example.com&tls=none";

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
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
                await Talk(reader, writer);
            }
            catch (IOException)
            {
                // The other side hung up.
            }
        }
    }

    private async Task Talk(StreamReader reader, StreamWriter writer)
    {
        var (from, to) = ("", "");
        await writer.WriteLineAsync("220 sink ready");
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO":
                    await writer.WriteLineAsync("250-sink\r\n250 AUTH LOGIN");
                    break;
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
                    var mail = new ArrivedMail(from, to, await Data(reader));
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
                    return;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
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
