using Fairground.Kernel.Storage;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;

// Buys without end and says each acknowledged purchase, until it is killed in the middle of a write.
// Arguments: the SQLite file, the lot, the buyer, a name for this run.
var (file, lot, buyer, run) = (args[0], Guid.Parse(args[1]), Guid.Parse(args[2]), args[3]);
await using var database = Database.Sqlite(file);
await using var node = await LedgerFixture.Start(database, modules: [new ToyModule()]);
await using var output = Console.OpenStandardOutput();
await Task.WhenAll(Enumerable.Range(0, 32).Select(caller => Task.Run(async () =>
{
    for (var i = 0; ; i++)
    {
        var key = $"{run}-{caller}-{i}";
        var answer = await node.Submit<Bought>(Buy.Of(buyer, lot, 1, key));
        var line = System.Text.Encoding.ASCII.GetBytes($"{key} {answer.Value.First}\n");
        lock (output)
        {
            output.Write(line);
            output.Flush();
        }
    }
})));
