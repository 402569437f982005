using System.Diagnostics;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.PrintDocuments;

/// <summary>Settings of the PDF renderer.</summary>
/// <param name="Renderer"><c>FAIRGROUND_PDF</c>: the path of a chromium or of weasyprint; null where no PDF is made.</param>
internal sealed record PrintOptions(string? Renderer)
{
    public static PrintOptions From(IConfiguration configuration)
    {
        var path = configuration["FAIRGROUND_PDF"];
        if (string.IsNullOrWhiteSpace(path) || path == "off") return new PrintOptions((string?)null);
        return File.Exists(path) ? new PrintOptions(path) : throw new SettingException($"FAIRGROUND_PDF says '{path}', and there is no such program.");
    }
}

/// <summary>Renders a self-contained document to PDF by the program that the operator named. Two at a time, each for at most half a minute.</summary>
internal sealed class DocumentPrinter(PrintOptions options, ILogger<DocumentPrinter> logger) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim room = new(2, 2);

    public bool IsOn => options.Renderer is not null;

    /// <summary>The PDF, or null where the program failed; why stands in the log.</summary>
    public async Task<byte[]?> Print(string html, CancellationToken ct)
    {
        if (options.Renderer is not { } renderer) return null;
        await room.WaitAsync(ct);
        var folder = Directory.CreateTempSubdirectory("fairground-pdf-");
        try
        {
            var (page, pdf) = (Path.Combine(folder.FullName, "page.html"), Path.Combine(folder.FullName, "page.pdf"));
            await File.WriteAllTextAsync(page, html, ct);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(Longest);
            var ended = await Run(renderer, Arguments(renderer, folder.FullName, page, pdf), limit.Token);
            if (ended && File.Exists(pdf)) return await File.ReadAllBytesAsync(pdf, ct);
            logger.LogWarning("The PDF renderer made nothing");
            return null;
        }
        finally
        {
            room.Release();
            Remove(folder);
        }
    }

    public void Dispose() => room.Dispose();

    private static List<string> Arguments(string renderer, string folder, string page, string pdf)
    {
        if (Path.GetFileName(renderer).Contains("weasyprint", StringComparison.OrdinalIgnoreCase)) return [page, pdf];
        var arguments = new List<string>
        {
            "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-extensions", "--disable-sync", $"--user-data-dir={Path.Combine(folder, "profile")}",
            "--no-pdf-header-footer", $"--print-to-pdf={pdf}", new Uri(page).AbsoluteUri,
        };
        // Chromium refuses its sandbox to root, as in many containers.
        if (Environment.UserName == "root") arguments.Insert(0, "--no-sandbox");
        return arguments;
    }

    private async Task<bool> Run(string renderer, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(renderer, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            // Read, or a talkative program stops at a full pipe.
            await Task.WhenAll(process.StandardError.ReadToEndAsync(ct), process.StandardOutput.ReadToEndAsync(ct), process.WaitForExitAsync(ct));
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            logger.LogWarning("The PDF renderer took too long and was ended");
            return false;
        }
    }

    private void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (IOException error)
        {
            logger.LogDebug(error, "A folder of the PDF renderer could not be removed");
        }
    }
}
