using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairground.Kernel.Contracts;

namespace Fairground.Documents;

/// <summary>
/// The written form of a document, version 1: JSON without spaces, its members in the order below, ids as 32 hex digits, days as yyyy-mm-dd, amounts as whole numbers, what is null left out, letters as they
/// are in UTF-8. The text is what is stored and hashed; it is never made again. The hash is SHA-256 over <c>fairground/document/v1</c>, a line feed, the hash of the document before, a line feed, and the text.
/// </summary>
internal static class DocumentText
{
    private const string Head = "fairground/document/v1\n";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Hash(string previous, string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Head}{previous}\n{body}")));

    public static string Write(DocumentContent c)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("code", c.Code);
            json.WriteNumber("kind", (int)c.Kind);
            json.WriteString("issued", Day(c.IssuedOn));
            json.WriteString("supplied", Day(c.SuppliedOn));
            json.WriteString("currency", c.Currency);
            Optional(json, "rules", c.Rules);
            Optional(json, "scheme", c.Scheme);
            json.WriteString("supply", c.Supply);
            Party(json, "seller", c.Seller);
            Party(json, "buyer", c.Buyer);
            json.WriteStartArray("lines");
            foreach (var line in c.Lines) Line(json, line);
            json.WriteEndArray();
            json.WriteStartArray("taxes");
            foreach (var tax in c.Taxes) Tax(json, tax);
            json.WriteEndArray();
            json.WriteNumber("net", c.Net);
            json.WriteNumber("tax", c.Tax);
            json.WriteNumber("gross", c.Gross);
            json.WriteNumber("due", c.Due);
            json.WriteStartArray("takesBack");
            foreach (var origin in c.TakesBack)
            {
                json.WriteStartObject();
                json.WriteString("id", origin.Id.ToString("N"));
                json.WriteString("code", origin.Code);
                json.WriteString("issued", Day(origin.IssuedOn));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public static DocumentContent Read(string body)
    {
        using var document = JsonDocument.Parse(body);
        var c = document.RootElement;
        if (c.GetProperty("version").GetInt32() != 1) throw new InvalidOperationException("The document was written by a later version of the program.");
        return new DocumentContent(
            Text(c, "code")!, (PaperKind)c.GetProperty("kind").GetInt32(), Day(c, "issued"), Day(c, "supplied"), Text(c, "currency")!, Text(c, "rules"), Text(c, "scheme"), Text(c, "supply")!,
            Party(c.GetProperty("seller")), Party(c.GetProperty("buyer")),
            [.. c.GetProperty("lines").EnumerateArray().Select(l => new DocumentLine(Text(l, "name")!, l.GetProperty("quantity").GetInt32(), Long(l, "net"), Long(l, "tax"), Long(l, "gross"), Text(l, "taxCode")!, Text(l, "category")!, l.GetProperty("rate").GetInt32()))],
            [.. c.GetProperty("taxes").EnumerateArray().Select(t => new DocumentTax(Text(t, "taxCode")!, Text(t, "category")!, t.GetProperty("rate").GetInt32(), Long(t, "base"), Long(t, "tax")))],
            Long(c, "net"), Long(c, "tax"), Long(c, "gross"), Long(c, "due"),
            [.. c.GetProperty("takesBack").EnumerateArray().Select(o => new DocumentOrigin(Guid.Parse(Text(o, "id")!), Text(o, "code")!, Day(o, "issued")))]);
    }

    private static void Line(Utf8JsonWriter json, DocumentLine line)
    {
        json.WriteStartObject();
        json.WriteString("name", line.Name);
        json.WriteNumber("quantity", line.Quantity);
        json.WriteNumber("net", line.Net);
        json.WriteNumber("tax", line.Tax);
        json.WriteNumber("gross", line.Gross);
        json.WriteString("taxCode", line.TaxCode);
        json.WriteString("category", line.Category);
        json.WriteNumber("rate", line.Rate);
        json.WriteEndObject();
    }

    private static void Tax(Utf8JsonWriter json, DocumentTax tax)
    {
        json.WriteStartObject();
        json.WriteString("taxCode", tax.TaxCode);
        json.WriteString("category", tax.Category);
        json.WriteNumber("rate", tax.Rate);
        json.WriteNumber("base", tax.Base);
        json.WriteNumber("tax", tax.Tax);
        json.WriteEndObject();
    }

    private static void Party(Utf8JsonWriter json, string name, DocumentParty party)
    {
        json.WriteStartObject(name);
        Optional(json, "id", party.Id?.ToString("N"));
        json.WriteNumber("kind", (int)party.Kind);
        Optional(json, "name", party.Name);
        Optional(json, "street", party.Street);
        Optional(json, "city", party.City);
        Optional(json, "postcode", party.Postcode);
        Optional(json, "country", party.Country);
        Optional(json, "taxId", party.TaxId);
        Optional(json, "registrationId", party.RegistrationId);
        json.WriteEndObject();
    }

    private static DocumentParty Party(JsonElement p) => new(
        Text(p, "id") is { } id ? Guid.Parse(id) : null, (PaperBuyer)p.GetProperty("kind").GetInt32(), Text(p, "name"), Text(p, "street"), Text(p, "city"), Text(p, "postcode"), Text(p, "country"), Text(p, "taxId"), Text(p, "registrationId"));

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static long Long(JsonElement e, string name) => e.GetProperty(name).GetInt64();

    private static DateOnly Day(JsonElement e, string name) => DateOnly.ParseExact(e.GetProperty(name).GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
