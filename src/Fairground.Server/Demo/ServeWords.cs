using System.Diagnostics;
using Fairground.Server.Hosting;
using Fairground.Identity;

namespace Fairground.Server.Demo;

/// <summary>What the console says once the server is up.</summary>
internal static class ServeWords
{
    public static async Task Print(Uri address, DemoState demo, long started, IServiceProvider services)
    {
        var database = services.GetRequiredService<Fairground.Kernel.Storage.Database>();
        var kept = database.File is { } file ? Path.GetRelativePath(Environment.CurrentDirectory, file) : "PostgreSQL";
        Console.WriteLine($"Fairground is open at {address}  (up after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)");
        Console.WriteLine($"Its data is in {kept}");
        if (demo == DemoState.None)
        {
            await Bare(address, services);
            return;
        }
        Console.WriteLine();
        Console.WriteLine("This is a demo market with play money. Everybody's password is " + DemoPeople.Password);
        Console.WriteLine($"  operator    {DemoPeople.Operator.Contact}");
        Console.WriteLine($"  shop owner  {DemoPeople.Owner.Contact}");
        Console.WriteLine($"  shop staff  {DemoPeople.Staff.Contact}");
        Console.WriteLine($"  buyers      {DemoPeople.Aigerim.Contact}, {DemoPeople.Daniyar.Contact}");
        Console.WriteLine();
        Console.WriteLine("Try this:");
        Console.WriteLine($"  1. Watch a draw: the address follows below; it closes a minute from now.");
        Console.WriteLine($"  2. Buy: sign in as {DemoPeople.Aigerim.Contact} at {address}sign-in and choose a lot at {address}lots");
        Console.WriteLine($"  3. Register yourself: codes arrive at {address}dev/inbox");
        Console.WriteLine($"  4. Hand over a prize: the winner, named below, shows the QR at {address}me/wins; staff scan it at {address}shop/scan");
        Console.WriteLine($"  5. The API: {address}swagger");
        Console.WriteLine();
    }

    private static async Task Bare(Uri address, IServiceProvider services)
    {
        var setup = services.GetRequiredService<SetupToken>();
        if (await setup.IsOpen(CancellationToken.None)) Console.WriteLine($"There is no operator yet. Make the first one at {address}setup with the token {setup.Token}");
    }
}
