using System.CommandLine;

namespace Fairground.Server.Commands;

internal static class ImportCommand
{
    public static Command Create() => new("import", "Import a product feed into a shop.");
}
