using System.Text.Json.Nodes;

namespace Fairground.Cheats;

/// <summary>A forged draw and what a verifier must say of it.</summary>
/// <param name="Name">A short name, also that of its folder.</param>
/// <param name="Title">What the operator did.</param>
/// <param name="Step">The step at which it is caught.</param>
/// <param name="Sentence">Words of the sentence that is printed.</param>
/// <param name="IsDoubt">Whether the computation is right and only a doubt remains.</param>
/// <param name="Make">Makes its files.</param>
public sealed record Cheat(string Name, string Title, string Step, string Sentence, bool IsDoubt, Func<DrawFiles> Make);

/// <summary>Every cheat that is known, for all verifiers.</summary>
public static partial class CheatCatalogue
{
    /// <summary>All of them, each with a name of its own.</summary>
    public static IReadOnlyList<Cheat> All { get; } = [.. OfEntries(), .. OfPlacesAndTerms(), .. OfRandomness(), .. OfFailover(), .. OfEvidence(), .. OfSpelling(), .. OfPapers(), .. OfPoints()];

    /// <summary>Writes each cheat into a folder of its name, with <c>expect.json</c> beside its files.</summary>
    public static void WriteTo(string folder)
    {
        foreach (var cheat in All)
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, cheat.Name)).FullName;
            foreach (var (name, text) in cheat.Make().ByName()) File.WriteAllText(Path.Combine(place, name), text);
            var expect = new JsonObject { ["title"] = cheat.Title, ["step"] = cheat.Step, ["sentence"] = cheat.Sentence, ["outcome"] = cheat.IsDoubt ? "doubt" : "failed" };
            File.WriteAllText(Path.Combine(place, "expect.json"), expect.ToJsonString());
        }
    }

    private static Cheat Caught(string name, string title, string step, string sentence, Func<DrawFiles> make) => new(name, title, step, sentence, false, make);

    private static Cheat Doubted(string name, string title, string step, string sentence, Func<DrawFiles> make) => new(name, title, step, sentence, true, make);

    /// <summary>A draw whose published files are changed after the fact.</summary>
    private static Func<DrawFiles> Files(Action<DrawFiles> change, Func<HonestDraw>? draw = null) => () =>
    {
        using var honest = (draw ?? (() => new HonestDraw()))();
        var files = honest.Files();
        change(files);
        return files;
    };

    /// <summary>A draw that its operator, who holds the key, makes otherwise than promised.</summary>
    private static Func<DrawFiles> Operator(Func<HonestDraw, DrawFiles> make, Func<HonestDraw>? draw = null) => () =>
    {
        using var honest = (draw ?? (() => new HonestDraw()))();
        return make(honest);
    };
}
