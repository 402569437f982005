using System.CommandLine;
using Fairground.Kernel.Contracts;
using Fairground.Server.Hosting;

namespace Fairground.Server.Commands;

/// <summary><c>fairground jurisdiction</c> shows whose law this market lives by, and <c>fairground jurisdiction set ID</c> chooses.</summary>
internal static class JurisdictionCommand
{
    public static Command Create()
    {
        var command = new Command("jurisdiction", "Show whose law this market lives by, and the packs of rules there are.");
        command.Subcommands.Add(CreateSet());
        command.SetAction(async (_, ct) =>
        {
            await using var app = WebHost.Build([]);
            await Market.Migrate(app.Services, ct);
            var chosen = await app.Services.GetRequiredService<IJurisdiction>().Chosen(ct);
            Console.WriteLine(chosen is null
                ? "No pack is chosen: nothing that sells a chance is offered. Choose one with 'fairground jurisdiction set ID'."
                : $"Chosen: {chosen.Pack.Id} ({chosen.Pack.Name}), version {chosen.Pack.Version}{(chosen.Licence is null ? "" : $", under the licence {chosen.Licence}")}.");
            foreach (var pack in app.Services.GetRequiredService<IJurisdictionChoice>().Packs) Console.WriteLine($"  {pack.Id,-6} {pack.Name}, version {pack.Version}, as of {pack.AsOf}");
            return 0;
        });
        return command;
    }

    private static Command CreateSet()
    {
        var id = new Argument<string>("id") { Description = "The pack: demo, kz, kr, cn, gb, us." };
        var licence = new Option<string?>("--licence") { Description = "The licence or permit that ways of selling rest on which need one; shown on the page of rules." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new Command("set", "Choose the pack of rules. The choice stays on record and holds at once, also for a server that runs.\nExit code 0: chosen; 1: refused or not confirmed.") { id, licence, yes };
        command.SetAction(async (parsed, ct) =>
        {
            await using var app = WebHost.Build([]);
            await Market.Migrate(app.Services, ct);
            var choice = app.Services.GetRequiredService<IJurisdictionChoice>();
            if (choice.Packs.FirstOrDefault(p => p.Id == parsed.GetRequiredValue(id)) is { } pack && !parsed.GetValue(yes))
            {
                Console.Write($"From now on this market lives by the rules of {pack.Name}: they decide what it may sell, and to whom. Type {pack.Id} to go on: ");
                if (Console.ReadLine()?.Trim() != pack.Id)
                {
                    await Console.Error.WriteLineAsync("Nothing was changed.");
                    return 1;
                }
            }
            var chosen = await choice.Choose(parsed.GetRequiredValue(id), parsed.GetValue(licence), null, ct);
            if (chosen.Refused)
            {
                await Console.Error.WriteLineAsync($"{chosen.Refusal!.Sentence} ({chosen.Refusal.Code})");
                return 1;
            }
            Console.WriteLine($"Chosen: {chosen.Value.Pack.Id} ({chosen.Value.Pack.Name}), version {chosen.Value.Pack.Version}.");
            foreach (var mode in SaleModes.All.Where(SaleModes.SellsAChance)) Console.WriteLine($"  {mode,-20} {(chosen.Value.MaySell(mode) is { } no ? no.Sentence : "open")}");
            return 0;
        });
        return command;
    }
}
