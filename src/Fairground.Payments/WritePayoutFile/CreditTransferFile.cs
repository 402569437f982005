using System.Globalization;
using System.Text;
using System.Xml;
using Fairground.Kernel;

namespace Fairground.Payments.WritePayoutFile;

/// <summary>Writes payouts as ISO 20022 <c>pain.001.001.09</c>, customer credit transfer initiation. Pure: the same rows are the same bytes.</summary>
internal static class CreditTransferFile
{
    public const string Namespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

    // Max70Text and Max140Text of the standard.
    private const int LongestName = 70;
    private const int LongestText = 140;

    public static byte[] Write(PayoutFile file, IReadOnlyList<(Payout Payout, BankDetails Details)> payouts)
    {
        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" };
        using (var xml = XmlWriter.Create(stream, settings))
        {
            xml.WriteStartElement("Document", Namespace);
            xml.WriteStartElement("CstmrCdtTrfInitn");
            WriteHead(xml, file);
            WritePayment(xml, file, payouts);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void WriteHead(XmlWriter xml, PayoutFile file)
    {
        xml.WriteStartElement("GrpHdr");
        Text(xml, "MsgId", MessageId(file));
        Text(xml, "CreDtTm", file.MadeAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Text(xml, "NbOfTxs", file.Payouts.ToString(CultureInfo.InvariantCulture));
        Text(xml, "CtrlSum", Amount(file.Total, file.Currency));
        xml.WriteStartElement("InitgPty");
        Text(xml, "Nm", Cut(file.PayerName, LongestName));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WritePayment(XmlWriter xml, PayoutFile file, IReadOnlyList<(Payout Payout, BankDetails Details)> payouts)
    {
        xml.WriteStartElement("PmtInf");
        Text(xml, "PmtInfId", MessageId(file));
        Text(xml, "PmtMtd", "TRF");
        Text(xml, "NbOfTxs", file.Payouts.ToString(CultureInfo.InvariantCulture));
        Text(xml, "CtrlSum", Amount(file.Total, file.Currency));
        xml.WriteStartElement("ReqdExctnDt");
        Text(xml, "Dt", file.ExecutesOn);
        xml.WriteEndElement();
        xml.WriteStartElement("Dbtr");
        Text(xml, "Nm", Cut(file.PayerName, LongestName));
        xml.WriteEndElement();
        Account(xml, "DbtrAcct", file.PayerAccount, ChangeBankDetails.AccountNumber.Read(file.PayerAccount, file.PayerBank).Value.Kind, file.Currency);
        Bank(xml, "DbtrAgt", file.PayerBank);
        Text(xml, "ChrgBr", file.Currency == "EUR" ? "SLEV" : "SHAR");
        foreach (var (payout, details) in payouts) WriteTransfer(xml, payout, details);
        xml.WriteEndElement();
    }

    private static void WriteTransfer(XmlWriter xml, Payout payout, BankDetails details)
    {
        xml.WriteStartElement("CdtTrfTxInf");
        xml.WriteStartElement("PmtId");
        Text(xml, "InstrId", payout.Id.ToString("N"));
        Text(xml, "EndToEndId", payout.Reference);
        xml.WriteEndElement();
        xml.WriteStartElement("Amt");
        xml.WriteStartElement("InstdAmt");
        xml.WriteAttributeString("Ccy", payout.Currency);
        xml.WriteString(Amount(payout.Amount, payout.Currency));
        xml.WriteEndElement();
        xml.WriteEndElement();
        Bank(xml, "CdtrAgt", details.BankId);
        xml.WriteStartElement("Cdtr");
        Text(xml, "Nm", Cut(details.Holder, LongestName));
        xml.WriteEndElement();
        Account(xml, "CdtrAcct", details.AccountNumber, details.Kind, null);
        xml.WriteStartElement("RmtInf");
        Text(xml, "Ustrd", Cut($"Payout {payout.Reference}", LongestText));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Account(XmlWriter xml, string name, string number, AccountKind kind, string? currency)
    {
        xml.WriteStartElement(name);
        xml.WriteStartElement("Id");
        if (kind == AccountKind.Iban)
        {
            Text(xml, "IBAN", number);
        }
        else
        {
            xml.WriteStartElement("Othr");
            Text(xml, "Id", number);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        if (currency is not null) Text(xml, "Ccy", currency);
        xml.WriteEndElement();
    }

    // A BIC, a BIK as the member of the Russian clearing system, or that none was given.
    private static void Bank(XmlWriter xml, string name, string bank)
    {
        xml.WriteStartElement(name);
        xml.WriteStartElement("FinInstnId");
        if (bank.Length is 8 or 11)
        {
            Text(xml, "BICFI", bank);
        }
        else if (bank.Length == 9)
        {
            xml.WriteStartElement("ClrSysMmbId");
            xml.WriteStartElement("ClrSysId");
            Text(xml, "Cd", "RUCBC");
            xml.WriteEndElement();
            Text(xml, "MmbId", bank);
            xml.WriteEndElement();
        }
        else
        {
            xml.WriteStartElement("Othr");
            Text(xml, "Id", "NOTPROVIDED");
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string MessageId(PayoutFile file) => file.Id.ToString("N");

    private static string Amount(long minor, string currency) => new Money(minor, Currency.Of(currency)).ToDecimalString();

    private static void Text(XmlWriter xml, string name, string value) => xml.WriteElementString(name, value);

    // By characters as XML counts them, and without those that XML cannot carry.
    private static string Cut(string text, int most)
    {
        var kept = new StringBuilder();
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count == most) break;
            if (rune.Value < 32 || rune.Value is 0xFFFE or 0xFFFF || rune == Rune.ReplacementChar) continue;
            kept.Append(rune.ToString());
            count++;
        }
        return kept.ToString();
    }
}
