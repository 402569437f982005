namespace Fairground.Bench;

/// <summary>A figure of one leg in one round.</summary>
internal sealed record Figure(string Leg, int Round, double Value);

/// <summary>Median, least and most of some figures.</summary>
internal sealed record Spread(double Median, double Min, double Max, int Count)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Where(v => !double.IsNaN(v)).Order().ToList();
        if (sorted.Count == 0) return new Spread(double.NaN, double.NaN, double.NaN, 0);
        var middle = sorted.Count / 2;
        var median = sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1], sorted.Count);
    }

    /// <summary>(max - min) / median.</summary>
    public double Noise => Median == 0 ? 0 : (Max - Min) / Median;
}

/// <summary>A published ratio beside its floor and goal. Where less is better, floor is the most allowed.</summary>
internal sealed record Ratio(string Name, string Of, Spread Value, double Floor, double Goal, bool LessIsBetter, string Unit = "")
{
    public string Verdict => double.IsNaN(Value.Median) ? "not measured" : Reaches(Goal) ? "goal" : Reaches(Floor) ? "above the floor" : "BELOW THE FLOOR";

    private bool Reaches(double mark) => LessIsBetter ? Value.Median <= mark : Value.Median >= mark;
}

/// <summary>Everything that a run found.</summary>
internal sealed class Results
{
    private readonly List<Figure> figures = [];

    public List<string> Notes { get; } = [];

    public List<string> Violations { get; } = [];

    /// <summary>The machine's load average over a minute before anything of ours ran, and the highest after any leg.</summary>
    public string LoadAtStart { get; } = Child.LoadAverage();

    public double HighestLoad { get; private set; }

    public void Add(string leg, int round, double value)
    {
        figures.Add(new Figure(leg, round, value));
        HighestLoad = Math.Max(HighestLoad, double.Parse(Child.LoadAverage().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Console.WriteLine($"  {DateTime.Now:HH:mm:ss} round {round}  {leg,-34} {value,12:N2}   load {Child.LoadAverage()}");
    }

    public IReadOnlyList<Figure> Figures => figures;

    public IEnumerable<string> Legs => figures.Select(f => f.Leg).Distinct();

    public Spread Of(string leg) => Spread.Of(figures.Where(f => f.Leg == leg).Select(f => f.Value));

    /// <summary>The ratio of two legs, round by round.</summary>
    public Spread Of(string above, string below)
    {
        var under = figures.Where(f => f.Leg == below).ToDictionary(f => f.Round, f => f.Value);
        return Spread.Of(figures.Where(f => f.Leg == above && under.ContainsKey(f.Round)).Select(f => f.Value / under[f.Round]));
    }
}
