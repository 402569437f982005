using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fairground.Bench;

/// <summary>What a run over the catalogue does; each can be set on the command line.</summary>
internal sealed record CatalogueOptions
{
    public string Root { get; init; } = ".";

    public int Goods { get; init; } = 1_000_000;

    public int Rounds { get; init; } = 1;

    /// <summary>What a run of one round may take; later legs then have as many goods as there is time for. 0: as long as it takes.</summary>
    public int Minutes { get; init; } = 12;

    public int Searches { get; init; } = 4000;

    public int Port { get; init; } = 18280;

    public IReadOnlyList<string> Engines { get; init; } = ["sqlite", "postgres"];

    public IReadOnlyList<string> Formats { get; init; } = ["csv", "yml"];

    public bool Keep { get; init; } = true;

    /// <summary>Written beside the figures: what else the machine did.</summary>
    public string Remark { get; init; } = "";

    public const string Usage = """
        bench/run catalogue [--goods 1000000] [--rounds 1] [--minutes 12] [--searches 4000] [--engines sqlite,postgres] [--formats csv,yml] [--port 18280] [--remark WORDS] [--no-keep]
        Each round imports a new feed and the same feed again, by the command line, in each format on each engine; then the goods are searched over HTTP.
        With one round it ends within about 12 minutes (--minutes): the first format has all goods on each engine, the others as many as there is time for, which is
        said. --minutes 0, or several rounds, take as long as all goods take.
        Ports PORT and PORT+1 on loopback are used, and about 6 GB of disk for a million goods.
        """;

    public static CatalogueOptions Parse(string[] args)
    {
        var options = new CatalogueOptions();
        for (var i = 0; i < args.Length; i++)
        {
            int Number() => int.Parse(args[++i], CultureInfo.InvariantCulture);
            options = args[i] switch
            {
                "catalogue" => options,
                "--root" => options with { Root = args[++i] },
                "--goods" => options with { Goods = Number() },
                "--rounds" => options with { Rounds = Number() },
                "--minutes" => options with { Minutes = Number() },
                "--searches" => options with { Searches = Number() },
                "--port" => options with { Port = Number() },
                "--engines" => options with { Engines = args[++i].Split(',') },
                "--formats" => options with { Formats = args[++i].Split(',') },
                "--remark" => options with { Remark = args[++i] },
                "--no-keep" => options with { Keep = false },
                _ => throw new ArgumentException($"{args[i]} is not known.\n{Usage}"),
            };
        }
        return options;
    }
}

/// <summary>R14: how fast feeds of many goods come in, how much memory that takes, and how fast the goods are then found.</summary>
internal sealed class Catalogue(CatalogueOptions options, string folder) : IAsyncDisposable
{
    private const int Few = 200;
    private const int AtOnce = 4;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private const int GoodsAskedFor = 1_000_000;

    // What R14 asks for, by the end of a figure's name; a goal beyond it where there is one.
    private static readonly (string Figure, double Floor, double Goal, bool LessIsBetter)[] Marks =
    [
        ("new, products/s", 5_000, 25_000, false), ("unchanged is faster, times", 5, 5, false), ("peak memory of the importing process, MiB", 200, 200, true), ("unchanged, peak memory, MiB", 200, 200, true),
        ("search, p99 ms", 50, 50, true),
    ];

    private readonly SortedDictionary<string, List<double>> figures = new(StringComparer.Ordinal);
    private Cluster? cluster;
    private int markets;

    private readonly Dictionary<string, double> secondsAGood = [];

    // As people run it: compiled ahead, where that could be done.
    private string ServerDll => File.Exists($"{options.Root}/artifacts/app/fairground.dll") ? $"{options.Root}/artifacts/app/fairground.dll" : $"{options.Root}/src/Fairground.Server/bin/Release/net10.0/fairground.dll";

    public async Task Run()
    {
        var started = Stopwatch.GetTimestamp();
        var load = Child.LoadAverage();
        if (options.Engines.Contains("postgres")) cluster = await Cluster.Start($"{folder}/pg", options.Port);
        await CatalogueFeed.WriteCsv($"{folder}/few.csv", Few);
        // All engines in the first format come first, so that whatever the time allows they have all goods.
        var legs = Enumerable.Range(1, options.Rounds).SelectMany(round => options.Formats.SelectMany(format => options.Engines.Select(engine => (Round: round, Engine: engine, Format: format)))).ToList();
        var written = ("", 0);
        for (var i = 0; i < legs.Count; i++)
        {
            var (round, engine, format) = legs[i];
            var goods = Fitting(engine, Stopwatch.GetElapsedTime(started), legs.Count - i);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round} of {options.Rounds}, {engine} {format}, {goods:N0} goods, {Stopwatch.GetElapsedTime(started).TotalMinutes:N1} minutes so far"));
            if (written != (format, goods)) await (format == "csv" ? CatalogueFeed.WriteCsv($"{folder}/goods.csv", goods) : CatalogueFeed.WriteYml($"{folder}/goods.{format}", goods));
            written = (format, goods);
            await Import(engine, format, goods, search: format == options.Formats[0]);
            // After each leg, so that a run that is ended early has not run for nothing.
            if (options.Keep) await Write(load, Stopwatch.GetElapsedTime(started));
        }
        Console.WriteLine(Table());
    }

    // As many goods as there is time for, by what goods took on this engine before; all of them where nothing limits the run or nothing is known yet.
    private int Fitting(string engine, TimeSpan past, int legsLeft)
    {
        if (options.Minutes == 0 || options.Rounds > 1 || !secondsAGood.TryGetValue(engine, out var each)) return options.Goods;
        // Half a minute of each leg starts servers and makes databases.
        var left = ((TimeSpan.FromMinutes(options.Minutes) - past).TotalSeconds / legsLeft) - 30;
        return Math.Min(options.Goods, Math.Max(10_000, (int)(left / each) / 10_000 * 10_000));
    }

    private async Task Import(string engine, string format, int goods, bool search)
    {
        var (data, name) = ($"{folder}/market{++markets}", $"market{markets}");
        Directory.CreateDirectory(data);
        if (engine == "postgres") await cluster!.Scalar("postgres", $"create database {name}");
        var environment = new Dictionary<string, string>
        {
            ["FAIRGROUND_DATA"] = data, ["FAIRGROUND_DATABASE"] = engine == "postgres" ? $"postgres://app@127.0.0.1:{options.Port}/{name}" : $"sqlite:{data}/fairground.db",
            ["FAIRGROUND_DEV_INBOX"] = "1", ["FAIRGROUND_JURISDICTION"] = "demo", ["FAIRGROUND_OPERATOR"] = Market.OperatorSetting, ["Logging__LogLevel__Default"] = "Warning", ["NO_COLOR"] = "1",
        };
        string shop;
        await using (var server = await ServerUnderTest.Start(ServerDll, ["serve", "--empty"], options.Port + 1, $"{data}/server.log", environment)) shop = await OpenShop(server.Address);
        var few = await Command($"{folder}/few.csv", shop, environment);
        var first = await Command($"{folder}/goods.{format}", shop, environment);
        var again = await Command($"{folder}/goods.{format}", shop, environment);
        secondsAGood[engine] = (first.Seconds + again.Seconds) / goods;
        var leg = goods == options.Goods ? $"{engine} {format}" : string.Create(CultureInfo.InvariantCulture, $"{engine} {format}, {goods:N0} goods");
        Add($"{leg}: new, products/s", goods / first.Seconds);
        Add($"{leg}: unchanged, products/s", goods / again.Seconds);
        Add($"{leg}: unchanged is faster, times", first.Seconds / again.Seconds);
        Add($"{leg}: new, processor time of the importing process, us a product", first.CpuMicroseconds / (double)goods);
        Add($"{leg}: unchanged, processor time of the importing process, us a product", again.CpuMicroseconds / (double)goods);
        Add($"{leg}: peak memory of the importing process, MiB", first.PeakBytes / 1048576.0);
        Add($"{leg}: growth over a feed of {Few}, MiB", (first.PeakBytes - few.PeakBytes) / 1048576.0);
        Add($"{leg}: unchanged, peak memory, MiB", again.PeakBytes / 1048576.0);
        if (!first.Output.Contains($"{goods - Few} created", StringComparison.Ordinal) && !first.Output.Contains($"{goods} created", StringComparison.Ordinal)) throw new InvalidOperationException($"Not all goods came in: {first.Output}");
        if (!again.Output.Contains($"{goods} unchanged", StringComparison.Ordinal)) throw new InvalidOperationException($"The second run found changes: {again.Output}");
        if (search) await Search(engine, name, environment, data);
        if (engine == "postgres") await cluster!.Scalar("postgres", $"drop database {name} with (force)");
        Directory.Delete(data, true);
    }

    private sealed record Ran(double Seconds, long PeakBytes, long CpuMicroseconds, string Output);

    // The whole command as people give it, from the start of its process to its end, the search index included. ./run becomes the program itself: it is one process.
    private async Task<Ran> Command(string feed, string shop, IReadOnlyDictionary<string, string> environment)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(Child.Info($"{options.Root}/run", ["import", feed, "--shop", shop, "--currency", "KZT"], environment)) ?? throw new InvalidOperationException("dotnet did not start.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        long peak = 0, cpu = 0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, Peak(process.Id));
            cpu = Math.Max(cpu, Child.CpuMicroseconds([process.Id]));
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(200));
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (process.ExitCode != 0) throw new InvalidOperationException($"The import ended with {process.ExitCode}: {await error} {await output}");
        return new Ran(seconds, peak, cpu, await output);
    }

    // The kernel's own high-water mark, so that nothing between two looks is missed.
    private static long Peak(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith("VmHWM", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private async Task Search(string engine, string database, IReadOnlyDictionary<string, string> environment, string data)
    {
        if (engine == "postgres") await cluster!.Settle(database);
        await using var server = await ServerUnderTest.Start(ServerDll, ["serve", "--empty"], options.Port + 1, $"{data}/server.log", environment);
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(30) };
        var random = new Random(14);
        var questions = Enumerable.Range(0, options.Searches + 200).Select(_ => Question(random)).ToList();
        foreach (var question in questions.Take(200)) await Ask(http, question);
        var times = new double[options.Searches];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < options.Searches) times[i] = await Ask(http, questions[200 + i]);
        }));
        Array.Sort(times);
        double At(double share) => times[Math.Min(times.Length - 1, (int)(times.Length * share))];
        Add($"{engine}: search, p50 ms", At(.50));
        Add($"{engine}: search, p95 ms", At(.95));
        Add($"{engine}: search, p99 ms", At(.99));
        Add($"{engine}: search, slowest ms", times[^1]);
    }

    // What people type: one or two words in some form, the beginning of one, a code, a slip of the hand.
    private static string Question(Random random)
    {
        var words = CatalogueFeed.Words;
        string Word() => words[random.Next(words.Count)];
        return random.Next(20) switch
        {
            < 5 => Word(),
            < 12 => $"{Word()} {Word()}",
            < 15 => $"{Word()} M{random.Next(400)}",
            < 17 => Word() is { Length: > 4 } word ? word[..^2] : Word(),
            < 19 => $"S-{random.Next(1_000_000)}",
            _ => Word() is { Length: > 5 } right ? right[..2] + right[3..] : Word(),
        };
    }

    private static async Task<double> Ask(HttpClient http, string question)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(new Uri($"api/v1/products?limit=24&query={Uri.EscapeDataString(question)}", UriKind.Relative));
        await answer.Content.ReadAsByteArrayAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"A search answered {(int)answer.StatusCode}.");
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<string> OpenShop(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var signed = await http.PostAsJsonAsync("api/v1/sessions", new { contact = Market.Operator, password = Market.OperatorSetting.Split(':')[1] });
        var token = (string)(await signed.Content.ReadFromJsonAsync<JsonNode>())!["accessToken"]!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/shops") { Content = JsonContent.Create(new { name = "Bench", currency = "KZT" }) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var opened = await http.SendAsync(request);
        return (string)(await opened.Content.ReadFromJsonAsync<JsonNode>())!["shopId"]!;
    }

    private void Add(string figure, double value)
    {
        if (!figures.TryGetValue(figure, out var values)) figures[figure] = values = [];
        values.Add(value);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {figure}: {value:N1}"));
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private string Table()
    {
        var table = new StringBuilder("| Figure | Median | Min | Max | Mark |\n|---|---|---|---|---|\n");
        foreach (var (figure, values) in figures) table.Append(CultureInfo.InvariantCulture, $"| {figure} | {Median(values):N1} | {values.Min():N1} | {values.Max():N1} | {Verdict(figure, Median(values))} |\n");
        return table.ToString();
    }

    private static string Verdict(string figure, double median)
    {
        var mark = Marks.FirstOrDefault(m => figure.EndsWith($": {m.Figure}", StringComparison.Ordinal));
        if (mark.Figure is null) return "";
        bool Reaches(double bound) => mark.LessIsBetter ? median <= bound : median >= bound;
        var words = string.Create(CultureInfo.InvariantCulture, $"{(mark.LessIsBetter ? "at most" : "at least")} {mark.Floor:N0}: {(Reaches(mark.Floor) ? "met" : "**MISSED**")}");
        return mark.Goal == mark.Floor ? words : words + string.Create(CultureInfo.InvariantCulture, $"; goal {mark.Goal:N0}: {(Reaches(mark.Goal) ? "met" : "**MISSED**")}");
    }

    // Figures of a smaller shelf say nothing about the one that is asked for.
    private string Smaller() => options.Goods >= GoodsAskedFor ? "" : string.Create(CultureInfo.InvariantCulture, $"\n**The marks are for {GoodsAskedFor:N0} goods, and this run had {options.Goods:N0}: what is met here is not yet shown for them.**\n");

    private async Task Write(string load, TimeSpan took)
    {
        var results = $"{options.Root}/bench/results";
        var date = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var record = new
        {
            date, tookMinutes = Math.Round(took.TotalMinutes, 1), cores = Environment.ProcessorCount, dotnet = $"{Environment.Version}", postgres = cluster?.Version, options.Goods, options.Rounds, options.Searches,
            searchesAtOnce = AtOnce, loadAtStart = load, options.Remark, figures = figures.Select(f => new { figure = f.Key, median = Median(f.Value), min = f.Value.Min(), max = f.Value.Max(), rounds = f.Value }),
        };
        await File.WriteAllTextAsync($"{results}/catalogue-{date}.json", JsonSerializer.Serialize(record, Json) + "\n");
        await File.WriteAllTextAsync(
            $"{results}/catalogue.md",
            $"""
            # The catalogue, {date}

            Written by `bench/run catalogue`; every round is in [catalogue-{date}.json](catalogue-{date}.json). {options.Goods.ToString("N0", CultureInfo.InvariantCulture)} goods, {figures.First().Value.Count} of {options.Rounds} rounds, {Environment.ProcessorCount} cores, .NET {Environment.Version}{(cluster is null ? "" : $", PostgreSQL {cluster.Version}")}.
            Load average before: {load}. {options.Remark}

            Importing is the whole command `fairground import`, from the start of its process to its end, the search index included; memory is the kernel's
            high-water mark of that process. R14 asks for 5,000 products/s, the goal is 25,000; at most 200 MiB; five times faster where nothing changed; searches in 50 ms (p99).
            {Smaller()}
            {Table()}
            """.TrimEnd() + "\n");
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null) await cluster.DisposeAsync();
    }
}
