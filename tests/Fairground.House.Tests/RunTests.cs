using System.Diagnostics;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>What <c>./run</c> starts is what is published, and not what is built for the tests.</summary>
public sealed class RunTests
{
    private static readonly string Configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    [Fact]
    public async Task The_server_can_be_published_and_what_is_published_starts()
    {
        var folder = Directory.CreateTempSubdirectory("fairground-published-");
        try
        {
            var (code, said) = await Run("publish", Path.Combine(Repository.Root, "src", "Fairground.Server"), "-c", Configuration, "--no-build", "-v", "quiet", "--nologo", "-o", folder.FullName);
            Assert.True(code == 0, said);

            (code, said) = await Run(Path.Combine(folder.FullName, "fairground.dll"), "--help");

            Assert.Equal(0, code);
            Assert.Contains("Fairground: sell by certificates and draws that anyone can check.", said, StringComparison.Ordinal);
            // Pages need their styles, and messages their words, wherever the program stands.
            Assert.True(File.Exists(Path.Combine(folder.FullName, "wwwroot", "_content", "Fairground.Ui", "components.css")));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static async Task<(int Code, string Said)> Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(4), TestContext.Current.CancellationToken);
        return (process.ExitCode, await said + await complained);
    }
}
