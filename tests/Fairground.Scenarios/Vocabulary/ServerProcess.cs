using System.Collections.Concurrent;
using System.Diagnostics;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios.Vocabulary;

/// <summary>The server as a process of its own, so that it can be killed.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fairground-process-");
    private readonly ConcurrentQueue<string> said = new();
    private readonly int port = FreePort.Next();
    private Process? process;

    private ServerProcess(TestDatabase database) => this.database = database;

    /// <summary>Further settings, for the server and for commands beside it.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>The database, for whoever reads it past the server.</summary>
    public Database Database => database.Database;

    public Uri Address => new($"http://127.0.0.1:{port}");

    public static async Task<ServerProcess> Create(DatabaseKind kind) => new(await TestDatabase.Migrated(kind));

    /// <summary>On a database in which there is nothing: only there the demo market is made.</summary>
    public static async Task<ServerProcess> New(DatabaseKind kind) => new(await TestDatabase.Create(kind));

    /// <summary>Starts it and waits until it is ready. A failpoint's name makes it die there.</summary>
    public Task Start(string? failpoint = null) => Launch(Info(["serve", "--empty"], failpoint));

    /// <summary>Starts it as somebody does who tries it for the first time: with the demo market of the repository.</summary>
    public Task StartDemo()
    {
        var info = Info(["serve"], null);
        foreach (var name in new[] { "FAIRGROUND_OPERATOR", "FAIRGROUND_DEV_INBOX", "FAIRGROUND_DEMO_GATEWAY" }) info.Environment.Remove(name);
        info.Environment["FAIRGROUND_DEMO_GOODS"] = Path.Combine(Repository(), "demo");
        return Launch(info);
    }

    /// <summary>What it has written on the console so far.</summary>
    public string Said => string.Join('\n', said);

    /// <summary>Starts it and waits until it has died at its failpoint, which it may do before it is ready.</summary>
    public Task StartsAndDies(string failpoint)
    {
        Begin(Info(["serve", "--empty"], failpoint));
        return Dies();
    }

    private void Begin(ProcessStartInfo info)
    {
        process?.Dispose();
        process = Process.Start(info)!;
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private async Task Launch(ProcessStartInfo info)
    {
        Begin(info);
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(2) };
        await Call.Until(
            async () =>
            {
                Assert.False(process!.HasExited, $"The server ended before it was ready. {Said}");
                try
                {
                    return (await http.GetAsync("health/ready")).IsSuccessStatusCode;
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            ready => ready,
            seconds: 60);
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Waits until it has died by itself, at its failpoint.</summary>
    public async Task Dies()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process!.WaitForExitAsync(limit.Token);
        Assert.NotEqual(0, process.ExitCode);
    }

    /// <summary>Runs the command line beside it and gives exit code and output.</summary>
    public async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        using var run = Process.Start(Info(arguments, null))!;
        var output = run.StandardOutput.ReadToEndAsync();
        var errors = run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        return (run.ExitCode, await output + await errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) await Kill();
        process?.Dispose();
        await database.DisposeAsync();
        folder.Delete(true);
    }

    private ProcessStartInfo Info(string[] arguments, string? failpoint)
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "fairground.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["ASPNETCORE_URLS"] = Address.ToString();
        info.Environment["FAIRGROUND_DATABASE"] = database.Setting;
        info.Environment["FAIRGROUND_DATA"] = folder.FullName;
        info.Environment["FAIRGROUND_DEV_INBOX"] = "1";
        info.Environment["FAIRGROUND_DEMO_GATEWAY"] = "1";
        info.Environment["FAIRGROUND_DRAND"] = "off";
        info.Environment["FAIRGROUND_JURISDICTION"] = "demo";
        info.Environment["FAIRGROUND_OPERATOR"] = "operator@fair.example:operator-of-the-fair";
        info.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach (var (name, value) in Settings) info.Environment[name] = value;
        if (failpoint is not null) info.Environment["FAIRGROUND_FAILPOINT"] = failpoint;
        return info;
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Fairground.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
