using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Which requirement is shown by which test. A requirement that no test carries is open, and the page says so.</summary>
public sealed class RequirementTests
{
    private static readonly (string Letter, string Title)[] Parts =
    [
        ("C", "Sale by certificates and one draw"),
        ("D", "Draw with two payments"),
        ("M", "Prepaid membership honoured at every shop"),
        ("K", "Kiosk coupons and points"),
        ("S", "Marketplace of services"),
    ];

    [Fact]
    public void Every_requirement_stands_on_a_page_with_the_tests_that_show_it()
    {
        var requirements = Requirements();
        var shown = Shown().ToLookup(s => s.Number, s => s.Test);
        var page = new StringBuilder();
        page.Append("# Requirements\n\nWhat the system must do, and the tests that show it. *Open* means that no test carries the number yet. Made from the\ncode by the tests.\n\n");
        page.Append("| Part | Shown | Open |\n|---|---|---|\n");
        foreach (var (letter, title) in Parts)
        {
            var own = requirements.Where(r => r.Number.StartsWith(letter, StringComparison.Ordinal)).ToList();
            var done = own.Count(r => shown.Contains(r.Number));
            page.Append(CultureInfo.InvariantCulture, $"| {letter}: {title} | {done} | {own.Count - done} |\n");
        }
        foreach (var (letter, title) in Parts)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {letter}: {title}\n\n| Number | What | State | Shown by |\n|---|---|---|---|\n");
            foreach (var (number, text) in requirements.Where(r => r.Number.StartsWith(letter, StringComparison.Ordinal)))
            {
                var tests = shown[number].Distinct().Order(StringComparer.Ordinal).ToList();
                page.Append(CultureInfo.InvariantCulture, $"| {number} | {text} | {(tests.Count > 0 ? "shown" : "open")} | {string.Join("<br>", tests)} |\n");
            }
        }

        Repository.MustMatchCommitted("docs/reference/requirements.md", page.ToString());
    }

    [Fact]
    public void A_test_shows_only_requirements_that_exist()
    {
        var known = Requirements().Select(r => r.Number).ToHashSet();

        None.Of(Shown().Where(s => !known.Contains(s.Number)));
    }

    private static List<(string Number, string Text)> Requirements() =>
        [.. Repository.Read("tests/Fairground.House.Tests/requirements.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (line[..4], line[5..].Trim()))];

    // Read from the source, so that no test assembly has to be loaded.
    private static IEnumerable<(string Number, string Test)> Shown() =>
        from file in Repository.FilesEndingIn(".cs")
        where file.StartsWith("tests/", StringComparison.Ordinal)
        from node in CSharpSyntaxTree.ParseText(Repository.Read(file)).GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>()
        where node is MethodDeclarationSyntax or TypeDeclarationSyntax
        from attribute in node.AttributeLists.SelectMany(l => l.Attributes)
        where attribute.Name.ToString() is "Requirement" or "RequirementAttribute"
        let number = (attribute.ArgumentList?.Arguments.FirstOrDefault()?.Expression as LiteralExpressionSyntax)?.Token.ValueText
        where number is not null
        select (number, Spoken(node));

    private static string Spoken(MemberDeclarationSyntax node)
    {
        var type = node as TypeDeclarationSyntax ?? (TypeDeclarationSyntax)node.Parent!;
        return node is MethodDeclarationSyntax method ? $"{type.Identifier.ValueText}: {method.Identifier.ValueText.Replace('_', ' ')}" : $"{type.Identifier.ValueText} (all)";
    }
}
