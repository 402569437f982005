using System.Globalization;
using System.Security.Claims;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Payments.ReadStatement;

/// <summary><c>GET /wallet/statement.csv</c>: the whole statement as a file that a spreadsheet opens.</summary>
internal static class StatementFile
{
    public static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Handle(ClaimsPrincipal user, StatementReader statements, CancellationToken ct, string? currency = null)
    {
        var userId = user.UserId();
        var first = await statements.Read(userId, currency, null, StatementReader.LargestPage, ct);
        if (first.Refusal is { } refusal) return Problems.Of(refusal);
        return TypedResults.Stream(stream => Write(stream, first.Value, next => statements.Read(userId, currency, next, StatementReader.LargestPage, ct), ct), "text/csv; charset=utf-8", "statement.csv");
    }

    private static async Task Write(Stream stream, Page<WalletTransfer> page, Func<string, Task<Result<Page<WalletTransfer>>>> more, CancellationToken ct)
    {
        // With a byte order mark, or a spreadsheet takes the file for something older than UTF-8.
        await using var writer = new StreamWriter(stream, new UTF8Encoding(true), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync("at,transfer_id,title,movement,amount,currency,reference,about".AsMemory(), ct);
        while (true)
        {
            foreach (var line in page.Items) await writer.WriteLineAsync(Line(line).AsMemory(), ct);
            if (page.Next is not { } next) return;
            page = (await more(next)).Value;
        }
    }

    private static string Line(WalletTransfer t) => string.Join(',',
        t.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), t.TransferId.ToString(),
        CsvCell.Of(t.Title), t.Movement, t.Amount.ToDecimalString(), t.Amount.Currency.Code, t.Reference.ToString(), CsvCell.Of(t.About?.Name ?? ""));
}
