using System.Globalization;
using System.Text;
using Fairground.Documents.WriteEInvoice;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;

namespace Fairground.Documents.ShowDocuments;

/// <summary>Writes what an organisation sold in a month as a register for its tax return: a line for each document and kind of tax, credit notes below zero. Persons are not named.</summary>
internal static class TaxRegister
{
    public const string Head = "code,kind,issued_on,supplied_on,buyer,buyer_tax_id,supply,currency,tax,category,percent,net,tax_amount,gross,takes_back";

    /// <summary>The month of <c>2026-11</c>, or null.</summary>
    public static (int Year, int Month)? Month(string? text) =>
        DateOnly.TryParseExact($"{text?.Trim()}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? (day.Year, day.Month) : null;

    public static async Task Write(Stream stream, IAsyncEnumerable<Document> documents, CancellationToken ct)
    {
        // With a byte order mark, or a spreadsheet takes the file for something older than UTF-8.
        await using var writer = new StreamWriter(stream, new UTF8Encoding(true), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(Head.AsMemory(), ct);
        await foreach (var document in documents.WithCancellation(ct))
            foreach (var line in Lines(document.Content)) await writer.WriteLineAsync(line.AsMemory(), ct);
    }

    /// <summary>The lines of a document. Pure.</summary>
    public static IEnumerable<string> Lines(DocumentContent c)
    {
        var (currency, sign) = (Currency.Of(c.Currency), c.Kind == PaperKind.CreditNote ? -1 : 1);
        string Amount(long minor) => new Money(sign * minor, currency).ToDecimalString();
        var named = c.Buyer.Kind == PaperBuyer.Organisation;
        return c.Taxes.Select(t => string.Join(',',
            c.Code, KindName(c.Kind), Day(c.IssuedOn), Day(c.SuppliedOn), CsvCell.Of(named ? c.Buyer.Name ?? "" : ""), CsvCell.Of(named ? c.Buyer.TaxId ?? "" : ""), c.Supply, c.Currency, t.TaxCode, t.Category, EInvoice.Percent(t.Rate),
            Amount(t.Base), Amount(t.Tax), Amount(t.Base + t.Tax), CsvCell.Of(string.Join(' ', c.TakesBack.Select(o => o.Code)))));
    }

    /// <summary>As it stands in addresses and files.</summary>
    public static string KindName(PaperKind kind) => kind switch { PaperKind.Receipt => "receipt", PaperKind.Invoice => "invoice", _ => "credit-note" };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
