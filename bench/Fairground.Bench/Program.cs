using System.Diagnostics;
using Fairground.Bench;

if (args.Contains("--help"))
{
    Console.WriteLine(Options.Usage);
    Console.WriteLine(ProofBench.Usage);
    Console.WriteLine(CatalogueOptions.Usage);
    return 0;
}
if (args.Contains("proofs")) return ProofBench.Run(args);
if (OperatingSystem.IsWindows())
{
    Console.Error.WriteLine("The benchmark reads /proc and needs Linux.");
    return 2;
}
// PostgreSQL runs as another user where we are root: it must be able to reach its folder.
var folder = Path.Combine(Path.GetTempPath(), $"fairground-bench-{Environment.ProcessId}");
Directory.CreateDirectory(folder);
File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
var started = Stopwatch.GetTimestamp();
try
{
    if (args.Contains("catalogue"))
    {
        await using var catalogue = new Catalogue(CatalogueOptions.Parse(args), folder);
        await catalogue.Run();
        return 0;
    }
    var options = Options.Parse(args);
    await using var contest = new Contest(options, folder);
    void End(System.Runtime.InteropServices.PosixSignalContext signal)
    {
        signal.Cancel = true;
        contest.Kill();
        Directory.Delete(folder, true);
        Environment.Exit(130);
    }
    using var interrupted = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, End);
    using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, End);
    var at = DateTimeOffset.UtcNow;
    Report Now() => new(options, contest.Results, contest.Cluster.Version, Stopwatch.GetElapsedTime(started));
    await contest.Run(() => options.Keep ? Now().Write(at) : Task.CompletedTask);
    Now().Print();
    if (options.Keep) await Now().Write(at);
    return contest.Results.Violations.Count == 0 ? 0 : 1;
}
finally
{
    Directory.Delete(folder, true);
}
