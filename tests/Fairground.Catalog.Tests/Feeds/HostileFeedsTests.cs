using System.Text;
using Fairground.Catalog.Feeds;
using Fairground.Kernel.Languages;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests.Feeds;

/// <summary>Feeds that are broken or mean harm: they are refused with a place and a sentence, and never thrown at.</summary>
[Requirement("C-06")]
public sealed class HostileFeedsTests
{
    private const string Head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, int, int, string> Faults => new()
    {
        { "an ampersand by itself", Head + "<yml_catalog><shop><offers>\n<offer id=\"1\"><name>Tea & herbs</name></offer></offers></shop></yml_catalog>", 3, 26, "well-formed" },
        { "an element never closed", Head + "<yml_catalog><shop><offers>\n<offer id=\"1\"></offers></shop></yml_catalog>", 3, 17, "well-formed" },
        { "the end is missing", Head + "<yml_catalog><shop>\n<offers>", 3, 9, "well-formed" },
        { "lines of a program before it", "<?php\nini_set('display_errors', 1);\n?>\n" + Head + "<yml_catalog></yml_catalog>", 1, 1, "before the XML, which begins on line 4" },
        { "a warning before it", "Warning: something at line 5\n<yml_catalog></yml_catalog>", 1, 1, "before the XML" },
        { "an entity that only a DTD knows", Head + "<!DOCTYPE yml_catalog [<!ENTITY x \"y\">]>\n<yml_catalog><name>&x;</name></yml_catalog>", 3, 21, "entity '&x;' is not known" },
        { "a file that a DTD names", Head + "<!DOCTYPE yml_catalog [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<yml_catalog><name>&x;</name></yml_catalog>", 3, 21, "entity '&x;' is not known" },
        { "Kaspi", Head + "<kaspi_catalog xmlns=\"kaspiShopping\"><offers><offer></offers></kaspi_catalog>", 2, 55, "well-formed" },
        { "Google", "<rss xmlns:g=\"http://base.google.com/ns/1.0\"><channel><item><g:id>1</id></item></channel></rss>", 1, 70, "well-formed" },
        { "1C", "<КоммерческаяИнформация><Каталог><Товары></Каталог></КоммерческаяИнформация>", 1, 44, "well-formed" },
        { "JSON with a comma too many", "[\n  {\"key\": \"a\", \"name\": \"A\",}\n]", 2, 28, "JSON" },
        { "JSON with letters beyond ASCII before the fault", "[{\"key\": \"Чай\", \"name\": ?}]", 1, 25, "JSON" },
        { "JSON cut off", "[\n{\"key\": \"a\", \"name\": \"A\"},\n{\"key\": ", 3, 8, "in the middle" },
        { "JSON cut off in a number", "[\n{\"key\": 1", 2, 9, "in the middle" },
        { "JSON cut off in a word", "[\n{\"key\": tr", 2, 10, "in the middle" },
        { "JSON cut off behind a comma", "[\n{\"key\": \"a\",\n \n", 4, 0, "in the middle" },
        { "JSON without a comma", "[{\"key\":\"a\",\"price\":1}\n{\"key\":\"b\"}]", 2, 1, "comma is missing" },
        { "JSON closed by the wrong sign", "[{\"key\":\"a\",\"price\":1}}", 1, 23, "closes" },
        { "JSON with a text among goods", "[{\"key\":\"a\",\"price\":1}, \"b\"]", 1, 25, "text stands" },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task A_broken_feed_says_where_and_why(string name, string text, int line, int column, string says)
    {
        var fault = await Check(Encoding.UTF8.GetBytes(text));
        Assert.NotNull(fault);
        Assert.True((fault.Line, fault.Column) == (line, column), $"{name}: {fault.Line}:{fault.Column} {fault.Text}");
        Assert.Contains(says, fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(" Line ", fault.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> XmlFaults => new()
    {
        { "<offer></shop></yml_catalog>", "'offer', opened on line 3, is closed as 'shop'." },
        { "<offer>", "Not closed are: offer, shop, yml_catalog." },
        { "<offer id=\"1", "A quotation mark is opened and never closed" },
        { "<name>3 < 5</name>", "write &lt; for it" },
        { "<name>5 <3</name>", "write &lt; for it" },
        { "<name>Tea &amp herbs</name>", "stands where it cannot" },
        { "<name>Tea & herbs</name>", "write &amp; for it" },
        { "<name>Tea&nbsp;herbs</name>", "The entity '&nbsp;' is not known" },
        { "<name>&#x;</name>", "written by a number that is none" },
        { "<offer id=\"1\" id=\"2\"/>", "The attribute 'id' stands twice" },
        { "<g:id>1</g:id>", "The prefix 'g' is used and not declared" },
        { "<offer id=1/>", "'1' stands where it cannot" },
        { "<offer id=\"1\"available=\"true\"/>", "stands where it cannot" },
        { "<offer id=\"a<b\"/>", "write &lt; for it" },
        { "<of#er id=\"1\"/>", "The sign '#' cannot stand here." },
        { "</shop></yml_catalog></yml_catalog>", "closed here that is not open" },
        { "</shop></yml_catalog><yml_catalog/>", "A second root element" },
        { "</shop></yml_catalog>text", "outside of all elements" },
        { "</shop></yml_catalog>\n<?xml version=\"1.0\"?><yml_catalog/>", "A second XML declaration" },
        { "<name>]]></name>", "outside of CDATA" },
        { "<!-- a -- b -->", "two hyphens" },
    };

    // The parser speaks English only: whatever its kinds of faults, the sentence is one of ours, in each language.
    [Theory, MemberData(nameof(XmlFaults))]
    public async Task What_is_wrong_with_XML_is_said_in_words_of_ours(string rest, string says)
    {
        var fault = (await Check(Encoding.UTF8.GetBytes("\n" + Head[..^1] + "<yml_catalog>\n<shop>" + rest)))!;
        Assert.Contains(says, fault.Text, StringComparison.Ordinal);
        Assert.True(fault is { Line: >= 3, Column: > 0 });
        IsSaidInEachLanguage(fault.Text);
    }

    public static TheoryData<string, string, int> JsonFaults => new()
    {
        { "\"price\":}", "'}' stands where a value should", 23 },
        { "\"price\":\u201c5\u201d}", "'\u201c' stands where a value should", 23 },
        { "\"price\":True}", "'T' stands where a value should", 23 },
        { "\"price\":5,}", "A comma stands behind the last value", 25 },
        { "\"tags\":[1,]}", "A comma stands behind the last value", 25 },
        { "price:5}", "'p' stands where a name in double quotation marks should", 15 },
        { "\"price\" 5}", "'5' stands where a colon should", 23 },
        { "\"price\":5 \"stock\":1}", "a comma is missing", 25 },
        { "\"price\":5 // tenge\n}", "a comment was written", 25 },
        { "\"name\":\"3\" pipe\"}", "a quotation mark stands inside a text", 26 },
        { "\"tags\":[1}}", "closes", 24 },
        { "\"name\":\"Tea \\& herbs\"}", "A backslash in a text", 28 },
        { "\"name\":\"Tea \\u12G4\"}", "A backslash in a text", 31 },
        { "\"name\":\"Tea\n\"}", "A line break or another control sign", 26 },
        { "\"name\":nil}", "'nil' is no value", 23 },
        { "\"price\":012}", "A number is written wrongly", 24 },
        { "\"price\":1.2.3}", "A number is written wrongly", 26 },
        { "\"price\":12a}", "A number is written wrongly", 25 },
        { "\"price\":-}", "A number is written wrongly", 24 },
        { "\"a\":" + new string('[', 40) + new string(']', 40) + "}", "nested deeper than 32 levels", 50 },
    };

    [Theory, MemberData(nameof(JsonFaults))]
    public async Task What_is_wrong_with_JSON_is_said_in_words_of_ours(string rest, string says, int column)
    {
        var fault = (await Check(Encoding.UTF8.GetBytes("[{\"key\":\"\u0447\u0430\u0439\"," + rest + "]")))!;
        Assert.Contains(says, fault.Text, StringComparison.Ordinal);
        Assert.Equal((1, column), (fault.Line, fault.Column));
        IsSaidInEachLanguage(fault.Text);
    }

    private static void IsSaidInEachLanguage(string sentence)
    {
        Words.T.Add(typeof(CatalogModule).Assembly);
        var before = System.Globalization.CultureInfo.CurrentUICulture;
        try
        {
            foreach (var language in Language.All.Where(l => l != Language.English))
            {
                System.Globalization.CultureInfo.CurrentUICulture = language.Culture;
                var said = Words.T.Again(sentence);
                Assert.DoesNotContain("The ", said, StringComparison.Ordinal);
                Assert.DoesNotMatch("[a-z]{3,} [a-z]{2,} [a-z]{2,}", said);
            }
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public async Task A_bomb_of_entities_does_not_go_off()
    {
        var bomb = new StringBuilder(Head).Append("<!DOCTYPE yml_catalog [<!ENTITY a0 \"boom\">");
        for (var i = 1; i < 20; i++) bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"<!ENTITY a{i} \"{string.Concat(Enumerable.Repeat($"&a{i - 1};", 10))}\">");
        bomb.Append("]><yml_catalog><shop><offers><offer id=\"1\"><name>&a19;</name></offer></offers></shop></yml_catalog>");
        var before = GC.GetTotalAllocatedBytes();
        Assert.Contains("is not known", (await Check(Encoding.UTF8.GetBytes(bomb.ToString())))!.Text, StringComparison.Ordinal);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 50_000_000);
    }

    [Fact]
    public async Task Blank_lines_before_the_declaration_are_forgiven_and_counted()
    {
        var (_, records) = await FeedCounts.Of("x.xml", Encoding.UTF8.GetBytes("\n \r\n" + Head + "<yml_catalog><shop><offers>\n<offer id=\"1\"><name>A</name><price>1</price></offer></offers></shop></yml_catalog>"), Now, Stop);
        Assert.Equal(5, Assert.IsType<FeedProduct>(Assert.Single(records)).Line);
    }

    [Fact]
    public async Task A_feed_may_be_in_UTF_16()
    {
        const string Feed = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><yml_catalog><shop><offers><offer id=\"1\"><name>Чай</name><price>1</price></offer></offers></shop></yml_catalog>";
        foreach (var bytes in new byte[][] { [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Feed)], Encoding.BigEndianUnicode.GetBytes(Feed) })
        {
            var (_, records) = await FeedCounts.Of("x.xml", bytes, Now, Stop);
            Assert.Equal("Чай", Assert.IsType<FeedProduct>(Assert.Single(records)).Name);
        }
    }

    [Fact]
    public async Task Nesting_has_an_end()
    {
        var text = "<yml_catalog>" + string.Concat(Enumerable.Repeat("<a>", 5000)) + string.Concat(Enumerable.Repeat("</a>", 5000)) + "</yml_catalog>";
        Assert.Contains("nested", (await Check(Encoding.UTF8.GetBytes(text)))!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task A_line_longer_than_any_record_is_one_broken_row(string end)
    {
        var reader = new CsvReader(new StringReader($"sku,name,price{end}a,\"{new string('x', 400_000)}\",1{end}b,B,2{end}"), ',', longestRecord: 128 * 1024);
        var rows = new List<string>();
        while (await reader.Read(Stop) is { } row) rows.Add($"{row.Line} {row.Cells[0]}{(row.Broken ? " broken" : "")}");
        Assert.Equal(["1 sku", "2 a broken", "3 b"], rows);
    }

    [Fact]
    public async Task A_record_has_a_longest_length()
    {
        var longOne = new string('x', 17 * 1024 * 1024);
        var xml = Encoding.UTF8.GetBytes($"<yml_catalog><shop><offers><offer id=\"1\"><price>1</price><name>A</name><description>{longOne}</description></offer></offers></shop></yml_catalog>");
        var records = await OwnFeedsTests.All(new YandexYml().Read(FeedCounts.FileOf(xml, FeedEncoding.Named("utf-8")!), new FeedReadOptions(',', Now), Stop));
        Assert.Equal(FeedCodes.FileBroken, Assert.IsType<FeedProblem>(Assert.Single(records)).Code);
        Assert.Contains("longer", (await Check(Encoding.UTF8.GetBytes($"[{{\"name\":\"{longOne}\"}}]")))!.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string> Declared => new()
    {
        { "windows-1251, as it says", [.. Encoding.ASCII.GetBytes("<?xml version='1.0' encoding='windows-1251'?><a>"), .. Cp("windows-1251").GetBytes("я</a>")], "windows-1251" },
        { "koi8-r, as it says", [.. Encoding.ASCII.GetBytes("<?xml version=\"1.0\" encoding=\"KOI8-R\"?><a>"), .. Cp("koi8-r").GetBytes("Чайник</a>")], "koi8-r" },
        { "windows-1251, though it says UTF-8", [.. Encoding.ASCII.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?><a>"), .. Cp("windows-1251").GetBytes("Чайник</a>")], "windows-1251" },
        { "UTF-8, though it says windows-1251", [.. Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"windows-1251\"?><a>Чайник</a>")], "utf-8" },
        { "plain letters of what it says", [.. Encoding.ASCII.GetBytes("<?xml version=\"1.0\" encoding=\"windows-1251\"?><a>x</a>")], "windows-1251" },
        { "an encoding nobody knows", [.. Encoding.ASCII.GetBytes("<?xml version=\"1.0\" encoding=\"klingon\"?><a>x</a>")], "utf-8" },
        { "UTF-7, which hides things", [.. Encoding.ASCII.GetBytes("<?xml version=\"1.0\" encoding=\"utf-7\"?><a>+ADw-</a>")], "utf-8" },
        { "UTF-16 without a mark", Encoding.Unicode.GetBytes("<?xml version=\"1.0\" encoding=\"utf-16\"?><a>Чайник</a>"), "utf-16" },
        { "a workbook, padded with zeros as Excel does", [(byte)'P', (byte)'K', 3, 4, 20, 0, 6, 0, .. new byte[600]], "utf-8" },
        { "a declaration of UTF-16 in plain bytes", [.. Encoding.ASCII.GetBytes("<?xml version=\"1.0\" encoding=\"utf-16\"?><a>x</a>")], "utf-8" },
    };

    [Theory, MemberData(nameof(Declared))]
    public async Task A_declared_encoding_is_believed_where_the_bytes_allow_it(string name, byte[] bytes, string expected)
    {
        var found = await FeedEncoding.Detect(new MemoryStream(bytes), Stop);
        Assert.True(found.Name == expected, $"{name}: {found.Name}");
    }

    [Fact]
    public void Serialised_objects_are_never_read()
    {
        Assert.Equal("b", PhpArray.Parse("a:1:{s:1:\"a\";s:1:\"b\";}")!.Text("a"));
        Assert.Null(PhpArray.Parse("O:8:\"stdClass\":1:{s:1:\"a\";s:1:\"b\";}"));
        Assert.Null(PhpArray.Parse("a:1:{s:1:\"a\";O:8:\"stdClass\":0:{}}"));
        Assert.Null(PhpArray.Parse("a:1:{s:1:\"a\";s:9:\"b\";}"));
        Assert.Null(PhpArray.Parse("a:2147483647:{}"));
        Assert.Null(PhpArray.Parse("a:1:{s:1:\"a\";s:1:\"b\";}x"));
        Assert.Null(PhpArray.Parse(string.Concat(Enumerable.Repeat("a:1:{i:0;", 100))));
    }

    // Whatever a feed has become on its way, reading it ends and throws nothing.
    [Fact]
    public async Task No_damage_makes_a_reader_throw()
    {
        var random = new Random(20261101);
        foreach (var path in Directory.EnumerateFiles(GivenFeedsTests.Beside("own")).Where(p => !p.EndsWith(".txt", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var whole = await File.ReadAllBytesAsync(path, Stop);
            var looked = await FeedOpening.Look(() => new MemoryStream(whole), Path.GetFileName(path), new FeedWishes(null, null, null), Stop);
            for (var round = 0; round < 24; round++)
            {
                var bytes = whole[..(round % 2 == 0 ? random.Next(whole.Length) : whole.Length)];
                for (var i = 0; i < 8 && bytes.Length > 0; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                var file = FeedCounts.FileOf(bytes, looked.Value.Encoding);
                await looked.Value.Format.Check(file, Stop);
                await OwnFeedsTests.All(looked.Value.Format.Read(file, new FeedReadOptions(looked.Value.Separator, Now), Stop));
                await FeedCounts.Of("x", bytes, Now, Stop);
            }
        }
    }

    private static async Task<FeedFault?> Check(byte[] bytes)
    {
        var looked = await FeedOpening.Look(() => new MemoryStream(bytes), "feed", new FeedWishes(null, null, null), Stop);
        return await looked.Value.Format.Check(FeedCounts.FileOf(bytes, looked.Value.Encoding), Stop);
    }

    private static Encoding Cp(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(name);
    }
}
