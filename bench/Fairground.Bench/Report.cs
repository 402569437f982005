using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fairground.Bench;

/// <summary>Says what was found: on the console, as JSON, and as a page.</summary>
internal sealed class Report(Options options, Results results, string postgres, TimeSpan took)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private const string W1 = "W1, purchases/s";

    public IReadOnlyList<Ratio> Ratios =>
    [
        new("R1", "W1 / P1", results.Of(W1, "P1 pgbench tpcb-like, tps"), 2, 5, false),
        new("R1 at 256", "W1 with 256 connections / P1", results.Of($"W1 {options.ManyConnections} connections, purchases/s", "P1 pgbench tpcb-like, tps"), 2, 5, false),
        new("R2", "W1 / W2", results.Of(W1, "W2, purchases/s"), 0.8, 1, false),
        new("R3", "W1 / W4", results.Of(W1, "W4 naive EF Core, purchases/s"), 5, 15, false),
        new("R4", "W1 / P2 at its best", results.Of(W1, "P2 hot row, best, /s"), 1.5, 5, false),
        new("R5", "W1 / P3 at N = 64", results.Of(W1, "P3 bare SQL, N = 64, /s"), 0.35, 0.6, false),
        new("R7", "W7 grouped / one each", results.Of("W7 SQLite grouped, purchases/s", "W7 SQLite one each, purchases/s"), 3, 8, false),
        new("R8", "fsyncs per purchase at full load", results.Of("W1 fsyncs per purchase"), 0.2, 0.02, true),
        new("R9a", "p99 at 70 % open loop", results.Of("W1 open loop p99, ms"), 50, 20, true, "ms"),
        new("R9b", "p99 of the only buyer", results.Of("W1 lone buyer p99, ms"), 5, 3, true, "ms"),
        new("R12", "bytes on disk per purchase / 743", Scaled("W1 bytes on disk per purchase", 743), 2.5, 1.5, true),
        new("R15a", "start to first page", results.Of("R15 start to first page, s"), 5, 1.5, true, "s"),
        new("R15b", "resident memory idle", results.Of("R15 resident memory idle, MB"), 300, 120, true, "MB"),
    ];

    private Spread Scaled(string leg, double by) => results.Of(leg) is var s ? new Spread(s.Median / by, s.Min / by, s.Max / by, s.Count) : throw new InvalidOperationException();

    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine($"{"Figure",-40} {"median",12} {"min",12} {"max",12}");
        foreach (var leg in results.Legs)
        {
            var s = results.Of(leg);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{leg,-40} {s.Median,12:N2} {s.Min,12:N2} {s.Max,12:N2}"));
        }
        Console.WriteLine();
        Console.WriteLine($"{"Ratio",-10} {"of",-36} {"median",9} {"min",9} {"max",9} {"floor",7} {"goal",7}");
        foreach (var r in Ratios)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{r.Name,-10} {r.Of,-36} {r.Value.Median,9:N3} {r.Value.Min,9:N3} {r.Value.Max,9:N3} {r.Floor,7} {r.Goal,7}  {r.Verdict}"));
        Console.WriteLine();
        foreach (var violation in results.Violations) Console.WriteLine($"VIOLATED: {violation}");
        foreach (var note in results.Notes) Console.WriteLine(note);
        Console.WriteLine(results.Violations.Count == 0 ? "Every invariant held after every leg." : "An invariant did not hold: the figures of that leg are void.");
    }

    public async Task Write(DateTimeOffset at)
    {
        var folder = $"{options.Root}/bench/results";
        Directory.CreateDirectory(folder);
        var date = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync($"{folder}/{date}.json", JsonSerializer.Serialize(new
        {
            at = at.ToString("O", CultureInfo.InvariantCulture),
            tookSeconds = (int)took.TotalSeconds,
            machine = Machine(),
            postgres,
            config = Cluster.Config.ToDictionary(c => c.Name, c => c.Value),
            rule = new { options.Rounds, warmUpSeconds = options.WarmUp, countedSeconds = options.Count, options.People, options.SqlitePeople, options.Lots, options.Connections, options.ManyConnections, options.Scale },
            figures = results.Legs.Select(l => new { leg = l, results.Of(l).Median, results.Of(l).Min, results.Of(l).Max, rounds = results.Figures.Where(f => f.Leg == l).Select(f => f.Value) }),
            ratios = Ratios.Select(r => new { r.Name, r.Of, r.Value.Median, r.Value.Min, r.Value.Max, r.Floor, r.Goal, r.LessIsBetter, r.Verdict }),
            results.LoadAtStart,
            results.HighestLoad,
            results.Violations,
            results.Notes,
        }, Json) + "\n");
        await File.WriteAllTextAsync($"{folder}/README.md", Page(date));
    }

    private string Page(string date)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# Results of {date}\n\nWritten by `bench/run`; the figures of every round are in [{date}.json]({date}.json). How it is measured: [bench](../README.md).\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{Machine()}; PostgreSQL {postgres} with {string.Join(", ", Cluster.Config.Select(c => $"`{c.Name}={c.Value}`"))}.\n");
        page.Append(CultureInfo.InvariantCulture, $"{results.Figures.Where(f => !f.Leg.StartsWith("R15", StringComparison.Ordinal)).Select(f => f.Round).DefaultIfEmpty(0).Max()} rounds, the legs in the order A B … B A; {options.WarmUp} s warm-up and {options.Count} s counted a leg; {options.People} people (SQLite: {options.SqlitePeople}), Zipf 1.0; {options.Connections} connections; the client runs on the same cores. The run took {took.TotalMinutes:N1} minutes.\n\n");
        var noise = results.Of("P1 pgbench tpcb-like, tps");
        page.Append(CultureInfo.InvariantCulture, $"Noise: pgbench's own spread, (max - min) / median, was {noise.Noise:P0}. The rule asks for 10 % at most{(noise.Noise > 0.1 ? ": **by the rule this run is void as a record** and stands here as a first look; the machine was shared" : "")}. Load average, before the first leg and highest after any: {results.LoadAtStart} and {results.HighestLoad:N1}, on {Environment.ProcessorCount} cores.\n\n");
        page.Append("## Ratios\n\nA median of the ratios of single rounds.\n\n| Ratio | Of | Median | Min | Max | Floor | Goal | |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var r in Ratios)
            page.Append(CultureInfo.InvariantCulture, $"| {r.Name} | {r.Of} | **{r.Value.Median:0.###}** {r.Unit} | {r.Value.Min:0.###} | {r.Value.Max:0.###} | {r.Floor} | {r.Goal} | {r.Verdict} |\n");
        page.Append("\n## Figures\n\n| Figure | Median | Min | Max |\n|---|---|---|---|\n");
        foreach (var leg in results.Legs.Where(l => !l.EndsWith("oversold", StringComparison.Ordinal)))
        {
            var s = results.Of(leg);
            page.Append(CultureInfo.InvariantCulture, $"| {leg} | {s.Median:N2} | {s.Min:N2} | {s.Max:N2} |\n");
        }
        page.Append("\n## Invariants\n\nAfter each leg: as many certificates as answers 201, no number twice, nothing above a lot's size, escrow equal to what was sold. After each round `fairground doctor`.\n\n");
        page.Append("| Leg | Oversold, most of any round |\n|---|---|\n");
        foreach (var leg in results.Legs.Where(l => l.EndsWith("oversold", StringComparison.Ordinal))) page.Append(CultureInfo.InvariantCulture, $"| {leg.Replace(": oversold", "", StringComparison.Ordinal)} | {results.Of(leg).Max:0} |\n");
        page.Append('\n');
        foreach (var violation in results.Violations) page.Append(CultureInfo.InvariantCulture, $"- **Violated, figure void**: {violation}\n");
        if (results.Violations.Count == 0) page.Append("- Every invariant held after every leg.\n");
        foreach (var note in results.Notes) page.Append(CultureInfo.InvariantCulture, $"- {note}\n");
        var remarks = $"{options.Root}/bench/results/remarks.md";
        if (File.Exists(remarks)) page.Append('\n').Append(File.ReadAllText(remarks));
        return page.ToString();
    }

    private static string Machine()
    {
        var model = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return $"{Environment.ProcessorCount} cores{(model is null ? "" : $" ({model})")}, {memory} GiB, Linux {kernel}, .NET {Environment.Version}";
    }
}
