using System.CommandLine;
using Fairground.Server.Hosting;

namespace Fairground.Server.Commands;

/// <summary><c>fairground migrate</c>: brings the database to the present schema and says what it did.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Bring the database to the present schema.");
        command.SetAction(async (_, ct) =>
        {
            await using var app = WebHost.Build([]);
            var applied = await Market.Migrate(app.Services, ct);
            foreach (var migration in applied) Console.WriteLine($"applied {migration.Module} {migration.Version:0000} {migration.Name}");
            Console.WriteLine(applied.Count == 0 ? "The schema is up to date." : $"{applied.Count} migrations applied.");
            return 0;
        });
        return command;
    }
}
