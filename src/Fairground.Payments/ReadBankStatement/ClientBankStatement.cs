using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Fairground.Kernel;

namespace Fairground.Payments.ReadBankStatement;

/// <summary>Reads the exchange text of 1C, <c>1CClientBankExchange</c>, a document at a time. It names no currency: the account does.</summary>
internal static class ClientBankStatement
{
    public const string Format = "1c";

    public const string FirstLine = "1CClientBankExchange";

    private const int LongestLine = 16_384;
    private const int LongestText = 500;

    private static readonly string[] Purposes = ["НазначениеПлатежа", .. Enumerable.Range(1, 6).Select(i => $"НазначениеПлатежа{i}")];

    public static async IAsyncEnumerable<ReadStatementLine> Read(Stream stream, Encoding encoding, IReadOnlyDictionary<string, Currency> own, [EnumeratorCancellation] CancellationToken ct)
    {
        using var reader = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        var (document, accounts, ended) = ((Dictionary<string, string>?)null, new List<string>(), false);
        for (var first = true; await reader.ReadLineAsync(ct) is { } line; first = false)
        {
            if (line.Length > LongestLine || (first && line.Trim() != FirstLine)) throw new UnreadableStatementException(BankRefusals.Unreadable);
            var (key, value) = line.Split('=', 2) is [var k, var v] ? (k.Trim(), v.Trim()) : (line.Trim(), "");
            if (key == "СекцияДокумент") document = new(StringComparer.Ordinal);
            else if (key == "КонецДокумента" && document is not null)
            {
                if (Line(document, accounts, own) is { } read) yield return read;
                document = null;
            }
            else if (document is not null) document[key] = value;
            else if (key == "РасчСчет" && !accounts.Contains(Compact(value))) accounts.Add(Compact(value));
            else if (key == "КонецФайла") ended = true;
        }
        // A file that was cut on its way would miss lines in silence.
        if (!ended) throw new UnreadableStatementException(BankRefusals.Unreadable);
    }

    private static ReadStatementLine? Line(Dictionary<string, string> document, List<string> accounts, IReadOnlyDictionary<string, Currency> own)
    {
        string Of(string name) => document.GetValueOrDefault(name, "");
        string First(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
                if (Of(name) is { Length: > 0 } found) return found;
            return "";
        }
        var (payer, payee) = (Compact(First("ПлательщикРасчСчет", "ПлательщикСчет")), Compact(First("ПолучательРасчСчет", "ПолучательСчет")));
        var (comes, goes) = (accounts.Contains(payee), accounts.Contains(payer));
        // Between two accounts of the file, or of neither: no line of ours.
        if (comes == goes) return null;
        var account = comes ? payee : payer;
        if (!own.TryGetValue(account, out var currency)) throw new UnreadableStatementException(BankRefusals.AccountUnknown);
        if (!Money.TryParseDecimal(Of("Сумма"), currency, out var amount) || amount.Minor <= 0) throw new UnreadableStatementException(BankRefusals.Unreadable);
        var purpose = string.Join(' ', Purposes.Select(Of).Where(t => t.Length > 0).Distinct());
        var day = Day(comes ? First("ДатаПоступило", "Дата") : First("ДатаСписано", "Дата"));
        return new ReadStatementLine(account, new ReadLine(
            day, comes ? BankDirection.In : BankDirection.Out, amount, Cut(comes ? First("Плательщик1", "Плательщик") : First("Получатель1", "Получатель")), comes ? payer : payee, Cut(purpose), "", Cut($"{Of("Номер")} {Of("Дата")}".Trim()), null));
    }

    private static DateOnly Day(string text) =>
        DateOnly.TryParseExact(text, "dd.MM.yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw new UnreadableStatementException(BankRefusals.Unreadable);

    private static string Compact(string text) => text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];
}
