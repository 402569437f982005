using Xunit;

namespace Fairground.House.Tests;

/// <summary>The repository these tests look at: its root, its files, and the pages that are made from the code.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", ".git", "artifacts", "data", "vendor", "node_modules", "TestResults"];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths below the root with forward slashes, without what is built or vendored.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> FilesEndingIn(params string[] ends) =>
        Files.Where(f => ends.Any(e => f.EndsWith(e, StringComparison.Ordinal)));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Compares a page made from the code with the committed one. With FAIRGROUND_UPDATE_DOCS=1 it is rewritten instead.</summary>
    public static void MustMatchCommitted(string path, string made)
    {
        var full = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("FAIRGROUND_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, made);
            return;
        }
        var committed = File.Exists(full) ? File.ReadAllText(full).ReplaceLineEndings("\n") : "";
        if (committed == made) return;
        var (was, now) = FirstDifference(committed.Split('\n'), made.Split('\n'));
        Assert.Fail($"{path} is not what the code says now. Committed: '{was}'; now: '{now}'. Run the tests with FAIRGROUND_UPDATE_DOCS=1 and commit the page.");
    }

    private static (string Was, string Now) FirstDifference(string[] was, string[] now)
    {
        var at = 0;
        while (at < was.Length && at < now.Length && was[at] == now[at]) at++;
        return (at < was.Length ? was[at] : "(end)", at < now.Length ? now[at] : "(end)");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Fairground.slnx"))) return folder.FullName;
        }
        throw new InvalidOperationException("These tests run inside the repository: Fairground.slnx was not found above them.");
    }

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            // In a linked work tree .git is a file.
            if (Path.GetFileName(file) != ".git") yield return file;
        }
        foreach (var inner in Directory.EnumerateDirectories(folder).Where(d => !NotOurs.Contains(Path.GetFileName(d))))
        {
            foreach (var file in Walk(inner)) yield return file;
        }
    }
}
