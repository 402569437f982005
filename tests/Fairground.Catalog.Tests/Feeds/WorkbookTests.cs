using System.IO.Compression;
using System.Text;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.Feeds.Tables;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests.Feeds;

[Requirement("C-06")]
public sealed class WorkbookTests
{
    private const string Main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";

    private const string Sheet = $"""
        <?xml version="1.0" encoding="UTF-8"?><worksheet {Main}><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>Price list</t></is></c></row>
        <row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="D3" t="s"><v>2</v></c><c r="E3" t="s"><v>3</v></c></row>
        <row r="4"><c r="A4"><v>4.870001234567E+12</v></c><c r="B4" t="s"><v>4</v></c><c r="C4" t="e"><v>#N/A</v></c><c r="D4"><v>12.300000000000001</v></c><c r="E4"><v>7</v></c></row>
        <row r="6"><c r="D6"><v>5</v></c><c r="B6" t="str"><f>A1</f><v>Lid</v></c><c r="E6" t="b"><v>0</v></c></row>
        </sheetData></worksheet>
        """;

    private const string Words = $"""
        <?xml version="1.0" encoding="UTF-8"?><sst {Main}><si><t>Код</t></si><si><t>Название</t></si><si><r><t>Цена, </t></r><r><t>тенге</t></r></si><si><t>Остаток</t></si><si><t>Чай</t><rPh><t>chai</t></rPh></si></sst>
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_visible_sheet_is_read_by_its_headers()
    {
        var (counts, records) = await FeedCounts.Of("list.xlsx", Book(Sheet), DateTimeOffset.UnixEpoch, Stop);
        Assert.Equal("table-xlsx", counts.Format);
        Assert.Equal(
            """
            4 product 4870001234567 rows=1 (Name, Price, Stock) name=Чай price='12.3' KZT
              4 offer price='12.3' KZT stock=7
            6 product lid rows=1 (Name, Price, Stock) name=Lid price='5' KZT
              6 offer price='5' KZT stock=0

            """.ReplaceLineEndings("\n"),
            FeedPrint.Of(records));
    }

    [Fact]
    public async Task A_sheet_may_be_chosen_by_its_name()
    {
        var options = new FeedReadOptions(',', DateTimeOffset.UnixEpoch) { Mapping = new Dictionary<string, string> { ["sheet"] = "Nowhere" } };
        var problem = (FeedProblem)(await OwnFeedsTests.All(new TableXlsx().Read(File(Book(Sheet)), options, Stop)))[^1];
        Assert.Contains("no sheet 'Nowhere'", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bomb_is_not_unpacked()
    {
        var rows = new StringBuilder($"<worksheet {Main}><sheetData>");
        for (var i = 0; i < 1_350_000; i++) rows.Append("<row><c><v>1</v></c></row>");
        var bytes = Book(rows.Append("</sheetData></worksheet>").ToString());
        Assert.True(bytes.Length < 1_000_000);
        Assert.Contains("far more than it is packed", (await new TableXlsx().Check(File(bytes), Stop))!.Text, StringComparison.Ordinal);
    }

    // Whoever asks such a cell for its text goes down to the bottom on the stack, and does not come back.
    [Theory]
    [InlineData("<row r=\"1\"><c r=\"A1\"><v>", "</v></c></row>")]
    [InlineData("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>", "</t></is></c></row>")]
    public async Task Cells_within_cells_have_an_end(string open, string close)
    {
        const int Deep = 1_000_000;
        var bytes = Book($"<worksheet {Main}><sheetData>{open}{string.Concat(Enumerable.Repeat("<a>", Deep))}{string.Concat(Enumerable.Repeat("</a>", Deep))}{close}</sheetData></worksheet>");
        Assert.True(bytes.Length < 100_000);
        Assert.Contains("nested deeper", (await new TableXlsx().Check(File(bytes), Stop))!.Text, StringComparison.Ordinal);
        Assert.Equal(FeedCodes.FileBroken, Assert.IsType<FeedProblem>(Assert.Single(await OwnFeedsTests.All(new TableXlsx().Read(File(bytes), new FeedReadOptions(',', DateTimeOffset.UnixEpoch), Stop)))).Code);
    }

    [Fact]
    public async Task What_is_no_workbook_is_said_to_be_none()
    {
        Assert.Contains("cannot be unpacked", (await new TableXlsx().Check(File("PK\u0003\u0004 nothing"u8.ToArray()), Stop))!.Text, StringComparison.Ordinal);
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true)) Write(zip, "readme.txt", "x");
        Assert.Contains("no list of sheets", (await new TableXlsx().Check(File(memory.ToArray()), Stop))!.Text, StringComparison.Ordinal);
        Assert.Contains("well-formed", (await new TableXlsx().Check(File(Book(Sheet.Replace("</sheetData>", "", StringComparison.Ordinal))), Stop))!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_is_refused_and_not_thrown()
    {
        var (whole, random) = (Book(Sheet), new Random(7));
        for (var round = 0; round < 400; round++)
        {
            var bytes = whole[..(round % 3 == 0 ? random.Next(4, whole.Length) : whole.Length)];
            for (var i = 0; i < 6; i++) bytes[random.Next(4, bytes.Length)] = (byte)random.Next(256);
            await new TableXlsx().Check(File(bytes), Stop);
            await OwnFeedsTests.All(new TableXlsx().Read(File(bytes), new FeedReadOptions(',', DateTimeOffset.UnixEpoch), Stop));
        }
    }

    // A spreadsheet makes 10-12 the tenth of December; the number that it keeps instead is neither a code nor a price.
    [Fact]
    public async Task A_date_is_not_taken_for_a_number()
    {
        const string Styles = $"""
            <styleSheet {Main}><numFmts count="3"><numFmt numFmtId="164" formatCode="dd/mmm"/><numFmt numFmtId="165" formatCode="0.00&quot; a day&quot;"/><numFmt numFmtId="166" formatCode="[Red]0.00"/></numFmts>
            <cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>
            """;
        const string Rows = $"""
            <worksheet {Main}><sheetData>
            <row r="1"><c r="A1" t="inlineStr"><is><t>sku</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c><c r="C1" t="inlineStr"><is><t>price</t></is></c></row>
            <row r="2"><c r="A2" s="1"><v>46366</v></c><c r="B2" t="inlineStr"><is><t>A</t></is></c><c r="C2" s="3"><v>12.5</v></c></row>
            <row r="3"><c r="A3" s="0"><v>46366</v></c><c r="B3" t="inlineStr"><is><t>B</t></is></c><c r="C3" s="2"><v>46143</v></c></row>
            <row r="4"><c r="A4" t="inlineStr"><is><t>c</t></is></c><c r="B4" t="inlineStr"><is><t>C</t></is></c><c r="C4" s="4"><v>7</v></c></row>
            </sheetData><mergeCells count="1"><mergeCell ref="B1:B1"/></mergeCells></worksheet>
            """;
        var (_, records) = await FeedCounts.Of("list.xlsx", Book(Rows, Styles), DateTimeOffset.UnixEpoch, Stop);
        Assert.Equal([("2026-12-10", "12.5"), ("46366", "2026-05-01"), ("c", "7")], records.OfType<FeedProduct>().Select(p => (p.Key, p.Price!.Text)));
        Assert.Null(FeedText.Price("2026-05-01", Kernel.Currency.Of("KZT")));
    }

    private static FeedFile File(byte[] bytes) => FeedCounts.FileOf(bytes, FeedEncoding.Named("utf-8")!);

    private static byte[] Book(string sheet, string? styles = null)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "[Content_Types].xml", "<Types/>");
            Write(zip, "xl/workbook.xml", $"<workbook {Main} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Old\" sheetId=\"1\" state=\"hidden\" r:id=\"rId1\"/><sheet name=\"Now\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>");
            Write(zip, "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>");
            Write(zip, "xl/sharedStrings.xml", Words);
            Write(zip, "xl/worksheets/sheet1.xml", $"<worksheet {Main}><sheetData/></worksheet>");
            Write(zip, "xl/worksheets/sheet2.xml", sheet);
            if (styles is not null) Write(zip, "xl/styles.xml", styles);
        }
        return memory.ToArray();
    }

    private static void Write(ZipArchive zip, string name, string text)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name, CompressionLevel.SmallestSize).Open());
        writer.Write(text.TrimStart());
    }
}
