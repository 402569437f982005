using System.CommandLine;
using Fairground.Server.Hosting;

namespace Fairground.Server.Commands;

/// <summary><c>fairground serve</c>: migrates, starts, and says where it is and what to try.</summary>
internal static class ServeCommand
{
    private const string DefaultAddress = "http://localhost:5080";

    public static Command Create()
    {
        var empty = new Option<bool>("--empty") { Description = "Start bare, without the demo market, and ask for the first operator." };
        var command = new Command("serve", "Start the server. An empty one without FAIRGROUND_OPERATOR becomes a demo market, unless --empty is given.") { empty };
        command.SetAction((parsed, ct) => Serve(parsed.GetValue(empty), ct));
        return command;
    }

    private static async Task<int> Serve(bool empty, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ASPNETCORE_URLS"))) Environment.SetEnvironmentVariable("ASPNETCORE_URLS", DefaultAddress);
        await using var app = WebHost.Build([]);
        await Market.Migrate(app.Services, ct);
        await app.StartAsync(ct);
        Console.WriteLine($"Fairground is at {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(ct);
        return 0;
    }
}
