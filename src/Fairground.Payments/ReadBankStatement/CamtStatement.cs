using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml;
using System.Xml.Linq;
using Fairground.Kernel;

namespace Fairground.Payments.ReadBankStatement;

/// <summary>
/// Reads ISO 20022 <c>camt.053.001.*</c>, an entry at a time. A document type is refused, so that nothing is ever expanded or fetched. Only booked
/// entries count; an entry of several transactions is as many lines where their amounts add up, else one.
/// </summary>
internal static class CamtStatement
{
    public const string Format = "camt.053";

    private const string Namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";
    private const int LongestText = 500;

    public static async IAsyncEnumerable<ReadStatementLine> Read(Stream stream, [EnumeratorCancellation] CancellationToken ct)
    {
        using var reader = XmlReader.Create(stream, new XmlReaderSettings
        {
            Async = true, DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersFromEntities = 1024, MaxCharactersInDocument = StatementIntake.LargestBytes,
            IgnoreComments = true, IgnoreProcessingInstructions = true, IgnoreWhitespace = true,
        });
        var (account, known) = ("", false);
        var going = await reader.ReadAsync();
        while (going)
        {
            ct.ThrowIfCancellationRequested();
            if (reader.NodeType != XmlNodeType.Element)
            {
                going = await reader.ReadAsync();
                continue;
            }
            if (!known)
            {
                if (reader.LocalName != "Document" || !reader.NamespaceURI.StartsWith(Namespace, StringComparison.Ordinal)) throw new UnreadableStatementException(BankRefusals.Unreadable);
                known = true;
            }
            if (reader.LocalName is "Acct" or "Ntry" && reader.Depth == 3)
            {
                var element = (XElement)await XNode.ReadFromAsync(reader, ct);
                going = !reader.EOF;
                if (element.Name.LocalName == "Acct")
                {
                    account = AccountId(element);
                    continue;
                }
                foreach (var line in Lines(element)) yield return new ReadStatementLine(account, line);
                continue;
            }
            going = await reader.ReadAsync();
        }
        if (!known) throw new UnreadableStatementException(BankRefusals.Unreadable);
    }

    private static IEnumerable<ReadLine> Lines(XElement entry)
    {
        // The status is a code of its own in later versions and plain text in earlier ones.
        if ((Text(entry, "Sts", "Cd") is { Length: > 0 } code ? code : Text(entry, "Sts")) != "BOOK") yield break;
        var total = Amount(Child(entry, "Amt"));
        var reversal = Text(entry, "RvslInd") is "true" or "1";
        var direction = Text(entry, "CdtDbtInd") switch { "CRDT" => BankDirection.In, "DBIT" => BankDirection.Out, _ => throw new UnreadableStatementException(BankRefusals.Unreadable) };
        var day = Day(Text(entry, "BookgDt", "Dt") is { Length: > 0 } date ? date : Text(entry, "BookgDt", "DtTm"));
        var transactions = entry.Elements().Where(e => e.Name.LocalName == "NtryDtls").SelectMany(d => d.Elements().Where(e => e.Name.LocalName == "TxDtls")).ToList();
        var amounts = transactions.ConvertAll(t => Child(t, "Amt") ?? Child(Child(Child(t, "AmtDtls"), "TxAmt"), "Amt"));
        var own = amounts.Count > 1 && amounts.All(a => a is not null && a.Attribute("Ccy")?.Value == total.Currency.Code) ? amounts.ConvertAll(a => Amount(a)) : null;
        if (own is not null && own.Aggregate(0L, (sum, a) => checked(sum + a.Minor)) == total.Minor)
        {
            for (var i = 0; i < transactions.Count; i++) yield return Line(entry, transactions[i], day, direction, own[i], reversal, $"/{(i + 1).ToString(CultureInfo.InvariantCulture)}");
            yield break;
        }
        yield return Line(entry, transactions.Count > 0 ? transactions[0] : entry, day, direction, total, reversal, "");
    }

    private static ReadLine Line(XElement entry, XElement transaction, DateOnly day, BankDirection direction, Money amount, bool reversal, string part)
    {
        // The other side: who paid what came in, who was paid what went out.
        var (party, account) = direction == BankDirection.In ? ("Dbtr", "DbtrAcct") : ("Cdtr", "CdtrAcct");
        var parties = Child(transaction, "RltdPties");
        var name = Text(parties, party, "Nm") is { Length: > 0 } plain ? plain : Text(parties, party, "Pty", "Nm");
        var remittance = Child(transaction, "RmtInf");
        var purpose = string.Join(' ', Texts(remittance, "Ustrd").Append(Text(entry, "AddtlNtryInf")).Where(t => t.Length > 0));
        var reference = string.Join(' ', new[] { Text(transaction, "Refs", "EndToEndId") }.Concat((remittance?.Elements() ?? []).Where(e => e.Name.LocalName == "Strd").Select(s => Text(s, "CdtrRefInf", "Ref"))).Where(t => t.Length > 0 && t != "NOTPROVIDED"));
        var returned = Child(transaction, "RtrInf");
        var why = returned is null && !reversal ? null : string.Join(' ', new[] { Text(returned, "Rsn", "Cd"), Text(returned, "Rsn", "Prtry") }.Concat(Texts(returned, "AddtlInf")).Where(t => t.Length > 0));
        var bank = Text(transaction, "Refs", "AcctSvcrRef") is { Length: > 0 } precise ? precise : Text(entry, "AcctSvcrRef") is { Length: > 0 } whole ? whole : Text(entry, "NtryRef");
        return new ReadLine(day, direction, amount, Cut(name), Cut(AccountId(Child(parties, account))), Cut(purpose), Cut(reference), Cut(bank + part), why is null ? null : why.Length > 0 ? Cut(why) : "returned by the bank");
    }

    private static string AccountId(XElement? account) => Compact(Text(account, "Id", "IBAN") is { Length: > 0 } iban ? iban : Text(account, "Id", "Othr", "Id"));

    private static Money Amount(XElement? amount)
    {
        if (amount is null || !Currency.TryParse(amount.Attribute("Ccy")?.Value, out var currency) || !Money.TryParseDecimal(amount.Value, currency, out var money) || money.Minor < 0)
            throw new UnreadableStatementException(BankRefusals.Unreadable);
        return money;
    }

    private static DateOnly Day(string text) =>
        text.Length >= 10 && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw new UnreadableStatementException(BankRefusals.Unreadable);

    private static XElement? Child(XElement? element, string name) => element?.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    private static string Text(XElement? element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) element = Child(element, name);
        // A status that holds a code has its text in the child.
        return element is null || (path is ["Sts"] && element.HasElements) ? "" : element.Value.Trim();
    }

    private static IEnumerable<string> Texts(XElement? element, string name) => element?.Elements().Where(e => e.Name.LocalName == name).Select(e => e.Value.Trim()) ?? [];

    private static string Compact(string text) => text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];
}
