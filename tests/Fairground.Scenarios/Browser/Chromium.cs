using Fairground.Scenarios.Browser;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Fairground.Scenarios.Browser;

/// <summary>The one browser of the assembly: the distribution's Chromium, or the one that <c>FAIRGROUND_TEST_CHROMIUM</c> names. Its camera shows <see cref="Film"/>.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fairground-browser-");
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>What the camera sees; written by the test that scans, before it starts the camera.</summary>
    public string Film => Path.Combine(folder.FullName, "camera.y4m");

    /// <summary>Launches it for the first that asks. Where there is none, the test is skipped, and seen to be.</summary>
    internal async Task<IBrowser> Launch()
    {
        var program = Environment.GetEnvironmentVariable("FAIRGROUND_TEST_CHROMIUM") is { Length: > 0 } named ? named : "/usr/bin/chromium";
        if (!File.Exists(program)) Assert.Skip($"There is no browser at {program}; ./test installs one, or FAIRGROUND_TEST_CHROMIUM names it.");
        await gate.WaitAsync();
        try
        {
            if (browser is not null) return browser;
            playwright = await Playwright.CreateAsync();
            return browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={Film}",
                ],
            });
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        gate.Dispose();
        folder.Delete(true);
    }
}
