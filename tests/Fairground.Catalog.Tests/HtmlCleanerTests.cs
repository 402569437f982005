using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Fairground.Catalog.CleanHtml;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-07")]
public sealed partial class HtmlCleanerTests
{
    public static TheoryData<string> Attacks =>
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
        "<svg/onload=alert(1)>",
        "<svg><script>alert&#40;1&#41;</script></svg>",
        "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
        "<iframe src=\"javascript:alert(1)\"></iframe>",
        "<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe>",
        "<object data=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\"></object>",
        "<embed src=\"data:text/html,<script>alert(1)</script>\">",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\" &#14; javascript:alert(1)\">x</a>",
        "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
        "<a href=\"jav\nascript:alert(1)\">x</a>",
        "<a href=\"&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)\">x</a>",
        "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
        "<a href=\"vbscript:msgbox(1)\">x</a>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
        "<a href=\"//evil.example\" onclick=alert(1)>x</a>",
        "<a href='http://good.example/\" onmouseover=\"alert(1)'>x</a>",
        "<p onclick=\"alert(1)\" style=\"background:url(javascript:alert(1))\">x</p>",
        "<p style=\"position:fixed;inset:0\">x</p>",
        "<style>@import 'javascript:alert(1)';</style>",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
        "<base href=\"javascript:alert(1)//\">",
        "<form action=\"javascript:alert(1)\"><button>x</button></form>",
        "<input autofocus onfocus=alert(1)>",
        "<details open ontoggle=alert(1)>x</details>",
        "<video><source onerror=\"alert(1)\"></video>",
        "<body onload=alert(1)>x",
        "<table background=\"javascript:alert(1)\"><tr><td background=\"javascript:alert(1)\">x</td></tr></table>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "<template><script>alert(1)</script></template>",
        "<textarea><script>alert(1)</script></textarea>",
        "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
        "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?xml version=\"1.0\"?><script>alert(1)</script>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "&lt;img src=x onerror=alert(1)&gt;",
        "<b <script>alert(1)</script>0",
        "<marquee onstart=alert(1)>x</marquee>",
        "<isindex action=javascript:alert(1)>",
        "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    ];

    [Theory, MemberData(nameof(Attacks))]
    public void Nothing_that_could_run_comes_through(string attack)
    {
        var clean = HtmlCleaner.Clean("<p>Before</p>" + attack + "<p>After</p>");
        AssertSafe(clean.Html);
        AssertSafe(HtmlCleaner.Clean(attack).Html);
        // What was cleaned once is not changed by a second washing: no text of it becomes a tag.
        AssertSafe(HtmlCleaner.Clean(clean.Html).Html);
        Assert.Contains("Before", clean.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<h1>Kettle</h1><div>Boils <span style='x'>fast</span></div>", "<h3>Kettle</h3>Boils fast<br>", "Kettle Boils fast")]
    [InlineData("<p>One</p><p>&nbsp;</p><p>Two</p>", "<p>One</p><p>Two</p>", "One Two")]
    [InlineData("<ul><li>A</li><li><b>B</b></li></ul>", "<ul><li>A</li><li><b>B</b></li></ul>", "A B")]
    [InlineData("Line one\nline two\n\nNew paragraph", "<p>Line one<br>line two</p><p>New paragraph</p>", "Line one line two New paragraph")]
    [InlineData("5 < 6 & 7 > 3", "<p>5 &lt; 6 &amp; 7 &gt; 3</p>", "5 < 6 & 7 > 3")]
    [InlineData("<a href='https://example.com/a?b=1&c=2' target=_blank onclick=x>See</a>", "<a href=\"https://example.com/a?b=1&amp;c=2\" rel=\"nofollow ugc noopener\">See</a>", "See")]
    [InlineData("<a href='/relative'>See</a>", "See", "See")]
    [InlineData("<meta charset=\"utf-8\"><p data-mce-fragment=\"1\">Hand made</p>", "<p>Hand made</p>", "Hand made")]
    [InlineData("<table><tr><td></td><td>5</td></tr></table>", "<table><tbody><tr><td></td><td>5</td></tr></tbody></table>", "5")]
    [InlineData("", "", "")]
    public void Descriptions_keep_their_shape_and_give_their_words(string given, string html, string plain)
    {
        var clean = HtmlCleaner.Clean(given);
        Assert.Equal((html, plain), (clean.Html, clean.Plain));
    }

    [Fact]
    public void Very_deep_and_very_long_descriptions_end()
    {
        var deep = HtmlCleaner.Clean(string.Concat(Enumerable.Repeat("<b>", 20_000)) + "x");
        AssertSafe(deep.Html);
        Assert.True(HtmlCleaner.Clean("<p>" + new string('x', 2_000_000)).Html.Length < 300_000);
    }

    private static void AssertSafe(string html)
    {
        using var document = new HtmlParser().ParseDocument("<body>" + html);
        foreach (var element in document.Body!.QuerySelectorAll("*"))
        {
            Assert.Matches("^(p|br|ul|ol|li|strong|em|b|i|h3|h4|table|caption|thead|tbody|tfoot|tr|th|td|a)$", element.LocalName);
            foreach (var attribute in element.Attributes) Assert.True(element.LocalName == "a" && attribute.Name is "href" or "rel", $"{element.LocalName} has {attribute.Name}");
            if (element.LocalName == "a") Assert.Matches("^(https?|mailto):", element.GetAttribute("href"));
        }
        Assert.DoesNotMatch(RawScript(), html);
    }

    [GeneratedRegex("<\\s*(script|img|svg|iframe|style)", RegexOptions.IgnoreCase)]
    private static partial Regex RawScript();

    // What is read without the parser must come out as the parser has it.
    [Fact]
    public void Plain_paragraphs_are_cleaned_as_all_others_are()
    {
        string[] pieces = ["<p>", "</p>", "<p></p>", "<p> </p>", " ", "\n", "Tea & herbs", "word", "\u00a0", "caf\u00e9 «x» \"y\" 'z'", "<b>", "&amp;", "<p class=x>", "\t", "\r\n", "чай", "\ud83d\ude00", "\u0001", "a > b", "\ufeff"];
        var random = new Random(1127);
        var taken = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var html = "<p>" + string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)])) + (random.Next(2) == 0 ? "</p>" : "");
            Assert.Equal(HtmlCleaner.Parsed(html), HtmlCleaner.Clean(html));
            taken += HtmlCleaner.Clean("<p>word</p>" + html) == HtmlCleaner.Parsed("<p>word</p>" + html) ? 1 : 0;
        }
        Assert.Equal(20_000, taken);
        Assert.Equal(new CleanText("<p>Two &quot;words&quot;</p>\n<p>more</p>", "Two \"words\" more"), HtmlCleaner.Clean("<p>Two \"words\"</p>\n<p>more</p>"));
    }
}
