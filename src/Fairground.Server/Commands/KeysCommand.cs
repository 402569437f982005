using System.CommandLine;
using Fairground.Kernel.Keys;
using Fairground.Server.Hosting;

namespace Fairground.Server.Commands;

/// <summary><c>fairground keys list</c> and <c>fairground keys rotate</c>: the keys that sign identity tokens for other applications. The server may serve meanwhile.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var command = new Command("keys", "Look after the keys that sign what other applications check at sign-in.");
        var list = new Command("list", "The keys that are published, the one that signs first.");
        list.SetAction((_, ct) => Run(keys => Print(keys.Read()), ct));
        var rotate = new Command("rotate", "Make a new key that signs from now on; every node takes it within seconds. The old one is published for two more days.");
        rotate.SetAction((_, ct) => Run(keys =>
        {
            keys.Rotate();
            Print(keys.Read());
        }, ct));
        command.Subcommands.Add(list);
        command.Subcommands.Add(rotate);
        return command;
    }

    private static async Task<int> Run(Action<SignInKeys> action, CancellationToken ct)
    {
        await using var app = WebHost.Build([]);
        await Market.Migrate(app.Services, ct);
        action(app.Services.GetRequiredService<SignInKeys>());
        return 0;
    }

    private static void Print(IReadOnlyList<SignInKey> keys)
    {
        foreach (var key in keys) Console.WriteLine($"  {key.Kid}  made {key.CreatedAt:yyyy-MM-dd HH:mm}, {(key.RetiredAt is { } at ? $"replaced {at:yyyy-MM-dd HH:mm}" : "signs")}");
    }
}
