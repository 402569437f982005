using System.Globalization;

namespace Fairground.Bench;

/// <summary>What a run does; each can be set on the command line.</summary>
internal sealed record Options
{
    public string Root { get; init; } = ".";

    public int Rounds { get; init; } = 3;

    /// <summary>Seconds of load before counting, per leg.</summary>
    public int WarmUp { get; init; } = 3;

    /// <summary>Seconds counted, per leg.</summary>
    public int Count { get; init; } = 8;

    public int People { get; init; } = 500;

    public int SqlitePeople { get; init; } = 200;

    public int Lots { get; init; } = 1000;

    public int Connections { get; init; } = 64;

    public int ManyConnections { get; init; } = 256;

    /// <summary>People who follow the hot lot of W8 over server-sent events.</summary>
    public int Watchers { get; init; } = 10_000;

    public int Scale { get; init; } = 50;

    public int Port { get; init; } = 18260;

    /// <summary>No round is begun that would probably end later than this.</summary>
    public int Minutes { get; init; } = 11;

    /// <summary>Legs to run, for trials; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whether results are written into the repository.</summary>
    public bool Keep { get; init; } = true;

    public bool Runs(string leg) => Only.Count == 0 || Only.Contains(leg, StringComparer.OrdinalIgnoreCase);

    public const string Usage = """
        bench/run [--rounds 3] [--warm-up 3] [--count 8] [--people 500] [--sqlite-people 200] [--lots 1000]
                  [--connections 64] [--many 256] [--watchers 10000] [--scale 50] [--port 18260] [--minutes 11] [--only W1,P1] [--no-keep] [--full]
        Times are seconds a leg. --full is the full rule: 5 rounds of 15 s warm-up and 30 s counted. --only runs some legs and keeps nothing.
        Ports PORT to PORT+9 on loopback are used.
        """;

    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            int Number() => int.Parse(args[++i], CultureInfo.InvariantCulture);
            options = args[i] switch
            {
                "--root" => options with { Root = args[++i] },
                "--rounds" => options with { Rounds = Number() },
                "--warm-up" => options with { WarmUp = Number() },
                "--count" => options with { Count = Number() },
                "--people" => options with { People = Number() },
                "--sqlite-people" => options with { SqlitePeople = Number() },
                "--lots" => options with { Lots = Number() },
                "--connections" => options with { Connections = Number() },
                "--many" => options with { ManyConnections = Number() },
                "--watchers" => options with { Watchers = Number() },
                "--scale" => options with { Scale = Number() },
                "--minutes" => options with { Minutes = Number() },
                "--port" => options with { Port = Number() },
                "--only" => options with { Only = args[++i].Split(','), Keep = false },
                "--no-keep" => options with { Keep = false },
                "--full" => options with { Rounds = 5, WarmUp = 15, Count = 30, Minutes = 120 },
                _ => throw new ArgumentException($"{args[i]} is not known.\n{Usage}"),
            };
        }
        return options;
    }
}
