using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Xunit;

namespace Fairground.Scenarios.Storm;

/// <summary>Writes the tables of the ledger out as they are, and has a program in another language add them up.</summary>
internal static class RawTables
{
    private static readonly (string File, string Table, string Columns)[] Tables =
    [
        ("accounts.csv", "ledger_account", "id,party,purpose,asset,floor,balance,held"),
        ("transfers.csv", "ledger_transfer", "id,debit_id,credit_id,amount,movement,at,reference"),
        ("holds.csv", "ledger_hold", "id,account_id,amount,state"),
        ("payments.csv", "payments_payment", "id,user_id,amount,currency,state,captured,taken,own_refunds,returned,refunded"),
    ];

    /// <summary>What the other program found; the test fails where something does not add up, and is skipped, visibly, where there is no python3.</summary>
    public static async Task<JsonNode> AddUp(Database database)
    {
        var python = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "python3")).FirstOrDefault(File.Exists);
        if (python is null) Assert.Skip("There is no python3 on the path.");
        var folder = Directory.CreateTempSubdirectory("fairground-raw-");
        try
        {
            foreach (var (file, table, columns) in Tables) await Write(database, Path.Combine(folder.FullName, file), table, columns);
            using var run = Process.Start(new ProcessStartInfo(python!, [Path.Combine(AppContext.BaseDirectory, "Storm", "trial_balance.py"), folder.FullName]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await run.StandardOutput.ReadToEndAsync();
            var trouble = await run.StandardError.ReadToEndAsync();
            await run.WaitForExitAsync();
            Assert.True(run.ExitCode == 0, said + trouble);
            return JsonNode.Parse(said)!;
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static async Task Write(Database database, string file, string table, string columns)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = $"select {columns} from {table}";
        await using var reader = await command.ExecuteReaderAsync();
        await using var text = new StreamWriter(file, false, Encoding.ASCII);
        await text.WriteLineAsync(columns);
        while (await reader.ReadAsync())
        {
            var values = new string[reader.FieldCount];
            for (var i = 0; i < values.Length; i++)
                values[i] = reader.GetValue(i) switch { byte[] bytes => Convert.ToHexStringLower(bytes), Guid id => id.ToString("N"), DBNull => "", var other => Convert.ToString(other, CultureInfo.InvariantCulture)! };
            await text.WriteLineAsync(string.Join(',', values));
        }
    }
}
