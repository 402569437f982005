using System.CommandLine;
using Fairground.Kernel.Modules;
using Fairground.Server.Hosting;
using Spectre.Console;

namespace Fairground.Server.Commands;

/// <summary><c>fairground doctor</c>: recomputes everything that must always hold, and says so. Exit code 1 where something does not.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Check the ledger and every module against their invariants. Exit code 0: all hold; 1: at least one does not.");
        command.SetAction(async (_, ct) =>
        {
            await using var app = WebHost.Build([]);
            await Market.Migrate(app.Services, ct);
            var findings = await Audit(app.Services, ct);
            Print(findings);
            return findings.All(f => f.Holds) ? 0 : 1;
        });
        return command;
    }

    /// <summary>Runs every check of every module.</summary>
    public static async Task<IReadOnlyList<AuditFinding>> Audit(IServiceProvider services, CancellationToken ct)
    {
        var findings = new List<AuditFinding>();
        await using var scope = services.CreateAsyncScope();
        foreach (var check in scope.ServiceProvider.GetServices<IAuditCheck>()) findings.AddRange(await check.Run(ct));
        return findings;
    }

    private static void Print(IReadOnlyList<AuditFinding> findings)
    {
        if (Terminal.IsPlain)
        {
            foreach (var finding in findings) Console.WriteLine($"{(finding.Holds ? "holds " : "BROKEN")}  {finding.Check}: {finding.Text}");
        }
        else
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn("Check").AddColumn("Finding");
            foreach (var finding in findings)
                table.AddRow(finding.Holds ? "[green]holds[/]" : "[red]BROKEN[/]", Markup.Escape(finding.Check), Markup.Escape(finding.Text));
            Terminal.Out.Write(table);
        }
        var broken = findings.Count(f => !f.Holds);
        Terminal.Out.MarkupLine(broken == 0 ? $"[green]All {findings.Count} checks hold.[/]" : $"[red]{broken} of {findings.Count} checks do not hold.[/] Stop selling and look at the lines above.");
    }
}
