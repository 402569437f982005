using System.Diagnostics;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios.VerifyPage;

/// <summary>The scripts of the verify page against published vectors, without a browser.</summary>
public sealed class InNode
{
    [Fact]
    [Requirement("C-23")]
    public async Task The_scripts_of_the_page_agree_with_the_published_vectors()
    {
        if (Node() is not { } node)
        {
            Assert.Skip("There is no node on the path; the browser's tests run the same scripts on the forgeries.");
            return;
        }
        var folder = Directory.CreateTempSubdirectory("fairground-node-");
        try
        {
            var script = Path.Combine(folder.FullName, "vectors.mjs");
            await File.WriteAllTextAsync(script, string.Join('\n', Scripts.OfPage("curves"), Scripts.OfPage("engine"), Scripts.Draws, Scripts.Vectors, $"console.log(JSON.stringify(await vectorProblems({Scripts.VectorFacts})));"));
            using var run = Process.Start(new ProcessStartInfo(node, [script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (told, complained) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            await run.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));

            Assert.Equal("", await complained);
            Assert.Equal("[]", (await told).Trim());
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static string? Node() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "node")).FirstOrDefault(File.Exists);
}
