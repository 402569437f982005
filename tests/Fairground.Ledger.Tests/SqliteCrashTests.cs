using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Fairground.Ledger.Tests;

/// <summary>A process killed in the middle of writes (quality plan 4.3): the file is sound, and every acknowledged purchase is in it.</summary>
public sealed class SqliteCrashTests
{
    private const int Rounds = 20;

    [Fact]
    public async Task After_kill_9_the_file_is_sound_and_every_acknowledged_purchase_is_there()
    {
        await using var storage = await TestDatabase.Create(DatabaseKind.Sqlite);
        var file = storage.Database.File!;
        var (lot, buyer, acknowledged) = (Ids.New(), Ids.New(), 0);
        await using (var node = await TestNode.On(storage.Database))
        {
            _ = (await node.Submit<Done>(new OpenLot(CommandKey.System("open"), lot, 10_000_000))).Value;
            _ = (await node.Submit<Done>(new Steps(CommandKey.System("top-up"), new Step.Move(ToyChart.TopUp, ToyChart.WorldOf("KZT"), ToyChart.WalletOf(buyer), 2_000_000_000)))).Value;
        }
        await storage.Database.DisposeAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var said = await WriteAndKill(file, lot, buyer, $"{round}", RandomNumberGenerator.GetInt32(1, 150));
            Assert.NotEmpty(said);
            acknowledged += said.Count;
            // Nobody else has the file open: this is a true reopening, with recovery of the write-ahead log.
            Assert.Equal("ok", Integrity(file));
            await using var database = Database.Sqlite(file);
            await using var node = await TestNode.On(database);
            var answers = await Task.WhenAll(said.Select(s => node.Submit<Bought>(Buy.Of(buyer, lot, 1, s.Key))));
            Assert.All(answers, a => Assert.True(a.Replayed, "An acknowledged purchase is gone."));
            Assert.Equal(said.Select(s => s.First), answers.Select(a => a.Value.First));
            var sold = await node.Balance(ToyChart.EscrowOf(lot)) / Buy.Nominal;
            Assert.True(sold >= acknowledged);
            await node.Audit();
        }
    }

    private static async Task<List<(string Key, int First)>> WriteAndKill(string file, Guid lot, Guid buyer, string run, int after)
    {
        var writer = AppContext.BaseDirectory.Replace("Fairground.Ledger.Tests", "Fairground.CrashWriter", StringComparison.Ordinal);
        var start = new ProcessStartInfo(Path.Combine(writer, "Fairground.CrashWriter")) { RedirectStandardOutput = true };
        foreach (var argument in (string[])[file, lot.ToString(), buyer.ToString(), run]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = new List<(string, int)>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            // A line is one write to the pipe, so it is there whole or not at all.
            var (key, first) = (line.Split(' ')[0], line.Split(' ')[1]);
            said.Add((key, int.Parse(first, CultureInfo.InvariantCulture)));
            if (said.Count == after) process.Kill();
        }
        await process.WaitForExitAsync();
        return said;
    }

    private static string Integrity(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "pragma integrity_check";
        return (string)command.ExecuteScalar()!;
    }
}
