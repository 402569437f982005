using System.Text.RegularExpressions;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>What the pages name exists.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages => new(Repository.FilesEndingIn(".md"));

    [Theory, MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_somewhere(string page)
    {
        var broken = Link().Matches(WithoutCode(Repository.Read(page))).Select(m => m.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Resolves(page, target));

        None.Of(broken);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/start.md")]
    public void Files_that_a_front_page_names_exist(string page)
    {
        var missing = CodeSpan().Matches(Repository.Read(page)).Select(m => m.Groups[1].Value)
            .Where(name => RepositoryPath().IsMatch(name))
            .Select(name => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name)
            .Where(name => !Repository.Exists(name));

        None.Of(missing);
    }

    [Fact]
    public void Every_page_of_the_documentation_can_be_reached_from_its_index()
    {
        var seen = new HashSet<string>();
        var queue = new Queue<string>(["docs/README.md"]);
        while (queue.TryDequeue(out var page))
        {
            if (!seen.Add(page)) continue;
            foreach (Match link in Link().Matches(WithoutCode(Repository.Read(page))))
            {
                var target = Normalise(page, link.Groups[1].Value.Split('#')[0]);
                if (target.EndsWith(".md", StringComparison.Ordinal) && Repository.Exists(target)) queue.Enqueue(target);
            }
        }

        None.Of(Repository.FilesEndingIn(".md").Where(f => f.StartsWith("docs/", StringComparison.Ordinal)).Except(seen));
    }

    [Fact]
    public void Every_setting_that_the_code_reads_is_documented()
    {
        var read = Repository.FilesEndingIn(".cs", ".razor").Where(f => f.StartsWith("src/", StringComparison.Ordinal)).Append("run")
            .SelectMany(f => Setting().Matches(Repository.Read(f)).Select(m => m.Value)).Distinct().Order(StringComparer.Ordinal);
        var page = Repository.Read("docs/start.md");

        None.Of(read.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    private static bool Resolves(string page, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? page : Normalise(page, parts[0]);
        if (!Repository.Exists(file)) return false;
        return parts.Length == 1 || !file.EndsWith(".md", StringComparison.Ordinal) || Anchors(Repository.Read(file)).Contains(parts[1]);
    }

    private static string Normalise(string page, string target) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, Uri.UnescapeDataString(target)))).Replace('\\', '/');

    private static IEnumerable<string> Anchors(string text) =>
        Heading().Matches(text).Select(m => NotInAnchor().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutCode(string text) => Fence().Replace(text, "");

    [GeneratedRegex(@"\]\(([^)\s]+)(?:\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`([^`\s]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^(\./[\w.-]+|(src|tests|docs|demo|bench|deploy|\.ci)/[\w./-]*|[A-Z]+\.md|LICENSE|[\w.]+\.(props|txt|slnx))$")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"^#+\s+(.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"\bFAIRGROUND_[A-Z_]+\b")]
    private static partial Regex Setting();
}
