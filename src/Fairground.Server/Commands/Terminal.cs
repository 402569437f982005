using Spectre.Console;

namespace Fairground.Server.Commands;

/// <summary>The console as a person sees it: colours and boxes on a terminal, plain whole lines where the output goes into a file or a pipe.</summary>
internal static class Terminal
{
    public static bool IsPlain { get; } = Console.IsOutputRedirected;

    public static IAnsiConsole Out { get; } = Create();

    private static IAnsiConsole Create()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = IsPlain ? AnsiSupport.No : AnsiSupport.Detect, ColorSystem = IsPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect });
        // A pipe has no width; lines must not be broken at eighty characters there.
        if (IsPlain) console.Profile.Width = 10_000;
        return console;
    }
}
