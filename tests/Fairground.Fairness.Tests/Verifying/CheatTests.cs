using Fairground.Cheats;
using Fairground.Verification;
using Xunit;

namespace Fairground.Fairness.Tests.Verifying;

/// <summary>The catalogue of cheats: each is caught at the step it belongs to, with a sentence that says why.</summary>
public sealed class CheatTests
{
    public static TheoryData<string> Names => new(CheatCatalogue.All.Select(cheat => cheat.Name));

    internal static VerificationReport Verify(DrawFiles draw)
    {
        var files = draw.ByName();
        string? Text(string name) => files.TryGetValue(name, out var text) ? text : null;
        string[]? Lines(string name) => Text(name)?.Split('\n');
        return DrawVerifier.Verify(files["proof.json"], Lines("entries.jsonl")!, new Evidence
        {
            TrustedKeys = files["jwks.json"], Log = Lines("closings.log"), Heads = Lines("heads.txt"), Receipt = Text("receipt.jws"), Beacon = Text("beacon.json"), Outcomes = Text("outcomes.json"),
        });
    }

    [Theory, MemberData(nameof(Names))]
    public void Each_cheat_is_caught_with_its_sentence(string name)
    {
        var cheat = CheatCatalogue.All.Single(known => known.Name == name);

        var report = Verify(cheat.Make());

        Assert.False(report.Holds);
        var outcome = cheat.IsDoubt ? StepOutcome.Doubt : StepOutcome.Failed;
        var told = report.Found.Where(step => step.Id == cheat.Step && step.Outcome == outcome).Select(step => step.Sentence).ToList();
        Assert.True(told.Exists(sentence => sentence.Contains(cheat.Sentence, StringComparison.Ordinal)), $"{string.Join(" / ", told)}\n{string.Join("\n", report.Found)}");
        if (cheat.IsDoubt && cheat.Name != "chain-of-its-own") Assert.Equal(Verdict.InDoubt, report.Verdict);
    }

    [Fact]
    public void The_catalogue_is_long_and_its_names_are_names_of_folders()
    {
        Assert.True(CheatCatalogue.All.Count >= 140, $"{CheatCatalogue.All.Count} cheats");
        Assert.Equal(CheatCatalogue.All.Count, CheatCatalogue.All.Select(cheat => cheat.Name).Distinct().Count());
        Assert.All(CheatCatalogue.All, cheat => Assert.Matches("^[a-z]+(-[a-z]+)*$", cheat.Name));
    }

    [Fact]
    public void The_catalogue_can_be_written_into_a_folder_for_other_verifiers()
    {
        // Set the variable to keep the folder.
        var kept = Environment.GetEnvironmentVariable("FAIRGROUND_CHEATS");
        var folder = kept ?? Directory.CreateTempSubdirectory("fairground-cheats-").FullName;
        CheatCatalogue.WriteTo(folder);
        Assert.Equal(CheatCatalogue.All.Count, Directory.GetFiles(folder, "expect.json", SearchOption.AllDirectories).Length);
        Assert.Equal(CheatCatalogue.All.Count, Directory.GetFiles(folder, "proof.json", SearchOption.AllDirectories).Length);
        if (kept is null) Directory.Delete(folder, recursive: true);
    }
}
