using Fairground.Kernel;
using Fairground.Kernel.Languages;
using Fairground.Ui.Wording;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>Messages in words: numbers, money and times as the reader of each language writes them.</summary>
public sealed class WritingTests
{
    private static readonly TimeZoneInfo Almaty = TimeZoneInfo.FindSystemTimeZoneById("Asia/Almaty");

    private static MessageTemplate Toy => MessageTemplates.Of(typeof(WritingTests).Assembly).All["tests.toy"];

    [Theory]
    [InlineData("en", "2 toys: Bear, Duck. 24\u202F900.50\u00A0₸, 22 November 2026, 19:00 UTC+5. A gift.", "2 toys, 24 900.50 KZT, 22 November 2026, 19:00 UTC+5")]
    [InlineData("ru", "2 игрушки: Bear, Duck. 24\u202F900,50\u00A0₸, 22 ноября 2026 г., 19:00 UTC+5. Подарок.", "2 игрушки, 24 900,50 KZT, 22 ноября 2026 г., 19:00 UTC+5")]
    [InlineData("kk", "2 ойыншық: Bear, Duck. 24\u202F900,50\u00A0₸, 2026 ж. 22 қараша, 19:00 UTC+5. Сыйлық.", "2 ойыншық, 24 900,50 KZT, 2026 ж. 22 қараша, 19:00 UTC+5")]
    [InlineData("ko", "장난감 2개: Bear, Duck. 24\u202F900.50\u00A0₸, 2026년 11월 22일 19:00 UTC+5. 선물입니다.", "장난감 2개, 24 900.50 KZT, 2026년 11월 22일 19:00 UTC+5")]
    [InlineData("zh-Hans", "2 个玩具：Bear、Duck。24\u202F900.50\u00A0₸，2026年11月22日 19:00 UTC+5。礼物。", "2 个玩具，24 900.50 KZT，2026年11月22日 19:00 UTC+5")]
    public void Every_language_has_its_own_way(string language, string text, string sms)
    {
        var written = Toy.Write(Values(2, gift: true), Language.Find(language)!, Almaty);
        Assert.Equal((text, sms), (written.Text, written.Short));
    }

    [Theory]
    [InlineData(1, "1 игрушка")]
    [InlineData(3, "3 игрушки")]
    [InlineData(5, "5 игрушек")]
    [InlineData(11, "11 игрушек")]
    [InlineData(12, "12 игрушек")]
    [InlineData(21, "21 игрушка")]
    [InlineData(104, "104 игрушки")]
    [InlineData(0, "0 игрушек")]
    [InlineData(1_000_001, "1 000 001 игрушка")]
    public void Russian_counts_in_three_forms(int count, string said) =>
        Assert.StartsWith($"{said}, ", Toy.Write(Values(count, gift: false), Language.Russian, TimeZoneInfo.Utc).Short, StringComparison.Ordinal);

    [Fact]
    public void A_time_is_said_to_the_second_only_where_it_has_seconds_and_always_with_its_zone()
    {
        string At(DateTimeOffset at, TimeZoneInfo zone) => Toy.Write(Values(1, gift: false, at), Language.English, zone).Short!.Split("KZT, ")[1];
        var at = new DateTimeOffset(2026, 7, 1, 20, 30, 0, TimeSpan.Zero);
        Assert.Equal("1 July 2026, 20:30 UTC", At(at, TimeZoneInfo.Utc));
        Assert.Equal("1 July 2026, 20:30:05 UTC", At(at.AddSeconds(5), TimeZoneInfo.Utc));
        Assert.Equal("2 July 2026, 02:00 UTC+5:30", At(at, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata")));
        // Summer there.
        Assert.Equal("1 July 2026, 16:30 UTC-4", At(at, TimeZoneInfo.FindSystemTimeZoneById("America/New_York")));
    }

    [Fact]
    public void A_placeholder_that_is_left_empty_or_is_none_of_the_template_s_is_no_message()
    {
        var values = Values(1, gift: false);
        Assert.Throws<InvalidOperationException>(() => Toy.Write(new Dictionary<string, object>(values.Where(v => v.Key != "at")), Language.English, TimeZoneInfo.Utc));
        Assert.Throws<InvalidOperationException>(() => Toy.Write(new Dictionary<string, object>(values) { ["more"] = "" }, Language.English, TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("{", "At character 2: a name of small letters, digits and _ is needed.")]
    [InlineData("Hello {name", "At character 12: a closing bracket is missing.")]
    [InlineData("Hello } there", "At character 7: a bracket that opens nowhere.")]
    [InlineData("{Name}", "At character 6: a name of small letters, digits and _ is needed.")]
    [InlineData("{n, number}", "At character 11: plural or select is needed.")]
    [InlineData("{n, select, yes {a}}", "At character 20: a case called other is needed.")]
    [InlineData("{n, plural, one {a} one {b}}", "At character 27: each case has a name of its own.")]
    public void A_text_that_cannot_be_read_says_where(string text, string why) => Assert.Equal(why, Assert.Throws<FormatException>(() => MessagePattern.Parse(text)).Message);

    [Fact]
    public void A_pattern_tells_its_placeholders_and_its_plural_categories()
    {
        var pattern = MessagePattern.Parse("{a} {b, select, yes {{c}} other {}} {d, plural, =1 {one} one {#} few {# {e}} many {#}}");
        Assert.Equal(["a", "b", "c", "d", "e"], pattern.Placeholders.Order());
        Assert.Equal(["one", "few", "many"], pattern.PluralCategories.Single());
    }

    private static Dictionary<string, object> Values(int count, bool gift, DateTimeOffset? at = null) => new()
    {
        ["count"] = count, ["price"] = new Money(2_490_050, Currency.Of("KZT")), ["at"] = at ?? new DateTimeOffset(2026, 11, 22, 14, 0, 0, TimeSpan.Zero), ["gift"] = gift, ["names"] = new List<string> { "Bear", "Duck" },
    };
}
