using System.Globalization;
using Fairground.Kernel.Languages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Fairground.Kernel.Tests.Languages;

/// <summary>Which language a reader gets, which form a noun takes, and how translators' files are read.</summary>
public sealed class LanguageTests
{
    [Theory]
    [InlineData("ru", "ru"), InlineData("ru-KZ", "ru"), InlineData("KK", "kk"), InlineData("kk-Cyrl-KZ", "kk"), InlineData("ko-KR", "ko")]
    [InlineData("zh", "zh-Hans"), InlineData("zh-CN", "zh-Hans"), InlineData("zh-Hant-TW", "zh-Hans"), InlineData("en-GB", "en")]
    [InlineData("de", null), InlineData("kok", null), InlineData("", null), InlineData("*", null)]
    public void A_tag_leads_to_the_language_that_its_reader_reads_best(string tag, string? code) => Assert.Equal(code, Language.Closest(tag)?.Code);

    [Theory]
    [InlineData("fr, ru;q=0.5, kk;q=0.8", null, null, "kk")]
    [InlineData("ko, zh", null, null, "ko")]
    [InlineData("de, *;q=0.1", null, null, null)]
    [InlineData("ru;q=0", null, null, null)]
    [InlineData("no sense;;q", null, null, null)]
    [InlineData("ru", "kk", null, "kk")]
    [InlineData("ru", "de", null, "ru")]
    [InlineData("ru", "kk", "zh-Hans", "zh-Hans")]
    public void A_request_asks_by_its_address_then_by_its_cookie_then_by_its_header(string header, string? cookie, string? address, string? code)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.AcceptLanguage = header;
        if (cookie is not null) http.Request.Headers.Cookie = $"{AskedLanguage.CookieName}={cookie}";
        if (address is not null) http.Request.QueryString = new QueryString($"?language={address}");

        Assert.Equal(code, AskedLanguage.Of(http.Request)?.Code);
    }

    [Fact]
    public void A_market_speaks_English_unless_it_is_set_and_a_language_that_is_not_there_is_no_setting()
    {
        Assert.Equal(Language.English, AskedLanguage.OfMarket(Setting(null)));
        Assert.Equal(Language.Kazakh, AskedLanguage.OfMarket(Setting("kk")));
        Assert.Equal("FAIRGROUND_LANGUAGE cannot be used: it is one of en, ru, kk, ko, zh-Hans.", Assert.Throws<SettingException>(() => AskedLanguage.OfMarket(Setting("kz"))).Message);
    }

    [Theory]
    [InlineData("ru", "2022200222200")]
    [InlineData("en", "1011111111111")]
    [InlineData("kk", "1011111111111")]
    [InlineData("ko", "0000000000000")]
    [InlineData("zh-Hans", "0000000000000")]
    public void A_noun_takes_the_form_that_its_number_asks_for(string code, string forms)
    {
        // 21, 101 and 1,001 are as 1; 111 is as 11.
        long[] counts = [0, 1, 5, 11, 14, 21, 101, 111, 112, 20, 100, 1_001, 1_000_001];

        Assert.Equal(forms, string.Concat(counts.Select(n => PluralForms.Of(Language.Find(code)!, n))));
        if (code == "ru") Assert.Equal("1112111", string.Concat(new long[] { 2, 3, 4, 12, 22, 104, 1_000_002 }.Select(n => PluralForms.Of(Language.Russian, n))));
    }

    [Fact]
    public void A_file_of_translators_is_read_with_contexts_plurals_long_lines_and_signs()
    {
        const string File = """
            # Translators may say something here.
            msgid ""
            msgstr ""
            "Language: ru\n"

            #. And here.
            msgid "Say \"yes\""
            msgstr "Скажите «да»"

            msgctxt "stock"
            msgid "none"
            msgstr "нет"
            msgid "{0} day"
            msgid_plural "{0} days"
            msgstr[0] "{0} день"
            msgstr[1] "{0} "
            "дня"
            msgstr[2] "{0} дней"
            """;

        var entries = PoFile.Read(new StringReader(File));

        Assert.Equal(["", "Say \"yes\"", "stock\u0004none", "{0} day"], entries.Select(e => e.Key));
        Assert.Equal(["Language: ru\n", "Скажите «да»", "нет", "{0} день"], entries.Select(e => e.Forms[0]));
        Assert.Equal(("{0} days", 3, "{0} дня", "{0} дней"), (entries[3].Plural, entries[3].Forms.Count, entries[3].Forms[1], entries[3].Forms[2]));
        Assert.Equal("Line 2 is no text in quotes.", Assert.Throws<FormatException>(() => PoFile.Read(new StringReader("msgid \"a\"\nmsgstr a"))).Message);
    }

    [Fact]
    public void Without_a_translation_the_English_text_is_said_and_its_numbers_as_the_reader_writes_them()
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = Language.Russian.Culture;
            Assert.Equal("Nobody has said this yet", T["Nobody has said this yet"]);
            Assert.Equal("It costs 1,5 of 2", T["It costs {0} of {1}", 1.5m, 2]);
            Assert.Equal("1\u00A0234 things of Ann", T.Count(1234, "{0} thing of {1}", "{0} things of {1}", "Ann"));
            Assert.Equal("1 thing", T.Count(1, "{0} thing", "{0} things"));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private static IConfiguration Setting(string? code) => new ConfigurationBuilder().AddInMemoryCollection([new(AskedLanguage.Setting, code)]).Build();
}
