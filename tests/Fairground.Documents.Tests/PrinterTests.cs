using Fairground.Kernel;
using Fairground.Ui.Paper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fairground.Documents.Tests;

/// <summary>The program that makes PDFs is kept short, apart and few.</summary>
public sealed class PrinterTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fairground-printer-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(true);

    [Fact]
    public async Task It_gets_the_document_and_nothing_of_the_server_s_and_leaves_nothing_behind()
    {
        Environment.SetEnvironmentVariable("FAIRGROUND_PRINTER_SECRET", "kettle");
        using var printer = Printer("cat \"$1\" > \"$2\"; env >> \"$2\"; pwd >> \"$2\"", TimeSpan.FromSeconds(20));
        var made = System.Text.Encoding.UTF8.GetString((await printer.Print("<p>Kettle</p>", Guid.NewGuid(), Ct))!);
        Assert.StartsWith("<p>Kettle</p>", made, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIRGROUND", made, StringComparison.Ordinal);
        Assert.Contains("http_proxy=http://127.0.0.1:9", made, StringComparison.Ordinal);
        Assert.False(Directory.Exists(made.TrimEnd().Split('\n')[^1]));
    }

    [Fact]
    public async Task It_is_ended_where_it_takes_too_long()
    {
        var mark = Path.Combine(folder.FullName, "still-there");
        using var printer = Printer($"sleep 2; touch {mark}; echo done > \"$2\"", TimeSpan.FromMilliseconds(300));
        var began = TimeProvider.System.GetTimestamp();
        Assert.Null(await printer.Print("", Guid.NewGuid(), Ct));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2));
        await Task.Delay(2_200, Ct);
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public async Task What_names_somebody_is_gone_also_where_it_was_ended()
    {
        var where = Path.Combine(folder.FullName, "where");
        // A helper that is nobody's child any more writes on for a while, as a browser's do.
        using var printer = Printer($"pwd > {where}; (setsid sh -c 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); echo x > file-$i; done' 2>/dev/null &); sleep 30", TimeSpan.FromSeconds(1));
        Assert.Null(await printer.Print("<p>Aigerim</p>", Guid.NewGuid(), Ct));
        Assert.False(Directory.Exists((await File.ReadAllTextAsync(where, Ct)).Trim()));
    }

    [Fact]
    public async Task One_reader_has_one_under_way_and_leaves_the_others_their_room()
    {
        var (go, reader) = (Path.Combine(folder.FullName, "go"), Guid.NewGuid());
        using var printer = Printer($"while [ ! -e {go} ]; do sleep 0.05; done; echo '%PDF-' > \"$2\"", TimeSpan.FromSeconds(60));
        var first = printer.Print("", reader, Ct);
        Assert.Null(await printer.Print("", reader, Ct));
        await File.WriteAllTextAsync(go, "", Ct);
        Assert.NotNull(await printer.Print("", Guid.NewGuid(), Ct));
        Assert.NotNull(await first);
        Assert.NotNull(await printer.Print("", reader, Ct));
    }

    [Fact]
    public async Task Two_run_at_once_eight_wait_and_who_comes_then_is_refused()
    {
        var go = Path.Combine(folder.FullName, "go");
        using var printer = Printer($"touch {folder.FullName}/in-$$; while [ ! -e {go} ]; do sleep 0.05; done; echo '%PDF-' > \"$2\"", TimeSpan.FromSeconds(60));
        var first = Enumerable.Range(0, 10).Select(_ => printer.Print("", Guid.NewGuid(), Ct)).ToList();
        Assert.Null(await printer.Print("", Guid.NewGuid(), Ct));
        await Testing.Eventually.Holds(() => Task.FromResult(folder.GetFiles("in-*").Length == 2), TimeSpan.FromSeconds(30), "two run");
        await File.WriteAllTextAsync(go, "", Ct);
        Assert.All(await Task.WhenAll(first), Assert.NotNull);
        Assert.NotNull(await printer.Print("", Guid.NewGuid(), Ct));
    }

    [Fact]
    public void The_setting_names_a_program_that_is_there()
    {
        var tool = Script("true");
        Assert.Null(Options(("FAIRGROUND_PDF", "off")).Renderer);
        Assert.Null(Options().Renderer);
        Assert.Equal(tool, Options(("FAIRGROUND_PDF", tool)).Renderer);
        Assert.Equal(tool, Options(("FAIRGROUND_PDF", "weasyprint"), ("FAIRGROUND_PDF_PATH", tool)).Renderer);
        Assert.Contains("no such program", Assert.Throws<SettingException>(() => Options(("FAIRGROUND_PDF", "/nowhere/chromium"))).Message, StringComparison.Ordinal);
        Assert.Contains("FAIRGROUND_PDF_PATH", Assert.Throws<SettingException>(() => Options(("FAIRGROUND_PDF", "chromium"), ("FAIRGROUND_PDF_PATH", "/nowhere/chromium"))).Message, StringComparison.Ordinal);
    }

    private static PaperOptions Options(params (string Name, string Value)[] settings) =>
        PaperOptions.From(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build());

    private PaperPrinter Printer(string script, TimeSpan longest) => new(new PaperOptions(Script(script), longest), NullLogger<PaperPrinter>.Instance);

    // Named so that it is called as weasyprint is: the page, and where the PDF goes.
    private string Script(string text)
    {
        var file = Path.Combine(folder.FullName, "weasyprint");
        File.WriteAllText(file, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}
