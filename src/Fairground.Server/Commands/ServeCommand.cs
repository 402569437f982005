using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Server.Demo;
using Fairground.Server.Hosting;

namespace Fairground.Server.Commands;

/// <summary><c>fairground serve</c>: migrates, starts, and says where it is and what to try.</summary>
internal static class ServeCommand
{
    private const string DefaultAddress = "http://localhost:5080";

    public static Command Create()
    {
        var empty = new Option<bool>("--empty") { Description = "Start bare, without the demo market, and ask for the first operator." };
        var command = new Command("serve", "Start the server. A new one becomes a demo market, unless --empty is given or FAIRGROUND_OPERATOR names its first operator.") { empty };
        command.SetAction((parsed, ct) => Serve(parsed.GetValue(empty), ct));
        return command;
    }

    private static async Task<int> Serve(bool empty, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        Default("ASPNETCORE_URLS", DefaultAddress);
        var demo = await DemoState.Decide(empty, ct);
        if (demo != DemoState.None)
        {
            Default("FAIRGROUND_DEV_INBOX", "1");
            Default("FAIRGROUND_DEMO_GATEWAY", "1");
            Default("FAIRGROUND_MOST_MILEAGE_RATE", "5");
            Default("FAIRGROUND_OPERATOR", $"{DemoPeople.Operator.Contact}:{DemoPeople.Password}");
            Default("FAIRGROUND_JURISDICTION", "demo");
            Default("FAIRGROUND_MARKET_NAME", "Fairground demo");
            Default("FAIRGROUND_NOTICE", Key("No prize here is real."));
        }
        WebApplication app;
        try
        {
            app = WebHost.Build([]);
        }
        catch (SettingException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }
        await using var running = app;
        await Market.Migrate(app.Services, ct);
        try
        {
            // These check their settings as they are made: what is wrong is then said in a line, and not as a failure of the host.
            _ = app.Services.GetServices<IHostedService>().Count();
            await app.StartAsync(ct);
        }
        catch (IOException error)
        {
            await Console.Error.WriteLineAsync($"{error.Message} Choose another address with ASPNETCORE_URLS=http://localhost:PORT.");
            return 2;
        }
        catch (SettingException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }
        var address = Reachable(app.Urls.First());
        await ServeWords.Print(address, demo, started, app.Services);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, app.Lifetime.ApplicationStopping);
        if (demo != DemoState.None) _ = Task.Run(() => Furnish(app, address, demo, stop.Token), CancellationToken.None);
        await app.WaitForShutdownAsync(ct);
        return 0;
    }

    private static async Task Furnish(WebApplication app, Uri address, DemoState demo, CancellationToken ct)
    {
        try
        {
            await new DemoMarket(address, DemoState.Goods(), app.Logger, app.Services.GetRequiredService<TimeProvider>()).Run(demo == DemoState.Fresh, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server is stopping; what was made so far is a market too.
        }
#pragma warning disable CA1031 // A demo that cannot be furnished must not take the server down.
        catch (Exception error)
        {
            app.Logger.LogError(error, "The demo market could not be finished; remove the data folder to start it again");
        }
#pragma warning restore CA1031
    }

    private static void Default(string name, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))) Environment.SetEnvironmentVariable(name, value);
    }

    // "any address" is what a server listens on, not what a person can type.
    private static Uri Reachable(string url) => new(new Uri(PublicAddress.Reachable(url)), "/");
}
