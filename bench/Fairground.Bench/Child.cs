using System.Diagnostics;
using System.Globalization;

namespace Fairground.Bench;

/// <summary>Programs that the benchmark starts and, by their ids, ends.</summary>
internal static class Child
{
    /// <summary>Runs to the end and returns what it printed; throws where it failed or took too long.</summary>
    public static async Task<string> Run(string file, IEnumerable<string> args, TimeSpan limit, IReadOnlyDictionary<string, string>? environment = null, bool mayFail = false)
    {
        using var process = Process.Start(Info(file, args, environment)) ?? throw new InvalidOperationException($"{file} did not start.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var bound = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(true);
            throw new TimeoutException($"{file} took longer than {limit.TotalSeconds} s.");
        }
        if (process.ExitCode != 0 && !mayFail) throw new InvalidOperationException($"{file} ended with {process.ExitCode}: {await error} {await output}");
        return process.ExitCode == 0 ? await output : $"FAILED {await output} {await error}";
    }

    public static ProcessStartInfo Info(string file, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment)
    {
        var info = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var arg in args) info.ArgumentList.Add(arg);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) info.Environment[name] = value;
        return info;
    }

    /// <summary>Processor time of processes so far, in microseconds.</summary>
    public static long CpuMicroseconds(IEnumerable<int> ids)
    {
        long ticks = 0;
        foreach (var id in ids)
        {
            if (Stat(id) is { } fields) ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        return ticks * 10_000;
    }

    /// <summary>The direct children of a process. Time of those that ended is counted by <see cref="CpuMicroseconds"/> no more.</summary>
    public static List<int> ChildrenOf(int parent) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _)).Select(n => int.Parse(n!, CultureInfo.InvariantCulture))
            .Where(id => Stat(id) is { } fields && fields[1] == parent.ToString(CultureInfo.InvariantCulture))];

    public static long ResidentBytes(int id)
    {
        var line = File.ReadLines($"/proc/{id}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));

    private static string[]? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>A server that the benchmark started: Fairground, or the contestant.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly Process process;

    private ServerUnderTest(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    public int Id => process.Id;

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>From the start of the process to the first answered page.</summary>
    public TimeSpan StartedIn { get; private init; }

    public static async Task<ServerUnderTest> Start(string dll, string[] args, int port, string log, IReadOnlyDictionary<string, string> environment, string page = "health/ready")
    {
        var started = Stopwatch.GetTimestamp();
        var settings = new Dictionary<string, string>(environment) { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}", ["Logging__LogLevel__Default"] = "Warning" };
        var process = Process.Start(Child.Info("dotnet", [dll, .. args], settings)) ?? throw new InvalidOperationException("dotnet did not start.");
        var words = new StreamWriter(log) { AutoFlush = true };
        process.OutputDataReceived += (_, line) => { lock (words) words.WriteLine(line.Data); };
        process.ErrorDataReceived += (_, line) => { lock (words) words.WriteLine(line.Data); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited) throw new InvalidOperationException($"{Path.GetFileName(dll)} ended at its start: {await File.ReadAllTextAsync(log)}");
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{page}"));
                if (answer.IsSuccessStatusCode) return new ServerUnderTest(process, port) { StartedIn = Stopwatch.GetElapsedTime(started) };
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(10);
        }
        process.Kill(true);
        throw new TimeoutException($"{Path.GetFileName(dll)} did not answer.");
    }

    public void Kill() => process.Kill(true);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using (var stop = Process.Start("kill", ["-TERM", $"{process.Id}"])) await stop.WaitForExitAsync();
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await process.WaitForExitAsync(bound.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(true);
            }
        }
        process.Dispose();
    }
}
