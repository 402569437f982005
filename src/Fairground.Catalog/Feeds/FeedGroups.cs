using Fairground.Catalog.ImportFeed;

namespace Fairground.Catalog.Feeds;

/// <summary>One row or element of a feed that is a variant of goods.</summary>
/// <param name="Group">The group's name in the feed.</param>
/// <param name="Goods">The goods as this member tells them.</param>
/// <param name="Properties">From which the group's options are chosen; the rest describes the goods.</param>
internal sealed record FeedMember(string Group, FeedProduct Goods, FeedOffer Offer, IReadOnlyList<FeedAttribute> Properties);

/// <summary>
/// Joins variants that a feed lists one by one under a common name. Members mostly stand one after another; what differs between them
/// is what a buyer chooses by. A group that goes on later in the file finds its goods at the end.
/// </summary>
internal sealed class FeedGroups
{
    private const int LongestRun = 500;
    private const int MostPictures = 30;
    private const int MostOptions = 3;

    // Parts of names of properties that variants are chosen by.
    private static readonly string[] ChosenBy =
        ["цвет", "размер", "объем", "объём", "память", "вкус", "рост", "аромат", "колір", "розмір", "түсі", "өлшем", "color", "colour", "size", "pattern", "flavo", "scent", "storage", "capacity", "style"];

    private readonly List<FeedMember> run = [];
    private readonly KeySet groups = new();
    private readonly KeySet members = new();

    /// <summary>The source key of a group's goods.</summary>
    public static string Key(string group) => $"group:{group}";

    /// <summary>Takes a member; gives the group before it where that is over.</summary>
    public IEnumerable<FeedRecord> Add(FeedMember member)
    {
        var before = run.Count > 0 && (run[0].Group != member.Group || run.Count >= LongestRun) ? Finish() : [];
        run.Add(member);
        return before;
    }

    /// <summary>Gives the group that is open, if any.</summary>
    public List<FeedRecord> Finish()
    {
        var done = new List<FeedRecord>(run.Count + 1);
        if (run.Count == 0) return done;
        var key = Key(run[0].Group);
        var chosen = Chosen();
        if (groups.Add(key)) done.Add(Goods(key, chosen));
        foreach (var member in run)
        {
            var line = member.Offer.Line;
            if (!members.Add($"{key}\n{member.Offer.Key}")) done.Add(new FeedProblem(line, 1, "id", FeedCodes.VariantTwice, Fill(Key("'{0}' stands in its group before; this time it is left out."), member.Offer.Key), Rejects: false));
            else done.Add(new FeedVariant(line, key, member.Offer with { Stock = member.Goods.Active ? member.Offer.Stock : "0", Options = [.. chosen.Select(n => (Name: n, Value: Value(member, n))).Where(o => o.Value.Length > 0).Select(o => new FeedOption(o.Name, o.Value))] }));
        }
        run.Clear();
        return done;
    }

    private FeedProduct Goods(string key, List<string> chosen) => run[0].Goods with
    {
        Key = key,
        Rows = 0,
        Price = null,
        Active = run.Exists(m => m.Goods.Active),
        Variants = [],
        // Lists of prices and stocks name the members and not the group.
        Aliases = [.. run.Select(m => m.Offer.Key).Distinct()],
        VariantsElsewhere = true,
        MayRepeat = true,
        Pictures = [.. run.SelectMany(m => m.Goods.Pictures).DistinctBy(p => p.Source).Take(MostPictures)],
        Attributes = [.. run[0].Goods.Attributes, .. run[0].Properties.Where(p => !chosen.Contains(p.Name, StringComparer.OrdinalIgnoreCase))],
    };

    // What differs within the group, known words first; a group of one is chosen by known words alone.
    private List<string> Chosen()
    {
        var names = run.SelectMany(m => m.Properties).Select(p => p.Name).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var known = names.Where(IsKnown).ToList();
        if (run.Count == 1) return [.. known.Take(MostOptions)];
        var differ = names.Where(n => run.Select(m => Value(m, n)).Distinct().Skip(1).Any()).ToList();
        var knownDiffer = differ.Where(IsKnown).Take(MostOptions).ToList();
        if (knownDiffer.Count > 0 && run.Select(m => string.Join('\n', knownDiffer.Select(n => Value(m, n)))).Distinct().Count() == run.Count) return knownDiffer;
        return [.. knownDiffer.Concat(differ.Where(n => !IsKnown(n))).Take(MostOptions)];
    }

    /// <summary>True for what goods are chosen by, whoever sells them.</summary>
    internal static bool IsKnown(string name) => Array.Exists(ChosenBy, part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    private static string Value(FeedMember member, string name)
    {
        var property = member.Properties.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return property is null ? "" : property.Unit.Length > 0 ? $"{property.Value} {property.Unit}" : property.Value;
    }
}
