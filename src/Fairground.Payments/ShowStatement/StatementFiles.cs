using System.Globalization;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Fairground.Ledger.Statements;

namespace Fairground.Payments.ShowStatement;

/// <summary>Writes statements as files: for spreadsheets, and for 1C.</summary>
internal static class StatementFiles
{
    private static readonly UTF8Encoding WithMark = new(true);

    // What 1C calls "Windows". A letter that it lacks becomes a question mark.
    private static readonly Encoding Windows1251 = CodePagesEncodingProvider.Instance.GetEncoding(1251, new EncoderReplacementFallback("?"), DecoderFallback.ReplacementFallback)!;

    /// <summary>Comma-separated, with a byte order mark so that a spreadsheet takes it for UTF-8.</summary>
    public static async Task Csv(Stream stream, IAsyncEnumerable<StatementRow> rows, CancellationToken ct)
    {
        await using var writer = new StreamWriter(stream, WithMark, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync("at,transfer_id,title,kind,amount,balance,currency,reference,about".AsMemory(), ct);
        await foreach (var row in rows.WithCancellation(ct))
        {
            var line = string.Join(',', Instant(row.At), row.TransferId, CsvCell.Of(Words.T[row.Title]), row.Kind, row.Amount.ToDecimalString(), row.Balance.ToDecimalString(), row.Amount.Currency.Code, row.Reference, CsvCell.Of(row.About?.Name ?? ""));
            await writer.WriteLineAsync(line.AsMemory(), ct);
        }
    }

    /// <summary>The exchange text of 1C, <c>1CClientBankExchange</c> version 1.03: the account with its sums, then a document a line, the oldest first.</summary>
    /// <param name="owner">Whose statement it is.</param>
    /// <param name="market">The other side of every line.</param>
    public static byte[] ClientBank(StatementQuery query, PeriodSums sums, IReadOnlyList<StatementRow> newestFirst, string owner, string market, DateTimeOffset now)
    {
        var account = query.Account.Id.ToString("N")[..20];
        var (first, last) = (query.From ?? Day(newestFirst.Count > 0 ? newestFirst[^1].At : now), query.To ?? Day(newestFirst.Count > 0 ? newestFirst[0].At : now));
        var text = new StringBuilder();
        Lines(text, "1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", $"Отправитель={Plain(market)}", "Получатель=", $"ДатаСоздания={Day(Day(now))}", $"ВремяСоздания={now.UtcDateTime:HH:mm:ss}",
            $"ДатаНачала={Day(first)}", $"ДатаКонца={Day(last)}", $"РасчСчет={account}",
            "СекцияРасчСчет", $"ДатаНачала={Day(first)}", $"ДатаКонца={Day(last)}", $"РасчСчет={account}",
            $"НачальныйОстаток={Amount(sums.Opening, query.Currency)}", $"ВсегоПоступило={Amount(sums.In, query.Currency)}", $"ВсегоСписано={Amount(sums.Out, query.Currency)}", $"КонечныйОстаток={Amount(sums.Closing, query.Currency)}",
            "КонецРасчСчет");
        for (var i = newestFirst.Count - 1; i >= 0; i--) Document(text, newestFirst[i], newestFirst.Count - i, account, owner, market);
        Lines(text, "КонецФайла");
        return Windows1251.GetBytes(text.ToString());
    }

    private static void Document(StringBuilder text, StatementRow row, int number, string account, string owner, string market)
    {
        var incoming = row.Amount.Minor > 0;
        var (from, to) = incoming ? ("", account) : (account, "");
        var (payer, payee) = incoming ? (market, owner) : (owner, market);
        var day = Day(Day(row.At));
        var about = row.About is { } name ? $": {name.Name}" : "";
        Lines(text, "СекцияДокумент=Банковский ордер", $"Номер={number.ToString(CultureInfo.InvariantCulture)}", $"Дата={day}", $"Сумма={Amount(Math.Abs(row.Amount.Minor), row.Amount.Currency)}",
            $"ПлательщикСчет={from}", $"Плательщик={Plain(payer)}", $"ПолучательСчет={to}", $"Получатель={Plain(payee)}", incoming ? $"ДатаПоступило={day}" : $"ДатаСписано={day}",
            $"НазначениеПлатежа={Plain($"{Words.T[row.Title]}{about}, {row.Reference.ToString("N")[^8..]}")}", "КонецДокумента");
    }

    private static void Lines(StringBuilder text, params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines) text.Append(line).Append("\r\n");
    }

    // A line break inside a value would begin another one.
    private static string Plain(string text) => text.ReplaceLineEndings(" ").Replace('\u00A0', ' ');

    private static string Amount(long minor, Currency currency) => new Money(minor, currency).ToDecimalString();

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private static string Day(DateOnly day) => day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
