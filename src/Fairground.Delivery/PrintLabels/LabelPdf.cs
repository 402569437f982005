using System.Buffers.Binary;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;
using PdfSharp.Drawing;
using PdfSharp.Drawing.Layout;
using PdfSharp.Fonts;
using PdfSharp.Pdf;
using QRCoder;

namespace Fairground.Delivery;

/// <summary>Writes labels of 100 by 150 mm as PDF, one a page, with the parcel's number as a QR code. Everything is vector, so that a label printer keeps it sharp.</summary>
internal sealed class LabelPdf
{
    private const string Family = "label";

    private readonly LabelFonts fonts;

    public LabelPdf(LabelFonts fonts)
    {
        this.fonts = fonts;
        // The library keeps one resolver for the whole process; all of ours read the same settings.
        GlobalFontSettings.FontResolver ??= fonts;
    }

    /// <summary>True where the font has every letter of the label.</summary>
    public bool CanWrite(LabelText label) => new[] { label.Carrier, label.Code, label.From, label.Title, label.To.Name, label.To.Phone, label.To.Note ?? "" }.Concat(label.To.Lines).All(fonts.Has);

    /// <summary>The document.</summary>
    public static byte[] Write(IReadOnlyList<LabelText> labels)
    {
        using var document = new PdfDocument();
        document.Info.Title = "Labels";
        foreach (var label in labels) Draw(document.AddPage(), label);
        using var stream = new MemoryStream();
        document.Save(stream, closeStream: false);
        return stream.ToArray();
    }

    private static void Draw(PdfPage page, LabelText label)
    {
        (page.Width, page.Height) = (XUnit.FromMillimeter(100), XUnit.FromMillimeter(150));
        using var g = XGraphics.FromPdfPage(page, XGraphicsUnit.Millimeter);
        var line = new XPen(XColors.Black, 0.4);
        Text(g, label.Carrier, 5, false, bold: true, new XRect(5, 4, 62, 8));
        Text(g, label.From, 3, true, bold: false, new XRect(5, 12, 62, 12));
        g.DrawLine(line, 5, 26, 95, 26);
        // The address is what a person reads at arm's length, the code what a machine does.
        Text(g, label.To.Name, 6.4, true, bold: true, new XRect(5, 30, 90, 15));
        var y = 46.0;
        foreach (var part in label.To.Lines)
        {
            var rows = part.Length > 34 ? 2 : 1;
            Text(g, part, 5, true, bold: false, new XRect(5, y, 90, 6.4 * rows));
            y += 6.4 * rows;
        }
        Text(g, label.To.Phone, 4.4, false, bold: true, new XRect(5, y + 2, 90, 6));
        if (label.To.Note is { } note) Text(g, note, 3.4, true, bold: false, new XRect(5, y + 9, 90, 10));
        g.DrawLine(line, 5, 100, 95, 100);
        Qr(g, label.Code, 5, 104, 41);
        Text(g, label.Code, label.Code.Length > 14 ? 4 : 6, true, bold: true, new XRect(50, 105, 45, 14));
        Text(g, label.Title, 3.4, true, bold: false, new XRect(50, 121, 45, 14));
        Text(g, $"{label.Number}  {label.MadeAt.UtcDateTime:yyyy-MM-dd}", 3, false, bold: false, new XRect(50, 139, 45, 5));
    }

    private static void Text(XGraphics g, string text, double size, bool wraps, bool bold, XRect box)
    {
        var font = new XFont(Family, size, bold ? XFontStyleEx.Bold : XFontStyleEx.Regular);
        // A word that is wider than its box would run over the edge: it is set smaller until it fits.
        while (size > 2 && text.Split(' ').Any(word => g.MeasureString(word, font).Width > box.Width)) font = new XFont(Family, size -= 0.4, bold ? XFontStyleEx.Bold : XFontStyleEx.Regular);
        if (!wraps)
        {
            while (size > 2 && g.MeasureString(text, font).Width > box.Width) font = new XFont(Family, size -= 0.4, bold ? XFontStyleEx.Bold : XFontStyleEx.Regular);
            g.DrawString(text, font, XBrushes.Black, box, XStringFormats.TopLeft);
            return;
        }
        new XTextFormatter(g).DrawString(text, font, XBrushes.Black, box, XStringFormats.TopLeft);
    }

    private static void Qr(XGraphics g, string text, double x, double y, double size)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var matrix = data.ModuleMatrix;
        var module = size / matrix.Count;
        for (var row = 0; row < matrix.Count; row++)
        {
            for (var column = 0; column < matrix.Count; column++)
            {
                if (!matrix[row][column]) continue;
                // Runs of dark modules are one rectangle, so that no hairline shows between them.
                var from = column;
                while (column + 1 < matrix.Count && matrix[row][column + 1]) column++;
                g.DrawRectangle(XBrushes.Black, x + (from * module), y + (row * module), (column - from + 1) * module, module);
            }
        }
    }
}

/// <summary>The font of labels: Latin, Greek and Cyrillic come with the program; <c>FAIRGROUND_LABEL_FONT</c> names a TrueType file with other letters.</summary>
internal sealed class LabelFonts : IFontResolver
{
    private readonly byte[] regular;
    private readonly byte[] bold;
    private readonly HashSet<int> letters;

    private LabelFonts(byte[] regular, byte[] bold) => (this.regular, this.bold, letters) = (regular, bold, TrueType.Letters(regular));

    public static LabelFonts From(IConfiguration configuration)
    {
        if (configuration["FAIRGROUND_LABEL_FONT"] is not { Length: > 0 } path) return new LabelFonts(Own("DejaVuSans"), Own("DejaVuSans-Bold"));
        if (!File.Exists(path)) throw new SettingException($"FAIRGROUND_LABEL_FONT says '{path}', and there is no such file.");
        var bytes = File.ReadAllBytes(path);
        // A collection, or outlines of another kind, cannot be put into the document.
        if (bytes.Length < 12 || BinaryPrimitives.ReadUInt32BigEndian(bytes) is not (0x00010000 or 0x74727565)) throw new SettingException("FAIRGROUND_LABEL_FONT names a file that is no TrueType font.");
        return new LabelFonts(bytes, bytes);
    }

    /// <summary>True where the font has every letter of the text.</summary>
    public bool Has(string text) => text.EnumerateRunes().All(rune => System.Text.Rune.IsControl(rune) || letters.Contains(rune.Value));

    public FontResolverInfo ResolveTypeface(string familyName, bool isBold, bool isItalic) => new(isBold ? "bold" : "regular");

    public byte[] GetFont(string faceName) => faceName == "bold" ? bold : regular;

    private static byte[] Own(string name)
    {
        using var stream = typeof(LabelFonts).Assembly.GetManifestResourceStream($"fonts/{name}.ttf")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>Which letters a TrueType font has, by its table <c>cmap</c>, formats 4 and 12.</summary>
internal static class TrueType
{
    public static HashSet<int> Letters(ReadOnlySpan<byte> font)
    {
        var letters = new HashSet<int>();
        for (int i = 0, count = U16(font, 4); i < count; i++)
        {
            var entry = font.Slice(12 + (16 * i), 16);
            if (!entry[..4].SequenceEqual("cmap"u8)) continue;
            var cmap = font[(int)U32(entry, 8)..];
            for (int j = 0, tables = U16(cmap, 2); j < tables; j++) Read(cmap[(int)U32(cmap, 8 + (8 * j))..], letters);
        }
        return letters;
    }

    private static void Read(ReadOnlySpan<byte> table, HashSet<int> letters)
    {
        if (U16(table, 0) == 12)
        {
            for (uint i = 0, groups = U32(table, 12); i < groups; i++)
            {
                var at = 16 + (12 * (int)i);
                for (var c = U32(table, at); c <= U32(table, at + 4); c++) letters.Add((int)c);
            }
        }
        if (U16(table, 0) != 4) return;
        var segments = U16(table, 6) / 2;
        for (var i = 0; i < segments; i++)
        {
            var (end, start) = (U16(table, 14 + (2 * i)), U16(table, 16 + (2 * segments) + (2 * i)));
            for (int c = start; c <= end && c != 0xffff; c++) letters.Add(c);
        }
    }

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
