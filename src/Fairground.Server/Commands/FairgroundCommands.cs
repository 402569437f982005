using System.CommandLine;
using System.Globalization;
using Fairground.Kernel.Languages;

namespace Fairground.Server.Commands;

/// <summary>The <c>fairground</c> command line. Without a verb it serves.</summary>
internal static class FairgroundCommands
{
    public static Task<int> Run(string[] args)
    {
        // Whatever the machine speaks: what is written without a reader is the same everywhere.
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = Language.English.Culture;
        var root = new RootCommand("Fairground: sell by certificates and draws that anyone can check.\nWithout a command it serves, as 'fairground serve' does.");
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(ImportCommand.Create());
        root.Subcommands.Add(VerifyCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(JurisdictionCommand.Create());
        root.Subcommands.Add(MigrateCommand.Create());
        root.Subcommands.Add(BackupCommand.CreateBackup());
        root.Subcommands.Add(BackupCommand.CreateRestore());
        root.Subcommands.Add(FilesCommand.Create());
        root.Subcommands.Add(KeysCommand.Create());
        var isVerb = args.Length > 0 && (root.Subcommands.Any(c => c.Name == args[0]) || args[0] is "--help" or "-h" or "-?" or "/?" or "--version");
        return root.Parse(isVerb ? args : ["serve", .. args]).InvokeAsync();
    }
}
