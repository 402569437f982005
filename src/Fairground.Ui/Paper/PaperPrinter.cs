using System.Collections.Concurrent;
using System.Diagnostics;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Fairground.Ui.Paper;

/// <summary>Settings of the PDF renderer.</summary>
/// <param name="Renderer">The path of a chromium or of weasyprint; null where no PDF is made.</param>
/// <param name="Longest">How long one document may take.</param>
public sealed record PaperOptions(string? Renderer, TimeSpan Longest)
{
    private static readonly TimeSpan HalfAMinute = TimeSpan.FromSeconds(30);

    /// <summary><c>FAIRGROUND_PDF</c>: <c>off</c>, the path of a chromium or of weasyprint, or <c>chromium</c> or <c>weasyprint</c>, which is then looked for at <c>FAIRGROUND_PDF_PATH</c> or among the programs of the machine.</summary>
    public static PaperOptions From(IConfiguration configuration)
    {
        var (named, path) = (configuration["FAIRGROUND_PDF"], configuration["FAIRGROUND_PDF_PATH"]);
        if (string.IsNullOrWhiteSpace(named) || named == "off") return new PaperOptions(null, HalfAMinute);
        if (named is not ("chromium" or "weasyprint")) return File.Exists(named) ? new PaperOptions(named, HalfAMinute) : throw new SettingException($"FAIRGROUND_PDF says '{named}', and there is no such program.");
        if (path is { Length: > 0 }) return File.Exists(path) ? new PaperOptions(path, HalfAMinute) : throw new SettingException($"FAIRGROUND_PDF_PATH says '{path}', and there is no such program.");
        string[] names = named == "chromium" ? ["chromium", "chromium-browser", "google-chrome"] : ["weasyprint"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var found = folders.SelectMany(f => names.Select(n => Path.Combine(f, n))).FirstOrDefault(File.Exists);
        return found is not null ? new PaperOptions(found, HalfAMinute) : throw new SettingException($"FAIRGROUND_PDF says '{named}', and no such program is installed. FAIRGROUND_PDF_PATH may name it.");
    }
}

/// <summary>
/// Renders a self-contained document to PDF by the program that the operator named: a process of its own with its own profile folder, no environment of the server's and no way to a network,
/// two at a time, each for at most half a minute. Eight may wait; who comes then is refused, and so is who has one waiting already.
/// </summary>
public sealed class PaperPrinter(PaperOptions options, ILogger<PaperPrinter> logger) : IDisposable
{
    private const int AtOnce = 2;
    private const int MostWaiting = 8;

    private readonly SemaphoreSlim room = new(AtOnce, AtOnce);
    private readonly ConcurrentDictionary<Guid, bool> waiting = new();
    private int inside;

    /// <summary>True where PDFs are made.</summary>
    public bool IsOn => options.Renderer is not null;

    /// <summary>The PDF, or null where the program failed, too many wait, or the reader's last one is not done; why stands in the log.</summary>
    /// <param name="reader">Whoever asked: nobody can take the places of all.</param>
    public async Task<byte[]?> Print(string html, Guid reader, CancellationToken ct)
    {
        if (options.Renderer is not { } renderer) return null;
        if (!waiting.TryAdd(reader, true)) return null;
        try
        {
            if (Interlocked.Increment(ref inside) > AtOnce + MostWaiting)
            {
                logger.LogWarning("Too many documents wait for the PDF renderer");
                return null;
            }
            await room.WaitAsync(ct);
            try
            {
                return await Render(renderer, html, ct);
            }
            finally
            {
                room.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref inside);
            waiting.TryRemove(reader, out _);
        }
    }

    public void Dispose() => room.Dispose();

    private async Task<byte[]?> Render(string renderer, string html, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("fairground-pdf-");
        try
        {
            var (page, pdf) = (Path.Combine(folder.FullName, "page.html"), Path.Combine(folder.FullName, "page.pdf"));
            await File.WriteAllTextAsync(page, html, ct);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(options.Longest);
            var ended = await Run(renderer, Arguments(renderer, folder.FullName, page, pdf), folder.FullName, limit.Token);
            if (ended && File.Exists(pdf)) return await File.ReadAllBytesAsync(pdf, ct);
            logger.LogWarning("The PDF renderer made nothing");
            return null;
        }
        finally
        {
            await Remove(folder);
        }
    }

    private static List<string> Arguments(string renderer, string folder, string page, string pdf)
    {
        if (Path.GetFileName(renderer).Contains("weasyprint", StringComparison.OrdinalIgnoreCase)) return [page, pdf];
        var arguments = new List<string>
        {
            "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--disable-sync", "--disable-quic",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", $"--user-data-dir={Path.Combine(folder, "profile")}",
            "--no-pdf-header-footer", $"--print-to-pdf={pdf}", new Uri(page).AbsoluteUri,
        };
        // Chromium refuses its sandbox to root, as in many containers.
        if (Environment.UserName == "root") arguments.Insert(0, "--no-sandbox");
        return arguments;
    }

    private async Task<bool> Run(string renderer, IReadOnlyList<string> arguments, string folder, CancellationToken ct)
    {
        var start = new ProcessStartInfo(renderer, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = folder };
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        // Nothing listens at port 9: what asks for something outside gets nothing.
        foreach (var (name, value) in new[] { ("PATH", path), ("HOME", folder), ("TMPDIR", folder), ("XDG_CACHE_HOME", folder), ("LANG", "C.UTF-8"), ("http_proxy", "http://127.0.0.1:9"), ("https_proxy", "http://127.0.0.1:9") }) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            // Read, or a talkative program stops at a full pipe.
            await Task.WhenAll(process.StandardError.ReadToEndAsync(ct), process.StandardOutput.ReadToEndAsync(ct), process.WaitForExitAsync(ct));
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            // What still dies may still write.
            await process.WaitForExitAsync(CancellationToken.None);
            logger.LogWarning("The PDF renderer took too long, or nobody waited for it any more, and it was ended");
            return false;
        }
    }

    // What names somebody goes first; the renderer's own files may take a moment, while its last helpers end.
    private async Task Remove(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles()) file.Delete();
        for (var left = 50; ; left--)
        {
            try
            {
                folder.Delete(recursive: true);
                return;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (left == 0)
                {
                    logger.LogWarning(error, "A folder of the PDF renderer could not be removed");
                    return;
                }
                await Task.Delay(100);
            }
        }
    }
}

/// <summary>Registers what documents for paper need; once, however many modules ask.</summary>
public static class PaperSetup
{
    public static IServiceCollection AddPaper(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(PaperOptions.From(configuration));
        services.TryAddSingleton<PaperPrinter>();
        return services;
    }
}
