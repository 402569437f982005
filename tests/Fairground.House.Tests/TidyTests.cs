using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Hygiene that a build does not check.</summary>
public sealed partial class TidyTests
{
    private const int LongestFile = 500;
    private const int LongestFunction = 70;

    private static readonly string[] Source = [".cs", ".razor", ".css", ".js", ".sql", ".sh", ".py"];
    private static readonly string[] Text = [.. Source, ".md", ".csproj", ".props", ".slnx", ".json", ".yml", ".yaml", ".txt", "/run", "/test"];

    // Fixtures and texts whose exact bytes matter, and files that a tool writes.
    private static readonly string[] NotWritten = ["packages.lock.json", "/Vectors/", "/Feeds/", "/feed/", "CanonicalJsonTests.cs"];

    [Fact]
    public void No_source_file_is_longer_than_500_lines() =>
        None.Of(Repository.FilesEndingIn(Source).Select(f => (File: f, Lines: Repository.Read(f).Split('\n').Length - 1)).Where(f => f.Lines > LongestFile));

    [Fact]
    public void No_function_is_longer_than_70_lines() =>
        None.Of(Repository.FilesEndingIn(".cs", ".razor").SelectMany(Functions).Where(f => f.Lines > LongestFunction));

    [Fact]
    public void Nothing_is_left_for_later_in_the_code() =>
        None.Of(Repository.FilesEndingIn(Source).Where(f => !f.EndsWith("TidyTests.cs", StringComparison.Ordinal)).Where(f => LeftForLater().IsMatch(Repository.Read(f))));

    [Fact]
    public void No_file_names_a_place_on_somebody_s_machine() =>
        None.Of(Written().Where(f => MachinePath().IsMatch(Repository.Read(f))));

    [Fact]
    public void No_line_ends_in_blanks_and_every_file_ends_its_last_line() =>
        None.Of(Written().Where(f => Repository.Read(f) is { Length: > 0 } text && (TrailingBlank().IsMatch(text) || !text.EndsWith('\n') || text.Contains('\r', StringComparison.Ordinal))));

    [Fact]
    public void No_folder_is_named_for_what_it_is_instead_of_what_it_does() =>
        None.Of(Repository.FilesEndingIn(".cs", ".razor").Where(f => VagueFolder().IsMatch(f)));

    private static IEnumerable<string> Written() =>
        Repository.Files.Where(f => Text.Any(e => $"/{f}".EndsWith(e, StringComparison.Ordinal)) && !NotWritten.Any(n => f.Contains(n, StringComparison.Ordinal)) && !f.EndsWith("TidyTests.cs", StringComparison.Ordinal));

    private static IEnumerable<(string Function, int Lines)> Functions(string file)
    {
        var text = Repository.Read(file);
        if (file.EndsWith(".razor", StringComparison.Ordinal))
        {
            // The code of a component, read as the members of a class.
            var code = text.IndexOf("@code", StringComparison.Ordinal);
            if (code < 0) yield break;
            text = $"class Component {text[(code + "@code".Length)..]}";
        }
        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        foreach (var node in root.DescendantNodes().Where(n => n is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax))
        {
            var span = node.GetLocation().GetLineSpan();
            yield return ($"{file}:{span.StartLinePosition.Line + 1}", span.EndLinePosition.Line - span.StartLinePosition.Line + 1);
        }
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException")]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"(?<![\w./-])(/home/\w|/root/|/Users/\w|/work/|/tmp/[a-z]+/|[A-Z]:\\Users\\)")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"[ \t]+$", RegexOptions.Multiline)]
    private static partial Regex TrailingBlank();

    [GeneratedRegex(@"/(Services|Helpers|Managers|Utils|Common|Misc)/")]
    private static partial Regex VagueFolder();
}
