using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>What the packages tell their users to write compiles.</summary>
public sealed partial class ReadmeTests
{
    private const string Usings = "global using System; global using System.IO; global using System.Linq; global using System.Collections.Generic;";

    [Theory]
    [InlineData("src/Fairground.Fairness/README.md", 2)]
    [InlineData("src/Fairground.Verification/README.md", 1)]
    public void The_samples_of_a_package_compile(string readme, int count)
    {
        var samples = Sample().Matches(Repository.Read(readme)).Select(match => match.Groups["code"].Value).ToList();
        Assert.Equal(count, samples.Count);
        var assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)).ToList();
        foreach (var sample in samples)
        {
            SyntaxTree[] trees = [Parsed(sample), Parsed(Usings)];
            var compilation = CSharpCompilation.Create("sample", trees, assemblies, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
            None.Of(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()));
        }
    }

    private static SyntaxTree Parsed(string code) => CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken);

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
